"""Writes a checkpoint of train.py as starter.gguf, in the form that llama.cpp gives to RWKV-7.

Run: python3 export_gguf.py --data DIR --run DIR --out FILE [--type f16|q8_0] [--average KEPT=SHARE ...]

--average mixes in weights that train.py --keep-tokens kept in the same run, or in the stage before on the same vocabulary: KEPT
is a file, SHARE its part of the whole, and what the shares leave is the end of the run. The mean of the last weights of a run often answers better than any of them.

Large matrices (embedding, head, projections, channel mix) are F16 or Q8_0, everything else F32. The file is written under
a temporary name and renamed.
"""

import argparse
import json
import os
import struct
from pathlib import Path

import numpy as np
import torch

from model import Shape, views

U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
TYPES = {"f32": 0, "f16": 1, "q8_0": 8}
ALIGNMENT = 32


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, value):
    out = text(key)
    if kind == ARRAY:
        item, values = value
        out += struct.pack("<IIQ", ARRAY, item, len(values))
        pack = {STRING: text, I32: lambda v: struct.pack("<i", v)}[item]
        return out + b"".join(pack(v) for v in values)
    pack = {U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}
    return out + struct.pack("<I", kind) + (text(value) if kind == STRING else struct.pack(pack[kind], value))


def body(token):
    """The body of a Python bytes literal."""
    escapes = {0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}
    return "".join(escapes.get(b) or (chr(b) if 0x20 <= b < 0x7F else f"\\x{b:02x}") for b in token)


def q8_0(matrix):
    """Blocks of 32: a float16 scale and 32 signed bytes, as ggml rounds them."""
    blocks = matrix.reshape(-1, 32).astype(np.float32)
    scale = np.abs(blocks).max(1) / 127
    inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0)
    scaled = blocks * inverse[:, None]
    rounded = (np.sign(scaled) * np.floor(np.abs(scaled) + 0.5)).astype(np.int8)
    out = np.zeros(len(blocks), dtype=[("d", "<f2"), ("q", "i1", 32)])
    out["d"], out["q"] = scale.astype(np.float16), rounded
    return out.tobytes()


def gguf_tensors(p, shape):
    """name -> (array, large). Matrices are [out,in]; low ranks are transposed to that."""
    out = {"token_embd.weight": (p["emb.weight"], True), "output.weight": (p["head.weight"], True)}
    for part in ("weight", "bias"):
        out[f"token_embd_norm.{part}"] = (p[f"ln0.{part}"], False)
        out[f"output_norm.{part}"] = (p[f"ln_out.{part}"], False)
    for i in range(shape.layers):
        source, b = (lambda name, i=i: p[f"blocks.{i}.{name}"]), f"blk.{i}."
        for part in ("weight", "bias"):
            out[f"{b}attn_norm.{part}"] = (source(f"ln1.{part}"), False)
            out[f"{b}attn_norm_2.{part}"] = (source(f"ln2.{part}"), False)
            out[f"{b}time_mix_ln.{part}"] = (source(f"att.ln_x.{part}"), False)
        out[f"{b}time_mix_lerp_fused.weight"] = (source("att.x").reshape(6, 1, 1, -1), False)
        out[f"{b}channel_mix_lerp_k.weight"] = (source("ffn.x_k").reshape(-1), False)
        for name in "wavg":
            # llama.cpp expects value-residual tensors in layer 0 as well, with the rank of a, and does not use them.
            read = "a" if name == "v" and i == 0 else name
            if name != "g":
                out[f"{b}time_mix_{name}0.weight"] = (source(f"att.{read}0"), False)
            out[f"{b}time_mix_{name}1.weight"] = (source(f"att.{read}1").T, False)
            out[f"{b}time_mix_{name}2.weight"] = (source(f"att.{read}2").T, False)
        for name in ("k_k", "k_a", "r_k"):
            out[f"{b}time_mix_{name}.weight"] = (source(f"att.{name}"), False)
        for name in ("receptance", "key", "value", "output"):
            out[f"{b}time_mix_{name}.weight"] = (source(f"att.{name}.weight"), True)
        out[f"{b}channel_mix_key.weight"] = (source("ffn.key.weight"), True)
        out[f"{b}channel_mix_value.weight"] = (source("ffn.value.weight"), True)
    return {name: (tensor.contiguous().numpy(), large) for name, (tensor, large) in out.items()}


