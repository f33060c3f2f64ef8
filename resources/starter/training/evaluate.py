"""Evaluates starter.gguf on the held-out examples of generate.ts and prints the table of the model card.

Run: python3 evaluate.py --data DIR [--model ../starter.gguf] [--settings ../starter.json] [--samples 500]

An answer is right when it is the expected one to the last token, the end of the turn included, with the most likely token
taken at every step (which is what the shares of teacher-forced predictions below measure: they are equal by
construction, and the first check verifies it by really generating with the independent NumPy model).
The loop test samples with the settings of starter.json: an answer loops when it has not ended after 160 tokens, or holds
a stretch of at least 6 characters four times in a row.
"""

import argparse
import json
import os
import re
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
import torch

import import_gguf
from dataset import Examples
from gguf_model import Model
from train import evaluate

HERE = Path(__file__).parent


def sampler(settings, random):
    """The sampler of the RWKV pip package: top-p cut on the probabilities, then temperature; penalties with decay."""

    def choose(logits, written):
        logits = logits.astype(np.float64)
        counts = {}
        for token in written:
            for other in counts:
                counts[other] *= settings["penaltyDecay"]
            counts[token] = counts.get(token, 0) + 1
        for token, count in counts.items():
            logits[token] -= settings["presencePenalty"] + count * settings["frequencyPenalty"]
        p = np.exp(logits - logits.max())
        p /= p.sum()
        order = np.sort(p)[::-1]
        p[p < order[int(np.argmax(np.cumsum(order) >= settings["topP"]))]] = 0
        if settings["temperature"] != 1:
            p = p ** (1 / settings["temperature"])
        return int(random.choice(len(p), p=p / p.sum()))

    return choose


def prompt_and_answer(data, i):
    ids, weights = (np.array(array[data.starts[i] : data.starts[i + 1]]) for array in (data.ids, data.weights))
    begin = int(np.flatnonzero(weights >= 8)[0])
    return [int(x) for x in ids[:begin]], [int(x) for x in ids[begin:]]


def loops(model, ids, finished):
    return not finished or re.search(r"(.{6,}?)\1{3}", model.decode(ids), re.S) is not None


def main():
    o = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    o.add_argument("--data", required=True)
    o.add_argument("--model", default=str(HERE.parent / "starter.gguf"))
    o.add_argument("--settings", default=str(HERE.parent / "starter.json"))
    o.add_argument("--samples", type=int, default=500)
    o.add_argument("--show", type=int, default=0, help="print this many wrong answers per kind")
    o.add_argument("--json", help="write the figures here as well")
    o = o.parse_args()
    torch.set_num_threads(2)
    model, data = Model(o.model), Examples(o.data, "test")
    if [t.encode("latin1") for t in data.manifest["tokens"]] != model.tokens:
        raise SystemExit("the vocabulary of the model is not that of the data; generate the data with the same texts")
    settings = json.loads(Path(o.settings).read_text())
    shape, parameters = import_gguf.parameters(model)

    random = np.random.default_rng(3)
    chosen = [int(i) for i in random.choice(len(data), 40, replace=False)]
    with torch.no_grad():
        from kernels import Layout
        from model import forward

        prompts, wanted = zip(*(prompt_and_answer(data, i) for i in chosen))
        answers, _ = model.generate(list(prompts), lambda logits, _: int(logits.argmax()))
        agree = forced = 0
        for prompt, answer, expected in zip(prompts, answers, wanted):
            ids = torch.tensor(list(prompt) + answer)
            at = torch.arange(len(prompt) - 1, len(ids) - 1)
            logits = forward(parameters, shape, ids, Layout([len(ids)]), at)
            agree += int(bool((logits.argmax(1) == ids[at + 1]).all()))
    print(f"NumPy from the file and the trainer choose the same tokens in {agree} of {len(chosen)} greedy answers")

    figures = evaluate(parameters, shape, data, "cpu")
    names = sorted({kind.rsplit(" ", 1)[0] for kind in figures}, key=[k.rsplit(" ", 1)[0] for k in data.kind_names if k in figures].index)
    each = len(data) // len(figures)
    print(f"\n| held-out ({each} examples each) | English % | Chinese % |\n|---|---|---|")
    for name in names:
        print(f"| {name} | {100 * figures[name + ' en'][0]:.1f} | {100 * figures[name + ' zh'][0]:.1f} |")
    groups = {
        "guide questions right (>= 90)": ["guide frames", "guide questions"],
        "passage questions right (>= 85)": ["passage twice", "passage once", "passage pasted"],
        "not in the passage recognised (>= 85)": ["absent twice", "absent once", "absent pasted"],
        "questions beyond the starter declined (>= 90)": ["outside"],
        "follow-ups right (>= 75)": ["follow"],
    }
    result = {"kinds": {k: v[0] for k, v in figures.items()}, "groups": {}}
    print("\n| figure | English % | Chinese % | both % |\n|---|---|---|---|")
    for title, kinds in groups.items():
        en, zh = (100 * sum(figures[f"{k} {language}"][0] for k in kinds) / len(kinds) for language in ("en", "zh"))
        result["groups"][title] = [en, zh]
        print(f"| {title} | {en:.1f} | {zh:.1f} | {(en + zh) / 2:.1f} |")

    if o.show:
        for kind in figures:
            index = [i for i in range(len(data)) if data.kind_names[data.kinds[i]] == kind][: 12 * o.show]
            pairs = [prompt_and_answer(data, i) for i in index]
            answers, _ = model.generate([p for p, _ in pairs], lambda logits, _: int(logits.argmax()))
            wrong = [(p, a, w) for (p, w), a in zip(pairs, answers) if a != w][: o.show]
            for prompt, answer, expected in wrong:
                print(f"\n[{kind}] {model.decode(prompt)}{model.decode(answer).rstrip()}\n   expected:{model.decode(expected).rstrip()}")

    started, looping, long, shown = time.time(), 0, 0, []
    random = np.random.default_rng(5)
    chosen = [int(i) for i in random.choice(len(data), o.samples, replace=False)]
    choose = sampler(settings, random)
    for begin in range(0, len(chosen), 100):
        prompts = [prompt_and_answer(data, i)[0] for i in chosen[begin : begin + 100]]
        answers, finished = model.generate(prompts, choose)
        for prompt, answer, done in zip(prompts, answers, finished):
            if loops(model, answer, done):
                looping += 1
                shown.append(model.decode(prompt + answer))
    result["loops"] = [looping, len(chosen)]
    print(f"\nloops or endless answers: {looping} of {len(chosen)} sampled at the default settings ({time.time() - started:.0f} s)")
    for text in shown[:3]:
        print("   ", repr(text[-200:]))
    if o.json:
        Path(o.json).write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    sys.exit(main())
