"""Reads starter.gguf and runs it with NumPy alone, token by token: no code in common with the trainer.

The recurrence here is the plain one (a state updated for each token), the trainer's is the chunked or compiled one, so
that agreement of the two says that the file holds what was trained and that both are right.
"""

import mmap
import struct

import numpy as np

FORMATS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, form):
        (value,) = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def text(self):
        n = self.number("<Q")
        self.at += n
        return bytes(self.data[self.at - n : self.at]).decode()

    def value(self, kind):
        if kind == 8:
            return self.text()
        if kind == 9:
            item, n = self.number("<I"), self.number("<Q")
            return [self.value(item) for _ in range(n)]
        return self.number(FORMATS[kind])


def unescape(body):
    out, i = bytearray(), 0
    while i < len(body):
        if body[i] != "\\":
            out += body[i].encode()
            i += 1
        elif body[i + 1] == "x":
            out.append(int(body[i + 2 : i + 4], 16))
            i += 4
        else:
            out += {"n": b"\n", "r": b"\r", "t": b"\t"}.get(body[i + 1], body[i + 1].encode())
            i += 2
    return bytes(out)


def load(path):
    """(metadata, tensors as float32 arrays, outermost dimension first)."""
    with open(path, "rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    r = Reader(data)
    if bytes(data[:4]) != b"GGUF":
        raise SystemExit(f"{path} is not a GGUF file")
    r.at = 4
    r.number("<I")
    tensors, entries = r.number("<Q"), r.number("<Q")
    metadata = {}
    for _ in range(entries):
        key = r.text()
        metadata[key] = r.value(r.number("<I"))
    infos = []
    for _ in range(tensors):
        name, n = r.text(), r.number("<I")
        dims = [r.number("<Q") for _ in range(n)]
        infos.append((name, dims[::-1], r.number("<I"), r.number("<Q")))
    alignment = metadata.get("general.alignment", 32)
    start = (r.at + alignment - 1) // alignment * alignment
    out = {}
    for name, dims, kind, offset in infos:
        count = int(np.prod(dims))
        if kind == 8:
            blocks = np.frombuffer(data, [("d", "<f2"), ("q", "i1", 32)], count // 32, start + offset)
            array = blocks["q"].astype(np.float32) * blocks["d"].astype(np.float32)[:, None]
        else:
            array = np.frombuffer(data, {0: "<f4", 1: "<f2"}[kind], count, start + offset)
        out[name] = np.array(array, dtype=np.float32).reshape(dims)
    return metadata, out


def normalise(x, gain, bias, epsilon=1e-5):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon) * gain + bias


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Model:
    def __init__(self, path):
        self.metadata, self.t = load(path)
        m = self.metadata
        if m["general.architecture"] != "rwkv7" or m["tokenizer.ggml.model"] != "rwkv":
            raise SystemExit(f"{path} is not an RWKV-7 model with its vocabulary")
        self.width, self.layers = m["rwkv7.embedding_length"], m["rwkv7.block_count"]
        self.heads = self.width // 64
        self.tokens = [b"", *(unescape(token) for token in m["tokenizer.ggml.tokens"][1:])]
        self.ids = {token: i for i, token in enumerate(self.tokens) if i}
        self.longest = max(len(token) for token in self.tokens)

    def encode(self, text):
        data, at, out = text.encode(), 0, []
        while at < len(data):
            n = next(n for n in range(min(self.longest, len(data) - at), 0, -1) if data[at : at + n] in self.ids)
            out.append(self.ids[data[at : at + n]])
            at += n
        return out

    def decode(self, ids):
        return b"".join(self.tokens[i] for i in ids).decode(errors="replace")

    def state(self, batch):
        C, H, L = self.width, self.heads, self.layers
        return {
            "att": np.zeros((L, batch, C), np.float32),
            "ffn": np.zeros((L, batch, C), np.float32),
            "wkv": np.zeros((L, batch, H, 64, 64), np.float32),  # [val][key]
        }

    def step(self, ids, state, head=True):
        """Feeds one token to each of the first len(ids) sequences of the state; logits [n,V] when head is true."""
        t, C, H, n = self.t, self.width, self.heads, len(ids)
        x = normalise(t["token_embd.weight"][ids], t["token_embd_norm.weight"], t["token_embd_norm.bias"])
        first = None
        for i in range(self.layers):
            w = lambda name: t[f"blk.{i}.{name}.weight"]
            a = normalise(x, w("attn_norm"), t[f"blk.{i}.attn_norm.bias"])
            mixes = a + (state["att"][i, :n] - a) * w("time_mix_lerp_fused").reshape(6, 1, C)
            state["att"][i, :n] = a
            xr, xw, xk, xv, xa, xg = mixes
            r, k, v = xr @ w("time_mix_receptance").T, xk @ w("time_mix_key").T, xv @ w("time_mix_value").T
            low = lambda z, name: z @ w(f"time_mix_{name}1").T
            decay = w("time_mix_w0") + np.tanh(low(xw, "w")) @ w("time_mix_w2").T
            decay = np.exp(-np.exp(-0.5) * sigmoid(decay)).reshape(n, H, 1, 64)
            rate = sigmoid(w("time_mix_a0") + low(xa, "a") @ w("time_mix_a2").T)
            gate = sigmoid(low(xg, "g")) @ w("time_mix_g2").T
            kappa = (k * w("time_mix_k_k")).reshape(n, H, 64)
            kappa = kappa / np.maximum(np.sqrt((kappa * kappa).sum(-1, keepdims=True)), 1e-12)
            k = k * (1 + (rate - 1) * w("time_mix_k_a"))
            if first is None:
                first = v
            else:
                v = v + (first - v) * sigmoid(w("time_mix_v0") + low(xv, "v") @ w("time_mix_v2").T)
            heads = lambda z: z.reshape(n, H, 64)
            S = state["wkv"][i, :n]
            removed = -np.einsum("bhvk,bhk->bhv", S, kappa)
            S = S * decay + removed[..., None] * (kappa * heads(rate))[:, :, None] + heads(v)[..., None] * heads(k)[:, :, None]
            state["wkv"][i, :n] = S
            y = np.einsum("bhvk,bhk->bhv", S, heads(r))
            y = normalise(y, 1, 0, 64e-5).reshape(n, C) * w("time_mix_ln") + t[f"blk.{i}.time_mix_ln.bias"]
            bonus = (heads(r) * heads(k) * w("time_mix_r_k").reshape(H, 64)).sum(-1, keepdims=True)
            y = (y + (bonus * heads(v)).reshape(n, C)) * gate
            x = x + y @ w("time_mix_output").T
            f = normalise(x, w("attn_norm_2"), t[f"blk.{i}.attn_norm_2.bias"])
            z = f + (state["ffn"][i, :n] - f) * w("channel_mix_lerp_k")
            state["ffn"][i, :n] = f
            x = x + np.maximum(z @ w("channel_mix_key").T, 0) ** 2 @ w("channel_mix_value").T
        if head:
            return normalise(x, t["output_norm.weight"], t["output_norm.bias"]) @ t["output.weight"].T
        return None

    def generate(self, prompts, choose, most=160, stop=b"\n\n"):
        """Answers [ids] to prompts [ids]. choose(logits [V], generated ids) -> id. A text ends before `stop`."""
        order = sorted(range(len(prompts)), key=lambda i: -len(prompts[i]))
        state, logits = self.state(len(prompts)), [None] * len(prompts)
        for position in range(len(prompts[order[0]])):
            active = [i for i in order if len(prompts[i]) > position]
            ends = any(len(prompts[i]) == position + 1 for i in active)
            out = self.step([prompts[i][position] for i in active], state, head=ends)
            for row, i in enumerate(active):
                if len(prompts[i]) == position + 1:
                    logits[row] = out[row]
        answers, live = [[] for _ in prompts], list(range(len(prompts)))
        finished = [False] * len(prompts)
        for _ in range(most):
            ids = []
            for row in range(len(prompts)):
                i = order[row]
                if finished[i]:
                    ids.append(0)
                    continue
                token = choose(logits[row], answers[i])
                answers[i].append(token)
                ids.append(token)
                written = b"".join(self.tokens[t] for t in answers[i][-4:])
                finished[i] = token == 0 or stop in written
            if all(finished):
                break
            logits = self.step(ids, state)
        return answers, finished
