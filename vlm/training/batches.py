"""Batches from gathered crops: balanced over verdicts, turned, mirrored, and worn as a camera wears them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from . import tokens
from .terms import AFTER_IMAGE, ALONE, LABELS, PAIR, SIDE, Answer, before_image, verdict_of, written

Rng = np.random.Generator
MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)
# Beside a golden sample a missed defect is what hurts; on a surface alone nearly every place that is asked about is none.
SHARES = {
    True: {"defect": 0.58, "false_call": 0.19, "uncertain": 0.23},
    False: {"defect": 0.4, "false_call": 0.2, "uncertain": 0.4},
}
AFTER = tokens.encode(AFTER_IMAGE)
BEFORE = {shown: tokens.encode(before_image(shown)) for shown in (PAIR, ALONE)}


@dataclass(frozen=True)
class Batch:
    """images [B, 3, SIDE, SIDE] normalized; before [B, n], after [B, m] tokens; boxes [B, 4] px; labels [B]."""

    images: Tensor
    before: Tensor
    after: Tensor
    boxes: Tensor
    labels: Tensor


class CropSet:
    """The crops of several folders of `gather`, mapped into memory."""

    def __init__(self, folders: list[Path], shares: list[float]) -> None:
        self.pixels = [np.load(f / "pixels.npy", mmap_mode="r") for f in folders]
        self.truth = [np.load(f / "truth.npy") for f in folders]
        self.shares = np.array(shares) / sum(shares)
        self.rows = [by_label(t) for t in self.truth]

    def draw(self, rng: Rng, count: int) -> Batch:
        """Folder by share, verdict by share, then a label of the verdict at random, so that the rare ones are seen."""
        images, answers, shown = [], [], []
        for folder in rng.choice(len(self.pixels), count, p=self.shares):
            rows = self.rows[folder]
            shares = SHARES[bool(self.truth[folder][0, 5])]
            verdict = str(rng.choice(list(shares), p=list(shares.values())))
            labels = [label for label in rows if verdict_of(LABELS[label]) == verdict]
            row = int(rng.choice(rows[labels[rng.integers(len(labels))]]))
            truth = self.truth[folder][row]
            pair = bool(truth[5])
            pixels, box = turned(self.pixels[folder][row], truth[:4], rng)
            images.append(worn(pixels, pair, rng))
            label = LABELS[truth[4]]
            answers.append(Answer(verdict_of(label), tuple(int(v) for v in box), label))
            shown.append(PAIR if pair else ALONE)
        return collate(images, answers, shown)


def by_label(truth: np.ndarray) -> dict[int, np.ndarray]:
    return {int(label): np.nonzero(truth[:, 4] == label)[0] for label in np.unique(truth[:, 4])}


def turned(pixels: np.ndarray, box: np.ndarray, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """One of the eight ways up of a square; an empty box stays empty."""
    x1, y1, x2, y2 = (int(v) for v in box)
    if rng.random() < 0.5:
        pixels = pixels.transpose(0, 2, 1)
        x1, y1, x2, y2 = y1, x1, y2, x2
    if rng.random() < 0.5:
        pixels, x1, x2 = pixels[:, :, ::-1], SIDE - x2, SIDE - x1
    if rng.random() < 0.5:
        pixels, y1, y2 = pixels[:, ::-1], SIDE - y2, SIDE - y1
    empty = not np.any(box)
    return pixels, np.zeros(4, int) if empty else np.array([x1, y1, x2, y2])


def worn(pixels: np.ndarray, pair: bool, rng: Rng) -> np.ndarray:
    """Light, contrast and noise; tested part and golden sample were taken under slightly different light."""
    light = np.float32(rng.uniform(0.75, 1.2)) + rng.normal(0, 0.02, (3, 1, 1)).astype(np.float32)
    noise = rng.standard_normal((2 if pair else 1, SIDE, SIDE), np.float32) * np.float32(rng.uniform(0, 6))
    if pair:
        light[0] *= np.float32(rng.uniform(0.92, 1.08))
        light[2] = light[1]
        noise = noise[[0, 1, 1]]
    return np.clip(pixels * light + noise + np.float32(rng.normal(0, 6)), 0, 255)


def ruler() -> np.ndarray:
    """[SIDE, SIDE] 0..255: even rows count columns, odd ones count rows, as vlm/openai/draw-channels.ts draws it.

    The architecture knows only how far apart things lie; this says where they are (Liu et al. "CoordConv", arXiv 1807.03247).
    """
    across = np.round(np.arange(SIDE) * 255 / (SIDE - 1)).astype(np.uint8)
    out = np.repeat(across[:, None], SIDE, 1)
    out[::2] = across
    return out


RULER = ruler()


def ruled(images: np.ndarray) -> np.ndarray:
    """Crops [B, 3, SIDE, SIDE] with the ruler for blue; the tested part is in green, a golden sample in red."""
    out = images.copy()
    out[:, 2] = RULER
    return out


def normalized(images: np.ndarray) -> np.ndarray:
    """What the network sees of crops [B, 3, SIDE, SIDE]."""
    images = ruled(images)
    return ((images.astype(np.float32) / 255 - MEAN[:, None, None]) / STD[:, None, None]).astype(np.float32)


def collate(images: list[np.ndarray], answers: list[Answer], shown: list[str]) -> Batch:
    texts = [AFTER + tokens.encode(written(a)) + [tokens.END] for a in answers]
    return Batch(
        torch.from_numpy(normalized(np.stack(images))),
        torch.tensor([BEFORE[s] for s in shown]),
        torch.tensor(texts),
        torch.tensor([a.box for a in answers]).float(),
        torch.tensor([LABELS.index(a.label) for a in answers]),
    )

