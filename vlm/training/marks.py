"""Paints harmless things onto crops: the benign causes that photographs of defects never show."""

from __future__ import annotations

import cv2
import numpy as np

from .terms import SIDE

Rng = np.random.Generator
WORDS = ("OK", "ACCEPT", "NO DEFECT", "PASS", "R12", "C7", "A4", "2027", "QA", "LOT 8", "+", "U3")


def blob(rng: Rng, radius: tuple[float, float]) -> np.ndarray:
    """[SIDE, SIDE] 0..1: an uneven speck with a soft edge."""
    cx, cy = rng.uniform(16, SIDE - 16, 2)
    r, squeeze, turn = rng.uniform(*radius), rng.uniform(0.6, 1), rng.uniform(0, np.pi)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    u = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
    v = ((y - cy) * np.cos(turn) - (x - cx) * np.sin(turn)) / squeeze
    angle = np.arctan2(v, u)
    uneven = 1 + sum(rng.uniform(0, 0.25) * np.sin(k * angle + rng.uniform(0, 6.3)) for k in (2, 3, 5))
    return 1 / (1 + np.exp((np.hypot(u, v) - r * uneven) / rng.uniform(0.4, 1.4)))


def strand(rng: Rng, bend: float, width: tuple[float, float]) -> np.ndarray:
    """[SIDE, SIDE] 0..1: a thin line, straight for bend 0."""
    points = [rng.uniform(20, SIDE - 20, 2)]
    turn = rng.uniform(0, 2 * np.pi)
    for _ in range(int(rng.integers(8, 26))):
        turn += rng.normal(0, bend)
        points.append(points[-1] + 3.5 * np.array([np.cos(turn), np.sin(turn)]))
    out = np.zeros((SIDE * 2, SIDE * 2), np.float32)
    thick = max(1, round(2 * rng.uniform(*width)))
    cv2.polylines(out, [np.round(np.array(points) * 2).astype(np.int32)], False, 1.0, thick, cv2.LINE_AA)
    return cv2.resize(out, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def print_on(rng: Rng) -> np.ndarray:
    """[SIDE, SIDE] 0..1: a few printed letters."""
    out = np.zeros((SIDE, SIDE), np.uint8)
    word, size = str(rng.choice(WORDS)), rng.uniform(0.35, 1.0)
    at = (int(rng.uniform(2, 50)), int(rng.uniform(24, SIDE - 10)))
    cv2.putText(out, word, at, int(rng.integers(0, 4)), size, 255, int(rng.integers(1, 3)), cv2.LINE_AA)
    return out / np.float32(255)


def speck(rng: Rng, cause: str) -> tuple[np.ndarray, float, float]:
    """Shape 0..1, its grey level, and how far it covers what lies below."""
    if cause == "dust":
        return blob(rng, (2.5, 8)), rng.uniform(60, 190), rng.uniform(0.5, 0.9)
    if cause == "fibre":
        return strand(rng, 0.25, (0.7, 1.6)), rng.uniform(60, 200), rng.uniform(0.5, 0.9)
    if cause == "glare":
        return blob(rng, (9, 22)) ** 0.7, 255, rng.uniform(0.6, 0.95)
    if cause == "marking":
        return print_on(rng), rng.choice([rng.uniform(0, 60), rng.uniform(190, 255)]), rng.uniform(0.75, 1)
    if cause == "oil":
        return cv2.GaussianBlur(blob(rng, (12, 26)), (0, 0), 3), rng.uniform(20, 80), rng.uniform(0.3, 0.6)
    return strand(rng, 0.02, (0.5, 1.1)), rng.choice([30.0, 235.0]), rng.uniform(0.4, 0.8)


def paint(pixels: np.ndarray, channels: slice, cause: str, rng: Rng) -> tuple[np.ndarray, np.ndarray] | None:
    """A mark of `cause` on the `channels` of a crop [3, SIDE, SIDE]; the crop and the mark's box, None where it hardly shows."""
    shape, grey, cover = speck(rng, cause)
    before = pixels[channels].astype(np.float32)
    after = before + (grey - before) * (shape * cover)
    seen = np.abs(after - before).max(0) > 24
    ys, xs = np.nonzero(seen)
    if len(xs) < 12:
        return None
    out = pixels.copy()
    out[channels] = np.clip(after, 0, 255).astype(np.uint8)
    return out, np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
