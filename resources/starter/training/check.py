"""Compares the C kernels with the torch formulation and both with a token-by-token loop in float64; and the weights that
come back from a written file with those that went in, by the logits that the reader of gguf_model.py finds in it; and the
mean of checkpoints with the arithmetic mean of each weight.

Run: python3 check.py    Prints the largest relative error of the outputs and of every gradient; fails above 2e-4.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

import export_gguf
import import_gguf
import kernels
from gguf_model import Model
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


def file_and_back():
    """Writes a random model and reads it: the relative error of its logits in the trainer against NumPy on the file. Written
    again, the file must be the same."""
    tokens = ["", *(chr(b) for b in range(256)), "\n\n", *(chr(a) + "e" for a in range(97, 123))]
    shape = Shape(len(tokens), 128, 3, 512, 32, 32, 16, 64)
    flat = initialise(shape, 5)
    flat += 0.05 * torch.randn(flat.shape)
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder) / "one.gguf", Path(folder) / "two.gguf"
        extra = {"size_label": "1M", "trained": "12.5 million tokens"}
        export_gguf.write(one, views(flat, shape), shape, tokens, "f16", extra)
        back = import_gguf.checkpoint(one)
        assert back["seen"] == 12_500_000 and back["vocabulary"] == tokens and back["identity"]["shape"] == shape.__dict__
        export_gguf.write(two, views(back["flat"], shape), shape, tokens, "f16", extra)
        assert one.read_bytes() == two.read_bytes(), "the weights of the file changed on the way"
        model = Model(one)
        ids = torch.randint(1, len(tokens), (40,))
        state = model.state(1)
        expected = torch.tensor([model.step([int(i)], state)[0].tolist() for i in ids])
        logits = forward(views(back["flat"], shape), shape, ids, Layout([len(ids)]), torch.arange(len(ids)))
    return relative(logits, expected)


def mean_of_checkpoints():
    """Writes a run with two kept weights and exports their mean: the relative error of a matrix in the file."""
    tokens = ["", *(chr(b) for b in range(256)), "\n\n"]
    shape = Shape(len(tokens), 64, 2, 256, 16, 16, 16, 32)
    identity = {"shape": shape.__dict__, "data": "digest"}
    states = [{"identity": identity, "flat": initialise(shape, seed), "seen": seed * 10**6, "vocabulary": tokens} for seed in (3, 1, 2)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "manifest.json").write_text(json.dumps({"digest": "digest", "tokens": tokens}))
        for file, state in zip(("checkpoint.pt", "kept-1.00.pt", "kept-2.00.pt"), states):
            torch.save(state, folder / file)
        command = [sys.executable, export_gguf.__file__, "--data", name, "--run", name, "--out", f"{name}/m.gguf", "--average"]
        subprocess.run([*command, f"{name}/kept-1.00.pt=0.25", f"{name}/kept-2.00.pt=0.5"], check=True, stdout=subprocess.DEVNULL)
        head = torch.from_numpy(Model(folder / "m.gguf").t["output.weight"].copy())
        last, one, two = (views(state["flat"], shape)["head.weight"] for state in states)
        error = relative(head, last / 4 + one / 4 + two / 2)
        torch.save({**states[1], "identity": {**identity, "data": "another"}}, folder / "other.pt")
        torch.save({**states[1], "vocabulary": [*tokens[:-1], "\n"]}, folder / "words.pt")
        for wrong in ("kept-1.00.pt=1.5", "other.pt=0.5", "words.pt=0.5"):
            refused = subprocess.run([*command, f"{name}/{wrong}"], capture_output=True).returncode
            assert refused != 0, f"a mean with {wrong} was made"
    return error / 8  # F16 keeps 11 bits, and the limit of this program is 2e-4


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
    error = file_and_back()
    print(f"logits of a file that was read back, against NumPy on the file: {error:.1e}")
    average = mean_of_checkpoints()
    print(f"mean of three checkpoints in the file, against their arithmetic mean (an eighth of it): {average:.1e}")
    worst = max(worst, top[0][1], error, average)
    print("worst", f"{worst:.1e}", "C kernels" if kernels.LIBRARY else "torch only")
    sys.exit(0 if worst < 2e-4 else 1)


if __name__ == "__main__":
    main()
