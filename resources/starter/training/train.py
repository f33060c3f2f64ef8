"""Trains the starter model on the data that generate.ts wrote.

Run: python3 train.py --data DIR --run DIR [--tokens N] [--workers N] ...        (README.md has the command in full)

A run is a pure function of the data, the seed and the settings: the number of workers changes only the speed, because
the gradients of a step are computed per slice and added in the order of the slices. A killed run goes on from its last
checkpoint when the same command is given again. The learning rate rises over a warm-up, stays, and falls linearly to a
twentieth over the last part (--cooldown) of --tokens; --tokens may be changed between two starts as long as the fall has
not begun.
"""

import argparse
import ctypes
import json
import math
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

for name, value in (("MALLOC_MMAP_THRESHOLD_", "4000000000"), ("MALLOC_TRIM_THRESHOLD_", "8000000000")):
    # glibc: keep freed buffers mapped; must be in the environment before the process starts.
    if name not in os.environ and sys.platform == "linux":
        os.environ |= {name: value, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        os.execv(sys.executable, [sys.executable, *sys.argv])

import numpy as np
import torch

import import_gguf
from dataset import Examples
from model import Shape, forward, initialise, size, tensors, views


def options():
    o = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    o.add_argument("--data", required=True, help="folder written by generate.ts")
    o.add_argument("--after", help="begin with the checkpoint of this other run folder, or with a file of export_gguf.py (then without moments): a further stage, on other data, also with another vocabulary")
    o.add_argument("--run", required=True, help="folder for the checkpoint, the log and the loss curve")
    o.add_argument("--width", type=int, default=192)
    o.add_argument("--layers", type=int, default=5)
    o.add_argument("--tokens", type=float, default=24e6, help="length of the run in tokens (the data is repeated if shorter)")
    o.add_argument("--slice", type=int, default=1024, help="tokens per slice")
    o.add_argument("--slices", type=int, default=4, help="slices per step")
    o.add_argument("--rate", type=float, default=3e-3, help="AdamW learning rate")
    o.add_argument("--muon", type=float, default=0.0, help="learning rate of Muon on the large matrices; 0: AdamW everywhere")
    o.add_argument("--decay", type=float, default=0.05)
    o.add_argument("--warmup", type=float, default=2e5, help="tokens")
    o.add_argument("--cooldown", type=float, default=0.3, help="share of the run over which the rate falls")
    o.add_argument("--workers", type=int, default=2, help="processes of one thread each (1 on an accelerator)")
    o.add_argument("--half", action="store_true", help="large products in bfloat16 (a processor with avx512_bf16 or amx_bf16)")
    o.add_argument("--device", default="cpu")
    o.add_argument("--seed", type=int, default=7)
    o.add_argument("--minutes", type=float, default=0, help="stop (resumably) after this time; 0: no limit")
    o.add_argument("--checkpoint-seconds", type=float, default=150)
    o.add_argument("--evaluate-tokens", type=float, default=1e6)
    o.add_argument("--keep-tokens", type=float, default=0, help="keep the weights every so many tokens as RUN/kept-MILLIONS.pt, for the mean of export_gguf.py --average; 0: none")
    return o.parse_args()


def loss_of(p, shape, batch, half):
    ids, layout, at, target, weight, _ = batch
    logits = forward(p, shape, ids, layout, at, half)
    losses = torch.nn.functional.cross_entropy(logits, target, reduction="none")
    return (losses * weight).sum(), losses


def orthogonalise(g):
    """Newton-Schulz iteration toward the nearest semi-orthogonal matrix (Muon).

    Every factor of the iteration is a polynomial of the same small Gram matrix, so they commute and the long side is
    touched only at the beginning and at the end.
    """
    x = g / (g.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    a = x @ x.T
    identity = torch.eye(len(a), device=a.device)
    product = None
    for i in range(5):
        factor = torch.addmm(torch.add(3.4445 * identity, a, alpha=-4.7750), a, a, alpha=2.0315)
        product = factor if product is None else factor @ product
        if i < 4:
            a = factor @ (factor @ a)
    x = product @ x
    return x.T if tall else x


class Optimiser:
    """AdamW, with decay on matrices only; optionally Muon on the square and ffn matrices."""

    def __init__(self, o, shape, device):
        self.o, self.shape = o, shape
        n = size(shape)
        self.m, self.v, self.steps = torch.zeros(n, device=device), torch.zeros(n, device=device), 0
        self.matrices, self.rest = [], []  # (begin, end, dims) under Muon; (begin, end, decayed) under AdamW
        at = 0
        for name, dims in tensors(shape).items():
            end = at + math.prod(dims)
            matrix = len(dims) == 2 and name.endswith("weight")
            if matrix and o.muon and name.startswith("blocks."):
                self.matrices.append((at, end, dims))
            elif self.rest and self.rest[-1][1:] == (at, matrix):
                self.rest[-1] = (self.rest[-1][0], end, matrix)
            else:
                self.rest.append((at, end, matrix))
            at = end

    def adamw(self, flat, gradient, factor):
        self.steps += 1
        beta1, beta2, rate = 0.9, 0.98, self.o.rate * factor
        for begin, end, decayed in self.rest:
            x, g, m, v = (tensor[begin:end] for tensor in (flat, gradient, self.m, self.v))
            m.lerp_(g, 1 - beta1)
            v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
            if decayed:
                x.mul_(1 - rate * self.o.decay)
            denominator = v.sqrt().div_(math.sqrt(1 - beta2**self.steps)).add_(1e-9)
            x.addcdiv_(m, denominator, value=-rate / (1 - beta1**self.steps))

    def muon(self, flat, gradient, i, factor):
        begin, end, dims = self.matrices[i]
        x, g, m = (tensor[begin:end] for tensor in (flat, gradient, self.m))
        m.mul_(0.95).add_(g)
        update = orthogonalise(torch.add(g, m, alpha=0.95).view(dims)).reshape(-1)
        rate = self.o.muon * factor
        x.mul_(1 - rate * self.o.decay).add_(update, alpha=-rate * 0.2 * math.sqrt(max(dims)))


class Team:
    """Worker processes that share the parameters, the momentum and one gradient buffer per slice.

    A step has two phases, each a list of jobs that the workers take from a common counter: the slices of the batch, and
    then the Muon updates of the large matrices. What a job computes does not depend on who does it.
    """

    def __init__(self, o, shape, data, flat, optimiser):
        self.o, self.shape, self.data, self.optimiser = o, shape, data, optimiser
        self.flat = flat.to(o.device)
        self.slots = torch.zeros(o.slices, len(flat), device=o.device)
        self.gradient = torch.zeros(len(flat), device=o.device)
        if o.workers > 1:
            for shared in (self.flat, self.slots, self.gradient, optimiser.m):
                shared.share_memory_()
        self.parameters = {n: t.detach().requires_grad_() for n, t in views(self.flat, shape).items()}
        self.grads = [views(self.slots[i], shape) for i in range(o.slices)]
        self.cuts = multiprocessing.Array("q", o.slices + 1, lock=False)
        self.sums = multiprocessing.Array("d", 2 * o.slices, lock=False)
        self.factor = multiprocessing.Value("d", 0.0, lock=False)
        self.next = multiprocessing.Value("i", 0)  # its lock guards phase and count as well
        self.phase, self.count = (multiprocessing.Value("i", 0, lock=False) for _ in range(2))
        self.go, self.done = multiprocessing.Semaphore(0), multiprocessing.Semaphore(0)
        self.helpers = []
        context = multiprocessing.get_context("fork")
        for _ in range(o.workers - 1):
            helper = context.Process(target=self.help, daemon=True)
            helper.start()
            self.helpers.append(helper)

    def help(self):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # die with the main process
        while True:
            self.go.acquire()
            self.work()

    def work(self):
        while True:
            with self.next.get_lock():
                i, phase = self.next.value, self.phase.value
                if i >= self.count.value:
                    return
                self.next.value = i + 1
            if phase == 0:
                self.slice(i)
            else:
                self.optimiser.muon(self.flat, self.gradient, i, self.factor.value)
            self.done.release()

    def slice(self, i):
        self.slots[i].zero_()
        for name, parameter in self.parameters.items():
            parameter.grad = self.grads[i][name]
        batch = self.data.batch(self.cuts[i], self.cuts[i + 1], self.o.device)
        loss, _ = loss_of(self.parameters, self.shape, batch, self.o.half)
        loss.backward()
        self.sums[2 * i], self.sums[2 * i + 1] = float(loss), float(batch[4].sum())

    def dispatch(self, phase, count):
        with self.next.get_lock():
            self.phase.value, self.count.value, self.next.value = phase, count, 0
        for _ in self.helpers:
            self.go.release()
        self.work()
        for _ in range(count):
            while not self.done.acquire(timeout=5):
                if any(not helper.is_alive() for helper in self.helpers):
                    raise SystemExit("a worker process ended; start the same command again to go on")

    def step(self, begin, factor):
        """One optimiser step from example `begin`: (mean weighted loss, next example, tokens)."""
        self.cuts[0] = begin
        for i in range(self.o.slices):
            self.cuts[i + 1] = self.data.cut(self.cuts[i], self.o.slice)
        self.dispatch(0, self.o.slices)
        weight = sum(self.sums[1::2])
        loss = sum(self.sums[0::2]) / max(weight, 1e-9)
        if not math.isfinite(loss):
            raise SystemExit(f"the loss is {loss} at example {begin}")
        torch.sum(self.slots, 0, out=self.gradient)
        self.gradient.div_(max(weight, 1e-9))
        self.gradient.mul_(min(1.0, 1.0 / (float(self.gradient.norm()) + 1e-6)))
        self.factor.value = factor
        self.optimiser.adamw(self.flat, self.gradient, factor)
        self.dispatch(1, len(self.optimiser.matrices))
        end = self.cuts[self.o.slices]
        return loss, end, int(self.data.starts[end] - self.data.starts[begin])


def evaluate(parameters, shape, data, device):
    """Share of held-out examples whose every trained token is the most likely one, per kind, and the mean loss."""
    right, count, losses = {}, {}, {}
    with torch.no_grad():
        begin = 0
        while begin < len(data):
            end = data.cut(begin, 4096)
            batch = data.batch(begin, end, device)
            ids, layout, at, target, weight, example = batch
            logits = forward(parameters, shape, ids, layout, at)
            wrong = (logits.argmax(1) != target).cpu().numpy()
            each = torch.nn.functional.cross_entropy(logits, target, reduction="none").cpu().numpy()
            answer = weight.cpu().numpy() >= 1  # lighter weights are auxiliary: not part of the answer
            failed = np.bincount(example[answer], weights=wrong[answer], minlength=end - begin) > 0
            loss = np.bincount(example[answer], weights=each[answer], minlength=end - begin)
            for i in range(end - begin):
                kind = data.kind_names[data.kinds[begin + i]]
                right[kind] = right.get(kind, 0) + (not failed[i])
                count[kind] = count.get(kind, 0) + 1
                losses[kind] = losses.get(kind, 0.0) + float(loss[i])
            begin = end
    return {k: (right[k] / count[k], losses[k] / count[k]) for k in sorted(count)}


def carried(before, flat, shape, vocabulary):
    """Parameters and moments (flat, m, v) of the checkpoint `before`, made to fit `shape` and `vocabulary`.

    Embedding and head rows follow the bytes of their token. A token that is new begins with the mean of the rows of the
    tokens that spelled it before.
    """
    old = before.get("vocabulary") or json.loads((Path(before["options"]["data"]) / "manifest.json").read_text())["tokens"]
    shape_before = Shape(**before["identity"]["shape"])
    if shape_before.__dict__ | {"vocab": 0} != shape.__dict__ | {"vocab": 0}:
        raise SystemExit(f"the run before is a model of another shape: {shape_before.__dict__}")
    if old == vocabulary:
        return before["flat"], before["m"], before["v"]
    id_of, longest = {token: i for i, token in enumerate(old) if token}, max(len(token) for token in old)
    sources = [[0]]  # id 0, the end of text, is not a string
    for token in vocabulary[1:]:
        rows, at = [], 0
        while at < len(token):
            size_of = next(n for n in range(longest, 0, -1) if token[at : at + n] in id_of and at + n <= len(token))
            rows.append(id_of[token[at : at + size_of]])
            at += size_of
        sources.append(rows)
    print(f"{sum(len(rows) > 1 for rows in sources)} of {len(vocabulary)} tokens are new", flush=True)
    out = [flat.clone(), torch.zeros_like(flat), torch.zeros_like(flat)]
    for tensor, source in zip(out, (before["flat"], before["m"], before["v"])):
        target, origin = views(tensor, shape), views(source, shape_before)
        for name in target:
            if name in ("emb.weight", "head.weight"):
                for i, rows in enumerate(sources):
                    target[name][i] = origin[name][rows].mean(0)
            else:
                target[name].copy_(origin[name])
    return out


def save(path, value):
    torch.save(value, str(path) + ".new")
    with open(str(path) + ".new", "rb+") as file:
        os.fsync(file.fileno())
    os.replace(str(path) + ".new", path)


def draw(run, log):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(12, 4.5))
    steps = [e for e in log if "loss" in e]
    millions = np.array([e["tokens"] / 1e6 for e in steps])
    left.plot(millions, [e["loss"] for e in steps], linewidth=0.8, label="training, mean of 20 steps")
    left.set(xlabel="million tokens", ylabel="loss per trained token (nats)", yscale="log")
    left.legend()
    held = [e for e in log if "held" in e]
    names = sorted({k.rsplit(" ", 1)[0] for e in held for k in e["held"]})
    for i, name in enumerate(names):  # the mean of both languages
        with_it = [e for e in held if name + " en" in e["held"]]
        points = [(e["tokens"] / 1e6, 50 * (e["held"][name + " en"][0] + e["held"][name + " zh"][0])) for e in with_it]
        right.plot(*zip(*points), marker="os^v"[i % 4], color=f"C{i % 10}", linewidth=1, markersize=4, label=name)
    right.set(xlabel="million tokens", ylabel="held-out answers right to the last token, %", ylim=(0, 101))
    if held:
        right.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.tight_layout()
    figure.savefig(run / "loss.png", dpi=110)
    pyplot.close(figure)


def main():
    o = options()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    data, held = Examples(o.data, "train"), Examples(o.data, "held")
    C, V = o.width, len(data.manifest["tokens"])
    if C % 64:
        raise SystemExit("--width must be a multiple of 64")
    ranks = [max(16, 16 * round(1.8 * C**0.5 / 16))] * 2 + [16, max(32, 32 * round(0.6 * C**0.8 / 32))]
    shape = Shape(V, C, o.layers, 4 * C, *ranks)
    run = Path(o.run)
    run.mkdir(parents=True, exist_ok=True)
    path = run / "checkpoint.pt"
    identity = {"shape": shape.__dict__, "data": data.manifest["digest"], "seed": o.seed, "slice": [o.slice, o.slices],
                "rate": o.rate, "muon": o.muon, "decay": o.decay, "warmup": o.warmup}
    optimiser = Optimiser(o, shape, o.device)
    flat, position, seen, log = initialise(shape, o.seed), 0, 0, []
    begun = 0  # without moments the rate rises from here
    if o.after:
        from_file = o.after.endswith(".gguf")
        before = import_gguf.checkpoint(o.after) if from_file else torch.load(Path(o.after) / "checkpoint.pt", map_location="cpu")
        identity["after"] = [before["identity"], before["seen"]]
        flat, optimiser.m, optimiser.v = carried(before, flat, shape, data.manifest["tokens"])
        seen, log, optimiser.steps = before["seen"], before["log"], before["steps"]
        begun = seen if from_file else 0
    if path.exists():
        state = torch.load(path, map_location="cpu")
        if state["identity"] != identity:
            raise SystemExit(f"{path} belongs to another run: {state['identity']}; choose another --run folder")
        flat, position, seen, log = state["flat"], state["position"], state["seen"], state["log"]
        optimiser.m, optimiser.v = state["m"].to(o.device), state["v"].to(o.device)
        optimiser.steps = state["steps"]
        print(f"resumed at {seen / 1e6:.2f} M tokens", flush=True)
    team = Team(o, shape, data, flat, optimiser)
    print(f"{size(shape)} parameters, {json.dumps(shape.__dict__)}, {len(data)} examples, {len(data.ids) / 1e6:.1f} M tokens of data", flush=True)

    stopping = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.append(1))

    def checkpoint():
        save(path, {"identity": identity, "flat": team.flat.cpu().clone(), "m": optimiser.m.cpu(), "v": optimiser.v.cpu(),
                    "steps": optimiser.steps, "position": position, "seen": seen, "log": log, "tokens": o.tokens,
                    "cooldown": o.cooldown, "options": vars(o), "vocabulary": data.manifest["tokens"]})

    def examine():
        figures = evaluate(team.parameters, shape, held, o.device)
        log.append({"tokens": seen, "held": figures})
        print(f"  held-out at {seen / 1e6:.2f} M: " + ", ".join(f"{k} {100 * r:.0f} ({l:.2f})" for k, (r, l) in figures.items()), flush=True)

    started = saved = window = time.time()
    examined = seen - seen % int(o.evaluate_tokens)
    kept = seen - seen % int(o.keep_tokens) if o.keep_tokens else 0
    losses, window_tokens = [], 0
    while seen < o.tokens and not stopping:
        if data.starts[-1] - data.starts[position] < 2 * o.slice * o.slices:
            position = 0  # too little is left for a whole step
        rise = min(1.0, (seen - begun + 1) / max(o.warmup, 1))
        left = (o.tokens - seen) / (o.tokens * o.cooldown) if o.cooldown else 1.0
        factor = rise * (0.05 + 0.95 * min(1.0, left))
        loss, position, count = team.step(position, factor)
        seen += count
        losses.append(loss)
        window_tokens += count
        now = time.time()
        if len(losses) == 20:
            log.append({"tokens": seen, "loss": sum(losses) / 20})
            if len(log) % 5 == 0:
                print(f"{seen / 1e6:7.3f} M  loss {sum(losses) / 20:.4f}  rate x{factor:.2f}  {window_tokens / (now - window):.0f} tokens/s", flush=True)
                window, window_tokens = now, 0
            losses = []
        if seen - examined >= o.evaluate_tokens:
            examined = seen
            examine()
        if o.keep_tokens and seen - kept >= o.keep_tokens:
            kept = seen
            save(run / f"kept-{seen / 1e6:.2f}.pt", {"identity": identity, "flat": team.flat.cpu().clone(), "seen": seen,
                                                                  "vocabulary": data.manifest["tokens"]})
        if now - saved >= o.checkpoint_seconds:
            checkpoint()
            saved = now
        if o.minutes and now - started > 60 * o.minutes:
            stopping.append(1)
    if seen >= o.tokens:
        examine()
    checkpoint()
    draw(run, log)
    print("finished" if seen >= o.tokens else "stopped; the same command goes on from here", flush=True)


if __name__ == "__main__":
    main()
