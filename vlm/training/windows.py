"""Cuts and draws crops as the line does: vlm/crop-window.ts and vlm/openai/draw-question.ts are the rule."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .terms import SIDE

Rng = np.random.Generator
OVER_BOX = (2.0, 4.0)  # side of the window over the longer side of the box
LEAST_SIDE = 48


def window_for(box: np.ndarray, size: tuple[int, int], rng: Rng) -> np.ndarray:
    """Window x1 y1 x2 y2 in whole px of an image (width, height): random size, anywhere that holds the box."""
    side = max(LEAST_SIDE, round(float(max(box[2] - box[0], box[3] - box[1])) * rng.uniform(*OVER_BOX)))
    x1, x2 = place(box[0], box[2], min(side, size[0]), size[0], rng)
    y1, y2 = place(box[1], box[3], min(side, size[1]), size[1], rng)
    return np.array([x1, y1, x2, y2])


def place(low: float, high: float, side: int, extent: int, rng: Rng) -> tuple[int, int]:
    margin = min(4, max(0, int((side - (high - low)) // 2)))
    most = extent - side
    first = int(np.clip(np.ceil(high + margin) - side, 0, most))
    last = int(np.clip(np.floor(low - margin), first, most))
    start = int(rng.integers(first, last + 1))
    return start, start + side


def into_crop(box: np.ndarray, window: np.ndarray) -> np.ndarray:
    """A box of image px in whole px of the crop, cut at its edges and never empty."""
    scale = SIDE / (window[2:] - window[:2])
    low = np.clip(np.round((box[:2] - window[:2]) * scale), 0, SIDE - 1)
    high = np.clip(np.round((box[2:] - window[:2]) * scale), low + 1, SIDE)
    return np.concatenate([low, high]).astype(int)


def cut(image: np.ndarray, window: np.ndarray) -> np.ndarray:
    """[SIDE, SIDE, C] of an image [H, W, C]; beyond its edge the edge goes on."""
    height, width = image.shape[:2]
    ys = np.clip(np.arange(window[1], window[3]), 0, height - 1)
    xs = np.clip(np.arange(window[0], window[2]), 0, width - 1)
    piece = image[ys[:, None], xs[None]]
    flat = piece[:, :, 0] if piece.shape[2] == 1 else piece
    drawn = np.asarray(Image.fromarray(flat).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    return drawn[:, :, None] if drawn.ndim == 2 else drawn


def overlay(tested: np.ndarray, golden: np.ndarray) -> np.ndarray:
    """[3, SIDE, SIDE]: the golden sample in red, the tested part in green and blue; what agrees is grey."""
    return np.stack([golden[:, :, 0], tested[:, :, 0], tested[:, :, 0]])


def alone(tested: np.ndarray) -> np.ndarray:
    """[3, SIDE, SIDE] of a crop with one or three channels."""
    return np.repeat(tested, 3, 2).transpose(2, 0, 1) if tested.shape[2] == 1 else tested.transpose(2, 0, 1)
