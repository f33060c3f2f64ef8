"""The weights of a file that export_gguf.py wrote, under the trainer's names: for evaluate.py, and for training on when the
checkpoints are lost (train.py --after FILE.gguf)."""

import hashlib
import re
from pathlib import Path

import numpy as np
import torch

from gguf_model import Model
from model import Shape, size, tensors, views


def parameters(model):
    """(shape, name -> float32 tensor) of a gguf_model.Model. What the file does not hold, the value residual of the first
    layer, takes no part in the forward pass and is zero."""
    t, m = model.t, model.metadata
    key = "rwkv7."
    ranks = [m[f"{key}attention.{n}_lora_rank"] for n in ("decay", "iclr", "value_residual_mix", "gate")]
    shape = Shape(len(model.tokens), model.width, model.layers, m[key + "feed_forward_length"], *ranks)
    p = {"emb.weight": t["token_embd.weight"], "head.weight": t["output.weight"]}
    for part in ("weight", "bias"):
        p[f"ln0.{part}"], p[f"ln_out.{part}"] = t[f"token_embd_norm.{part}"], t[f"output_norm.{part}"]
    for i in range(shape.layers):
        a, b = f"blocks.{i}.", f"blk.{i}."
        for part in ("weight", "bias"):
            p[f"{a}ln1.{part}"], p[f"{a}ln2.{part}"] = t[f"{b}attn_norm.{part}"], t[f"{b}attn_norm_2.{part}"]
            p[f"{a}att.ln_x.{part}"] = t[f"{b}time_mix_ln.{part}"]
        p[a + "att.x"] = t[b + "time_mix_lerp_fused.weight"].reshape(6, -1)
        p[a + "ffn.x_k"] = t[b + "channel_mix_lerp_k.weight"].reshape(1, -1)
        for n in ("w0", "a0", "v0", "k_k", "k_a", "r_k"):
            p[a + f"att.{n}"] = t[f"{b}time_mix_{n}.weight"]
        for n in ("w1", "w2", "a1", "a2", "v1", "v2", "g1", "g2"):
            p[a + f"att.{n}"] = t[f"{b}time_mix_{n}.weight"].T
        for n in ("receptance", "key", "value", "output"):
            p[a + f"att.{n}.weight"] = t[f"{b}time_mix_{n}.weight"]
        p[a + "ffn.key.weight"], p[a + "ffn.value.weight"] = t[f"{b}channel_mix_key.weight"], t[f"{b}channel_mix_value.weight"]
    out = {}
    for name, dims in tensors(shape).items():
        absent = re.fullmatch(r"blocks\.0\.att\.v[012]", name)
        out[name] = torch.zeros(dims) if absent else torch.from_numpy(np.array(p[name], dtype=np.float32, order="C"))
        if tuple(out[name].shape) != tuple(dims):
            raise SystemExit(f"{name} is {tuple(out[name].shape)} in the file, and {tuple(dims)} here")
    return shape, out


def checkpoint(path):
    """What a checkpoint of train.py holds, from the file alone: no moments (steps 0), and the large matrices as the file
    rounded them."""
    model = Model(path)
    shape, named = parameters(model)
    flat = torch.zeros(size(shape))
    for name, view in views(flat, shape).items():
        view.copy_(named[name])
    trained = re.match(r"([\d.]+) million", model.metadata.get("roost.training.tokens", ""))
    return {
        "identity": {"shape": shape.__dict__, "file": hashlib.sha256(Path(path).read_bytes()).hexdigest()},
        "flat": flat, "m": torch.zeros_like(flat), "v": torch.zeros_like(flat), "steps": 0, "log": [],
        "seen": round(float(trained[1]) * 1e6) if trained else 0,
        "vocabulary": [token.decode("latin1") for token in model.tokens],
    }