def write(path, p, shape, tokens, kind, extra):
    blank = tokens.index("\n\n")
    a = "rwkv7."
    entries = [
        entry("general.architecture", STRING, "rwkv7"),
        entry("general.type", STRING, "model"),
        entry("general.name", STRING, "Roost Starter"),
        entry("general.basename", STRING, "roost-starter"),
        entry("general.size_label", STRING, extra["size_label"]),
        entry("general.license", STRING, "Apache-2.0"),
        entry("general.description", STRING, "A guide to Roost and a reader of short texts, in English and Chinese; not a general assistant"),
        entry("general.languages", ARRAY, (STRING, ["en", "zh"])),
        entry("general.tags", ARRAY, (STRING, ["rwkv", "text-generation", "roost"])),
        entry("general.file_type", U32, {"f16": 1, "q8_0": 7}[kind]),
        entry("general.quantization_version", U32, 2),
        entry("general.alignment", U32, ALIGNMENT),
        entry("roost.training.tokens", STRING, extra["trained"]),
        entry(a + "context_length", U32, 1048576),
        entry(a + "embedding_length", U32, shape.width),
        entry(a + "block_count", U32, shape.layers),
        entry(a + "feed_forward_length", U32, shape.ffn),
        entry(a + "attention.head_count", U32, 0),
        entry(a + "attention.layer_norm_epsilon", F32, 1e-5),
        entry(a + "wkv.head_size", U32, 64),
        entry(a + "attention.decay_lora_rank", U32, shape.decay_rank),
        entry(a + "attention.iclr_lora_rank", U32, shape.iclr_rank),
        entry(a + "attention.value_residual_mix_lora_rank", U32, shape.value_rank),
        entry(a + "attention.gate_lora_rank", U32, shape.gate_rank),
        entry(a + "token_shift_count", U32, 2),
        entry("tokenizer.ggml.model", STRING, "rwkv"),
        entry("tokenizer.ggml.tokens", ARRAY, (STRING, ["<s>", *(body(t.encode("latin1")) for t in tokens[1:])])),
        entry("tokenizer.ggml.token_type", ARRAY, (I32, [3, *([1] * (len(tokens) - 1))])),
        entry("tokenizer.ggml.bos_token_id", U32, 0),
        entry("tokenizer.ggml.eos_token_id", U32, 0),
        entry("tokenizer.ggml.eot_token_id", U32, blank),
        entry("tokenizer.ggml.add_bos_token", BOOL, False),
        entry("tokenizer.chat_template", STRING, "rwkv-world"),
    ]
    infos, data = [], bytearray()
    arrays = gguf_tensors(p, shape)
    for name, (array, large) in arrays.items():
        stored = kind if large else "f32"
        payload = q8_0(array) if stored == "q8_0" else array.astype({"f16": "<f2", "f32": "<f4"}[stored]).tobytes()
        dims = array.shape[::-1]
        infos.append(text(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, TYPES[stored], len(data)))
        data += payload + b"\0" * (-len(payload) % ALIGNMENT)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(arrays), len(entries)) + b"".join(entries) + b"".join(infos)
    head += b"\0" * (-len(head) % ALIGNMENT)
    temporary = Path(str(path) + ".new")
    with open(temporary, "wb") as file:
        file.write(head + data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    return len(head) + len(data)


def mean(state, others):
    """The parameters of `state` with those of `others`, (state, share) pairs of this stage or the one before, mixed in by their
    shares."""
    left = 1 - sum(share for _, share in others)
    if any(share <= 0 for _, share in others) or left < 0:
        raise SystemExit("the shares of --average must be above 0 and at most 1 together")
    flat = state["flat"].double() * left
    for other, share in others:
        stages = [state["identity"], *state["identity"].get("after", [])[:1]]
        if other["identity"] not in stages or other["vocabulary"] != state["vocabulary"]:
            raise SystemExit(f"weights of another run or vocabulary cannot be mixed in: {other['identity']}")
        flat += other["flat"].double() * share
    return flat.float()


def main():
    o = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    o.add_argument("--data", required=True)
    o.add_argument("--run", required=True)
    o.add_argument("--out", required=True)
    o.add_argument("--type", choices=("f16", "q8_0"), default="f16")
    o.add_argument("--average", nargs="+", default=[], metavar="KEPT=SHARE")
    o = o.parse_args()
    manifest = json.loads((Path(o.data) / "manifest.json").read_text())
    state = torch.load(Path(o.run) / "checkpoint.pt", map_location="cpu")
    if state["identity"]["data"] != manifest["digest"]:
        raise SystemExit(f"{o.run} was not trained on the data in {o.data}")
    shape = Shape(**state["identity"]["shape"])
    pairs = [item.rsplit("=", 1) for item in o.average]
    if any(len(pair) != 2 for pair in pairs):
        raise SystemExit("--average takes FILE=SHARE, for example work/run/kept-24.00.pt=0.25")
    flat = mean(state, [(torch.load(path, map_location="cpu"), float(share)) for path, share in pairs])
    count = len(flat)
    extra = {"size_label": f"{count / 1e6:.1f}M", "trained": f"{state['seen'] / 1e6:.1f} million tokens"}
    size = write(o.out, views(flat, shape), shape, manifest["tokens"], o.type, extra)
    print(f"{o.out}: {count} parameters, {size} bytes, {o.type}, after {state['seen'] / 1e6:.2f} M tokens")


if __name__ == "__main__":
    main()
