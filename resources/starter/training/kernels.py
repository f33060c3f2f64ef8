"""The operations of RWKV-7 that are not matrix products, as autograd functions on flat activations.

Two implementations of each: C kernels (kernels.c, compiled at first use, called through ctypes) for float32 on a
processor, and plain torch for everything else (float64, an accelerator, a machine without a compiler). The torch
versions are the reference that check.py compares the C versions with.

"Flat" means: the tokens of many sequences laid end to end, [N, C]; `Layout` says where each begins.
"""

import ctypes
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import torch
import torch.nn.functional as F

HEAD = 64
SPAN = 16  # as in kernels.c
DECAY = 0.6065306597126334  # e^(-1/2)


def compile_kernels():
    """The compiled library, or None with the reason on standard error where there is no working compiler."""
    source = Path(__file__).with_name("kernels.c")
    cpu = Path("/proc/cpuinfo").read_text().split("\n\n")[0] if os.path.exists("/proc/cpuinfo") else ""
    flags = next((line for line in cpu.split("\n") if line.startswith("flags")), "")
    name = hashlib.sha256(source.read_bytes() + flags.encode()).hexdigest()[:16]
    library = Path(tempfile.gettempdir()) / f"roost-starter-kernels-{os.getuid()}-{name}.so"
    if not library.exists():
        building = library.with_suffix(f".{os.getpid()}.so")
        command = [os.environ.get("CC", "cc"), "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
        try:
            subprocess.run([*command, str(source), "-o", str(building), "-lm"], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            import sys

            print(f"no C kernels, the slower torch formulation is used: {error}", file=sys.stderr)
            return None
        os.replace(building, library)
    return ctypes.CDLL(str(library))


LIBRARY = compile_kernels() if os.environ.get("ROOST_STARTER_KERNELS", "c") == "c" else None


class Layout:
    """Where the sequences of a flat batch begin. lengths: tokens per sequence, each at least 1."""

    def __init__(self, lengths, device="cpu"):
        lengths = torch.as_tensor(lengths, dtype=torch.int64)
        self.lengths = lengths
        self.start = torch.zeros(len(lengths) + 1, dtype=torch.int32)
        self.start[1:] = torch.cumsum(lengths, 0)
        self.tokens = int(self.start[-1])
        stored = (lengths + SPAN - 1) // SPAN
        self.offset = torch.zeros(len(lengths), dtype=torch.int64)
        self.offset[1:] = torch.cumsum(stored, 0)[:-1]
        self.states = int(stored.sum())
        first = torch.ones(self.tokens, 1)
        first[self.start[:-1].long()] = 0
        self.continues = first.to(device)  # [N,1]: 0 where a token has no previous one, else 1
        # Padded view for the chunked recurrence: row (sequence, position) -> flat index, N for padding.
        width = int(lengths.max())
        at = torch.full((len(lengths), width), self.tokens)
        for s in range(len(lengths)):
            at[s, : lengths[s]] = torch.arange(int(self.start[s]), int(self.start[s + 1]))
        self.padded = at.to(device)
        self.flat = (at < self.tokens).nonzero(as_tuple=True)
        self.flat = tuple(index.to(device) for index in self.flat)


def pointer(tensor):
    return ctypes.c_void_p(tensor.data_ptr() if tensor is not None else 0)


def pointers(tensors):
    return (ctypes.c_void_p * max(len(tensors), 1))(*[tensor.data_ptr() for tensor in tensors])


def i64(*values):
    return [ctypes.c_int64(value) for value in values]


def usable(tensor):
    return LIBRARY is not None and tensor.device.type == "cpu" and tensor.dtype == torch.float32


class Half(torch.autograd.Function):
    """x w' with both factors rounded to bfloat16 and sums in float32, in all three products of the two passes.

    Rows are filled up with zeros to a multiple of 128, because every new shape costs a compilation in oneDNN.
    """

    @staticmethod
    def filled(x):
        rows = x.shape[0]
        out = x.new_empty(rows + -rows % 128, x.shape[1], dtype=torch.bfloat16)
        out[:rows] = x
        out[rows:] = 0
        return out

    @staticmethod
    def forward(ctx, x, w):
        ctx.rows = x.shape[0]
        x, w = Half.filled(x), w.bfloat16()
        ctx.save_for_backward(x, w)
        return (x @ w.T)[: ctx.rows].float()

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        g = Half.filled(g)
        return (g @ w)[: ctx.rows].float(), (g.T @ x).float()


def linear(x, w, half=False):
    """x w' of x [N, in] and w [out, in]; half: in bfloat16 (see Half), faster on a processor with instructions for it."""
    return Half.apply(x, w) if half else x @ w.T


class NormMix(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, gain, bias, mix, layout):
        x, N, C = x.contiguous(), x.shape[0], x.shape[1]
        M = 0 if mix is None else mix.shape[0]
        a, mean, rstd = torch.empty_like(x), x.new_empty(N), x.new_empty(N)
        out = [torch.empty_like(x) for _ in range(M)]
        start = layout.start if layout is not None else torch.tensor([0, N], dtype=torch.int32)
        LIBRARY.norm_mix_forward(
            pointer(x), pointer(gain), pointer(bias), pointer(mix), pointer(start), *i64(len(start) - 1, C, M),
            pointer(a), pointer(mean), pointer(rstd), pointers(out),
        )
        ctx.save_for_backward(x, gain, mix, a, mean, rstd, start)
        return tuple(out) if M else (a,)

    @staticmethod
    def backward(ctx, *gout):
        x, gain, mix, a, mean, rstd, start = ctx.saved_tensors
        C, M = x.shape[1], 0 if mix is None else mix.shape[0]
        gout = [g.contiguous() for g in gout]
        gx, ggain, gbias = torch.empty_like(x), torch.zeros_like(gain), torch.zeros_like(gain)
        gmix = torch.zeros_like(mix) if M else None
        LIBRARY.norm_mix_backward(
            pointers(gout), pointer(x), pointer(gain), pointer(mix), pointer(a), pointer(mean), pointer(rstd),
            pointer(start), *i64(len(start) - 1, C, M), pointer(gx), pointer(ggain), pointer(gbias), pointer(gmix),
        )
        return gx, ggain, gbias, gmix, None


def norm_mix(x, gain, bias, mix=None, layout=None):
    """Layer norm; with mix [M,C] also token shift and M interpolations toward the previous token. A tuple of [N,C]."""
    if usable(x):
        return NormMix.apply(x, gain, bias, mix, layout)
    a = F.layer_norm(x, (x.shape[1],), gain, bias, 1e-5)
    if mix is None:
        return (a,)
    d = F.pad(a, (0, 0, 1, 0))[:-1] * layout.continues.to(a.dtype) - a
    return tuple(a + d * mix[j] for j in range(mix.shape[0]))


class Operands(torch.autograd.Function):
    @staticmethod
    def forward(ctx, wl, al, k, v, vl, vf, w0, a0, k_k, k_a, v0):
        N, C = k.shape
        wl, al, k, v = (tensor.contiguous() for tensor in (wl, al, k, v))
        w, k2, v2, a, b, sw, alpha = (torch.empty_like(k) for _ in range(7))
        inverse = k.new_empty(N, C // HEAD)
        sv = torch.empty_like(k) if vl is not None else None
        vl = vl.contiguous() if vl is not None else None
        LIBRARY.operands_forward(
            pointer(wl), pointer(al), pointer(k), pointer(v), pointer(vl), pointer(vf), pointer(w0), pointer(a0),
            pointer(k_k), pointer(k_a), pointer(v0), *i64(N, C), pointer(w), pointer(k2), pointer(v2), pointer(a),
            pointer(b), pointer(sw), pointer(alpha), pointer(inverse), pointer(sv),
        )
        ctx.save_for_backward(k, v, vf, w, a, sw, alpha, inverse, sv, k_k, k_a)
        return w, k2, v2, a, b

    @staticmethod
    def backward(ctx, *grads):
        k, v, vf, w, a, sw, alpha, inverse, sv, k_k, k_a = ctx.saved_tensors
        N, C = k.shape
        grads = [torch.zeros_like(k) if g is None else g.contiguous() for g in grads]
        gwl, gal, gk, gv = (torch.empty_like(k) for _ in range(4))
        gvl, gvf = (torch.empty_like(k), torch.empty_like(k)) if sv is not None else (None, None)
        gw0, ga0, gk_k, gk_a = (torch.zeros_like(k_k) for _ in range(4))
        gv0 = torch.zeros_like(k_k) if sv is not None else None
        LIBRARY.operands_backward(
            *[pointer(g) for g in grads], pointer(k), pointer(v), pointer(vf), pointer(w), pointer(a), pointer(sw),
            pointer(alpha), pointer(inverse), pointer(sv), pointer(k_k), pointer(k_a),
            *i64(1 if sv is not None else 0, N, C), pointer(gwl), pointer(gal), pointer(gk), pointer(gv),
            pointer(gvl), pointer(gvf), pointer(gw0), pointer(ga0), pointer(gk_k), pointer(gk_a), pointer(gv0),
        )
        return gwl, gal, gk, gv, gvl, gvf, gw0, ga0, gk_k, gk_a, gv0


def operands(wl, al, k, v, vl, vf, w0, a0, k_k, k_a, v0):
    """w, k, v, a, b of the recurrence from the projections; all [N,C]. vl, vf, v0 are None in the first layer."""
    if usable(k):
        return Operands.apply(wl, al, k, v, vl, vf, w0, a0, k_k, k_a, v0)
    N, C = k.shape
    w = torch.exp(-DECAY * torch.sigmoid(w0 + wl))
    alpha = torch.sigmoid(a0 + al)
    kappa = F.normalize((k * k_k).view(N, C // HEAD, HEAD), dim=2, eps=1e-12).view(N, C)
    if vl is not None:
        v = v + (vf - v) * torch.sigmoid(v0 + vl)
    return w, k * (1 + (alpha - 1) * k_a), v, -kappa, kappa * alpha


class Wkv(torch.autograd.Function):
    @staticmethod
    def forward(ctx, r, w, k, v, a, b, layout):
        inputs = [tensor.contiguous() for tensor in (r, w, k, v, a, b)]
        C = r.shape[1]
        y, saved = torch.empty_like(inputs[0]), torch.empty_like(inputs[0])
        states = r.new_empty(layout.states * (C // HEAD) * HEAD * HEAD)
        LIBRARY.wkv_forward(
            *[pointer(tensor) for tensor in inputs], pointer(layout.start), pointer(layout.offset),
            *i64(len(layout.offset), C), pointer(y), pointer(saved), pointer(states),
        )
        ctx.save_for_backward(*inputs, saved, states)
        ctx.layout = layout
        return y

    @staticmethod
    def backward(ctx, gy):
        inputs, layout = ctx.saved_tensors, ctx.layout
        grads = [torch.empty_like(inputs[0]) for _ in range(6)]
        gy = gy.contiguous()
        LIBRARY.wkv_backward(
            pointer(gy), *[pointer(tensor) for tensor in inputs], pointer(layout.start), pointer(layout.offset),
            *i64(len(layout.offset), inputs[0].shape[1]), *[pointer(g) for g in grads],
        )
        return (*grads, None)


def wkv(r, w, k, v, a, b, layout, chunk=32):
    """y [N,C] of  S = S diag(w) + (S a) b' + v k',  y = S r  per head and sequence, from a zero state."""
    if usable(r):
        return Wkv.apply(r, w, k, v, a, b, layout)
    # Chunked formulation: inside a chunk the tokens are combined by triangular products, between chunks by the state.
    sequences, width = layout.padded.shape
    C = r.shape[1]
    H, padding = C // HEAD, -width % chunk

    def padded(x, fill):
        x = torch.cat([x, x.new_full((1, C), fill)])[layout.padded]
        x = F.pad(x, (0, 0, 0, padding), value=fill)
        return x.view(sequences, -1, chunk, H, HEAD).permute(0, 3, 1, 2, 4)  # sequence, head, chunk, token, channel

    r, k, v, a, b = (padded(x, 0.0) for x in (r, k, v, a, b))
    g = torch.cumsum(torch.log(padded(w, 1.0)), dim=3)
    G, inverse = torch.exp(g), torch.exp(-g)
    before = F.pad(G, (0, 0, 1, 0), value=1.0)[..., :-1, :]
    A, R, B, K = a * before, r * G, b * inverse, k * inverse
    lab, lak = torch.tril(A @ B.transpose(3, 4), -1), torch.tril(A @ K.transpose(3, 4), -1)
    lrb, lrk = torch.tril(R @ B.transpose(3, 4)), torch.tril(R @ K.transpose(3, 4))
    X = torch.eye(chunk, dtype=r.dtype, device=r.device) + lab  # (I - lab)^-1: lab is nilpotent, so the product is exact
    power = lab
    for _ in range(chunk.bit_length() - 2):
        power = power @ power
        X = X + power @ X
    U, W = X @ A, X @ (lak @ v)
    S, out = r.new_zeros(sequences, H, HEAD, HEAD), []
    for n in range(r.shape[2]):
        P = U[:, :, n] @ S.transpose(2, 3) + W[:, :, n]
        out.append(R[:, :, n] @ S.transpose(2, 3) + lrb[:, :, n] @ P + lrk[:, :, n] @ v[:, :, n])
        S = (S + P.transpose(2, 3) @ B[:, :, n] + v[:, :, n].transpose(2, 3) @ K[:, :, n]) * G[:, :, n, -1:, :]
    y = torch.cat(out, 2).permute(0, 2, 1, 3).reshape(sequences, -1, C)
    return y[layout.flat]


class Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx, y, r, k, v, gate, gain, bias, r_k):
        y, r, k, v, gate = (tensor.contiguous() for tensor in (y, r, k, v, gate))
        N, C = y.shape
        mean, rstd, bonus = (y.new_empty(N, C // HEAD) for _ in range(3))
        out = torch.empty_like(y)
        LIBRARY.gather_forward(
            *[pointer(tensor) for tensor in (y, r, k, v, gate, gain, bias, r_k)], *i64(N, C), pointer(mean),
            pointer(rstd), pointer(bonus), pointer(out),
        )
        ctx.save_for_backward(y, r, k, v, gate, gain, bias, r_k, mean, rstd, bonus)
        return out

    @staticmethod
    def backward(ctx, gout):
        saved = ctx.saved_tensors
        y, gain, r_k = saved[0], saved[5], saved[7]
        N, C = y.shape
        grads = [torch.empty_like(y) for _ in range(5)]
        small = [torch.zeros_like(gain), torch.zeros_like(gain), torch.zeros_like(r_k)]
        gout = gout.contiguous()
        LIBRARY.gather_backward(
            pointer(gout), *[pointer(tensor) for tensor in saved], *i64(N, C), *[pointer(g) for g in grads + small],
        )
        return (*grads, *small)


def gather(y, r, k, v, gate, gain, bias, r_k):
    """(GroupNorm(y) + (sum over the head of r k r_k) v) gate; r_k [C] flattened over the heads."""
    if usable(y):
        return Gather.apply(y, r, k, v, gate, gain, bias, r_k)
    N, C = y.shape
    bonus = (r * k * r_k).view(N, C // HEAD, HEAD).sum(2, keepdim=True) * v.view(N, C // HEAD, HEAD)
    return (F.group_norm(y, C // HEAD, gain, bias, 64e-5) + bonus.reshape(N, C)) * gate


class SquaredRelu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        out = torch.empty_like(x)
        LIBRARY.relu2_forward(pointer(x), *i64(x.numel()), pointer(out))
        ctx.save_for_backward(x)
        return out

    @staticmethod
    def backward(ctx, gout):
        (x,) = ctx.saved_tensors
        gout, gx = gout.contiguous(), torch.empty_like(x)
        LIBRARY.relu2_backward(pointer(gout), pointer(x), *i64(x.numel()), pointer(gx))
        return gx


def squared_relu(x):
    return SquaredRelu.apply(x) if usable(x) and x.is_contiguous() else torch.relu(x).square()
