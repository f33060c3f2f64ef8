"""RWKV-7 for training: shapes, initialisation and the forward pass over a flat batch.

Parameters live in one flat float32 vector, so that worker processes can share them and the optimiser can treat them as
one; `views` gives the named tensors. Names are those of the official checkpoints, except that the interpolations
x_r, x_w, x_k, x_v, x_a, x_g are one tensor att.x of shape [6,C], as in GGUF, and r_k is flat.
"""

import math
from dataclasses import dataclass

import torch

from kernels import gather, linear, norm_mix, operands, squared_relu, wkv


@dataclass(frozen=True)
class Shape:
    vocab: int
    width: int
    layers: int
    ffn: int
    decay_rank: int
    iclr_rank: int
    value_rank: int
    gate_rank: int


def tensors(shape):
    """name -> size, in the order of the flat vector."""
    C, V = shape.width, shape.vocab
    out = {"emb.weight": (V, C), "head.weight": (V, C)}
    out |= {"ln0.weight": (C,), "ln0.bias": (C,), "ln_out.weight": (C,), "ln_out.bias": (C,)}
    for i in range(shape.layers):
        p = f"blocks.{i}."
        out |= {p + f"{norm}.{part}": (C,) for norm in ("ln1", "ln2", "att.ln_x") for part in ("weight", "bias")}
        out |= {p + "att.x": (6, C), p + "ffn.x_k": (1, C)}
        out |= {p + f"att.{name}": (C,) for name in ("w0", "a0", "v0", "k_k", "k_a", "r_k")}
        ranks = {"w": shape.decay_rank, "a": shape.iclr_rank, "v": shape.value_rank, "g": shape.gate_rank}
        for name, rank in ranks.items():
            out |= {p + f"att.{name}1": (C, rank), p + f"att.{name}2": (rank, C)}
        out |= {p + f"att.{name}.weight": (C, C) for name in ("receptance", "key", "value", "output")}
        out |= {p + "ffn.key.weight": (shape.ffn, C), p + "ffn.value.weight": (C, shape.ffn)}
    return out


def size(shape):
    return sum(math.prod(dims) for dims in tensors(shape).values())


def views(flat, shape):
    out, at = {}, 0
    for name, dims in tensors(shape).items():
        out[name] = flat[at : at + math.prod(dims)].view(dims)
        at += math.prod(dims)
    return out


def orthogonal(rows, columns, scale, generator):
    q, r = torch.linalg.qr(torch.randn(max(rows, columns), min(rows, columns), generator=generator))
    q = q * torch.sign(torch.diagonal(r))
    return scale * (q if rows >= columns else q.T)


def initialise(shape, seed):
    """A fresh flat parameter vector."""
    generator = torch.Generator().manual_seed(seed)
    flat = torch.zeros(size(shape))
    C, L = shape.width, shape.layers
    channel = torch.arange(C) / max(C - 1, 1)
    for name, tensor in views(flat, shape).items():
        tail = name.split(".", 2)[-1] if name.startswith("blocks.") else name
        depth = int(name.split(".")[1]) / max(L - 1, 1) if name.startswith("blocks.") else 0.0
        back = 1 - depth * 0.9
        if name == "emb.weight":
            tensor.copy_((torch.rand(tensor.shape, generator=generator) - 0.5) * 0.02)
        elif name == "head.weight":
            tensor.copy_(orthogonal(*tensor.shape, 0.5 * math.sqrt(max(shape.vocab / C, 1)), generator))
        elif tail.startswith("ln") and tail.endswith("weight"):
            tensor.fill_(1.0)
        elif tail == "att.ln_x.weight":
            tensor.fill_(((1 + depth * (L - 1)) / L) ** 0.7)
        elif tail == "att.x":
            for j, power in enumerate((0.2, 0.9, 0.7, 0.7, 0.9, 0.2)):
                tensor[j] = 1 - channel ** (power * back)
        elif tail == "ffn.x_k":
            tensor[0] = 1 - channel ** (back**4)
        elif tail == "att.w0":
            tensor.copy_(-5.5 + 6 * channel ** (0.85 + depth**0.5))
        elif tail in ("att.k_k", "att.k_a"):
            tensor.fill_(0.85 if tail.endswith("k_k") else 1.0)
        elif tail == "att.v0":
            tensor.fill_(1.0)
        elif tail in ("att.receptance.weight", "att.value.weight", "att.key.weight", "ffn.key.weight"):
            bound = (1.0 if tail == "ffn.key.weight" else 0.5) / math.sqrt(C)
            tensor.copy_((torch.rand(tensor.shape, generator=generator) * 2 - 1) * bound)
        elif tail in ("att.w2", "att.a2", "att.v2", "att.g2"):
            tensor.copy_(orthogonal(*tensor.shape, 1.0 if tail == "att.g2" else 0.1, generator))
    return flat


def forward(p, shape, ids, layout, at, half=False):
    """Logits [len(at), V] at the flat positions `at`; ids [N]. half: large products in bfloat16."""
    x = norm_mix(torch.nn.functional.embedding(ids, p["emb.weight"]), p["ln0.weight"], p["ln0.bias"])[0]
    first = None
    for i in range(shape.layers):
        q = lambda name: p[f"blocks.{i}.{name}"]
        xr, xw, xk, xv, xa, xg = norm_mix(x, q("ln1.weight"), q("ln1.bias"), q("att.x"), layout)
        r, k, v = (linear(z, q(f"att.{n}.weight"), half) for z, n in ((xr, "receptance"), (xk, "key"), (xv, "value")))
        wl = torch.tanh(xw @ q("att.w1")) @ q("att.w2")
        al = (xa @ q("att.a1")) @ q("att.a2")
        gate = torch.sigmoid(xg @ q("att.g1")) @ q("att.g2")
        if first is None:
            first, extra = v, (None, None, q("att.w0"), q("att.a0"), q("att.k_k"), q("att.k_a"), None)
        else:
            vl = (xv @ q("att.v1")) @ q("att.v2")
            extra = (vl, first, q("att.w0"), q("att.a0"), q("att.k_k"), q("att.k_a"), q("att.v0"))
        w, k, v, a, b = operands(wl, al, k, v, *extra)
        y = wkv(r, w, k, v, a, b, layout)
        y = gather(y, r, k, v, gate, q("att.ln_x.weight"), q("att.ln_x.bias"), q("att.r_k"))
        x = x + linear(y, q("att.output.weight"), half)
        (f,) = norm_mix(x, q("ln2.weight"), q("ln2.bias"), q("ffn.x_k"), layout)
        x = x + linear(squared_relu(linear(f, q("ffn.key.weight"), half)), q("ffn.value.weight"), half)
    return linear(norm_mix(x[at], p["ln_out.weight"], p["ln_out.bias"])[0], p["head.weight"], half)
