"""Reads what generate.ts writes: NAME.ids, NAME.weights, NAME.starts, NAME.kinds and manifest.json.

ids: uint16, all examples end to end. weights: uint8 per token, the loss weight of predicting that token in eighths
(0: not trained). starts: uint32, first token of each example and the total at the end. kinds: uint8 per example, an
index into manifest.kinds.
"""

import json
from pathlib import Path

import numpy as np
import torch

from kernels import Layout


class Examples:
    def __init__(self, folder, name):
        folder = Path(folder)
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.kind_names = self.manifest["kinds"]
        self.ids = np.memmap(folder / f"{name}.ids", dtype="<u2", mode="r")
        self.weights = np.memmap(folder / f"{name}.weights", dtype="u1", mode="r")
        self.starts = np.fromfile(folder / f"{name}.starts", dtype="<u4").astype(np.int64)
        self.kinds = np.fromfile(folder / f"{name}.kinds", dtype="u1")
        if self.starts[-1] != len(self.ids) or len(self.weights) != len(self.ids):
            raise SystemExit(f"{folder}/{name}.* do not belong together; run generate.ts again")

    def __len__(self):
        return len(self.starts) - 1

    def cut(self, begin, tokens):
        """The end of the run of whole examples from `begin` that first reaches `tokens` tokens."""
        end = int(np.searchsorted(self.starts, self.starts[begin] + tokens))
        return min(max(end, begin + 1), len(self))

    def batch(self, begin, end, device="cpu"):
        """ids [N], layout, at [M] (flat positions whose next token is trained), target [M], weight [M], example [M]."""
        low, high = self.starts[begin], self.starts[end]
        ids = torch.from_numpy(self.ids[low:high].astype(np.int64))
        weights = np.array(self.weights[low:high])
        weights[self.starts[begin:end] - low] = 0
        target_at = np.flatnonzero(weights)
        lengths = self.starts[begin + 1 : end + 1] - self.starts[begin:end]
        example = np.searchsorted(self.starts[begin : end + 1] - low, target_at, side="right") - 1
        target_at = torch.from_numpy(target_at)
        weight = torch.from_numpy(weights).float()[target_at] / 8
        layout = Layout(lengths, device)
        return ids.to(device), layout, (target_at - 1).to(device), ids[target_at].to(device), weight.to(device), example
