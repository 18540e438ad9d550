"""Affine maps from the source image to a training crop, and what they do to boxes.

Coordinates are continuous pixels: the pixel with index i covers i..i+1. cv2 wants index coordinates (centre of pixel i
is i), `for_cv2` converts. Matrices are [3, 3], applied to column vectors.
"""

from __future__ import annotations

import cv2
import numpy as np


def crop_map(centre: tuple[float, float], side: int, scale: float, turns: int, mirror: bool) -> np.ndarray:
    """Source px to crop px: scale, turn by 90 degrees `turns` times, mirror, with `centre` in the crop's middle."""
    cos, sin = [(1, 0), (0, 1), (-1, 0), (0, -1)][turns % 4]
    flip = -1.0 if mirror else 1.0
    linear = np.array([[flip * cos * scale, -flip * sin * scale], [sin * scale, cos * scale]])
    out = np.eye(3)
    out[:2, :2] = linear
    out[:2, 2] = side / 2 - linear @ np.array(centre)
    return out


def residual_map(rng: np.random.Generator, side: int) -> np.ndarray:
    """What registration leaves between part and template: mostly about a pixel, now and then several."""
    large = rng.random() < 0.12
    shift = rng.normal(0, 3.5 if large else 0.9, 2)
    angle = np.deg2rad(rng.normal(0, 0.5))
    scale = 1 + rng.normal(0, 0.004)
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([side / 2, side / 2])
    out = np.eye(3)
    out[:2, :2] = linear
    out[:2, 2] = middle + shift - linear @ middle
    return out


def for_cv2(matrix: np.ndarray) -> np.ndarray:
    """The [2, 3] matrix of the same map between pixel indices."""
    half = np.array([0.5, 0.5])
    linear = matrix[:2, :2]
    return np.concatenate([linear, (matrix[:2, 2] + linear @ half - half)[:, None]], 1)


def warp(pixels: np.ndarray, matrix: np.ndarray, side: int) -> np.ndarray:
    """[H, W, C] source to [side, side, C] crop; beyond the source its edge is repeated."""
    out = cv2.warpAffine(pixels, for_cv2(matrix), (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return out if out.ndim == 3 else out[:, :, None]


def map_boxes(boxes: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """[n, 4] boxes under a map of scale, quarter turns and mirror (which keep boxes boxes)."""
    if len(boxes) == 0:
        return boxes.reshape(0, 4)
    a = boxes[:, :2] @ matrix[:2, :2].T + matrix[:2, 2]
    b = boxes[:, 2:] @ matrix[:2, :2].T + matrix[:2, 2]
    return np.concatenate([np.minimum(a, b), np.maximum(a, b)], 1).astype(np.float32)


def clamp_centre(centre: np.ndarray, size: tuple[int, int], half: float) -> tuple[float, float]:
    """Move a crop's centre (x, y) so that the crop lies inside an image of (height, width), where it fits."""
    out = []
    for value, length in zip(centre, (size[1], size[0]), strict=True):
        out.append(length / 2 if length <= 2 * half else float(np.clip(np.round(value), np.ceil(half), np.floor(length - half))))
    return out[0], out[1]
