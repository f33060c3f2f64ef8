"""Compares the C kernels with the torch formulation and both with a token-by-token loop in float64.

Run: python3 check.py    Prints the largest relative error of the outputs and of every gradient; fails above 2e-4.
"""

import sys

import torch

import kernels
from kernels import HEAD, Layout
from model import Shape, forward, initialise, views


def loop(r, w, k, v, a, b, layout):
    out = []
    for s in range(len(layout.lengths)):
        S = r.new_zeros(r.shape[1] // HEAD, HEAD, HEAD)
        for t in range(int(layout.start[s]), int(layout.start[s + 1])):
            row = lambda x: x[t].view(-1, HEAD)
            e = torch.einsum("hvk,hk->hv", S, row(a))
            S = S * row(w)[:, None, :] + e[:, :, None] * row(b)[:, None, :] + row(v)[:, :, None] * row(k)[:, None, :]
            out.append(torch.einsum("hvk,hk->hv", S, row(r)).reshape(-1))
    return torch.stack(out)


def relative(x, y):
    return float((x.double() - y.double()).abs().max() / y.double().abs().max().clamp_min(1e-12))


def main():
    torch.manual_seed(1)
    layout = Layout([1, 2, 15, 16, 17, 33, 70])
    N, C, worst = layout.tokens, 128, 0.0
    r, k, v = (torch.randn(N, C, dtype=torch.float64) for _ in range(3))
    kappa = torch.nn.functional.normalize(torch.randn(N, C // HEAD, HEAD, dtype=torch.float64), dim=2).reshape(N, C)
    w = torch.exp(-0.6065 * torch.sigmoid(3 * torch.randn(N, C, dtype=torch.float64)))
    inputs = [r, w, k, v, -kappa, kappa * torch.rand(N, C, dtype=torch.float64)]
    weight = torch.randn(N, C, dtype=torch.float64)
    results = {}
    for name, function, dtype in (
        ("loop f64", loop, torch.float64),
        ("chunked f64", kernels.wkv, torch.float64),
        ("C f32", kernels.wkv, torch.float32),
    ):
        leaves = [x.to(dtype).requires_grad_() for x in inputs]
        y = function(*leaves, layout)
        results[name] = [y.detach(), *torch.autograd.grad((y * weight.to(dtype)).sum(), leaves)]
    for name in ("chunked f64", "C f32"):
        errors = [relative(x, y) for x, y in zip(results[name], results["loop f64"])]
        print(f"wkv {name}: y, dr, dw, dk, dv, da, db", " ".join(f"{e:.1e}" for e in errors))
        worst = max(worst, *errors)

    shape = Shape(300, 128, 3, 512, 16, 16, 16, 32)
    flat = initialise(shape, 1)
    flat += 0.05 * torch.randn(flat.shape)
    ids = torch.randint(0, 300, (N,))
    at = torch.arange(0, N, 3)
    outcome = []
    for dtype in (torch.float64, torch.float32):
        leaf = flat.to(dtype).requires_grad_()
        logits = forward(views(leaf, shape), shape, ids, layout, at)
        loss = torch.nn.functional.cross_entropy(logits, ids[at])
        (grad,) = torch.autograd.grad(loss, leaf)
        outcome.append((logits.detach(), views(grad, shape)))
    (logits64, grad64), (logits32, grad32) = outcome
    errors = {"logits": relative(logits32, logits64)}
    for name in grad64:
        if float(grad64[name].abs().max()) > 1e-12:
            errors[name] = relative(grad32[name], grad64[name])
    top = sorted(errors.items(), key=lambda item: -item[1])[:5]
    print("model, C f32 against torch f64:", ", ".join(f"{name} {e:.1e}" for name, e in top), f"({len(errors)} tensors)")
    worst = max(worst, top[0][1])
    print("worst", f"{worst:.1e}", "C kernels" if kernels.LIBRARY else "torch only")
    sys.exit(0 if worst < 2e-4 else 1)


if __name__ == "__main__":
    main()
