"""From the network's maps to detections, as the runtime does it: peaks, boxes from the winning cell, merging."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .net import STRIDE

SAME_LABEL_IOU = 0.33
ANY_LABEL_IOU = 0.6
MOST = 1000  # peaks of an image that are looked at: on a plain surface every cell is as high as its neighbours
INSIDE = 0.75  # intersection over the smaller box: a piece of a defect that another box has whole


@dataclass(frozen=True)
class Detections:
    """boxes [n, 4] x1 y1 x2 y2 px; labels [n]; scores [n], falling."""

    boxes: np.ndarray
    labels: np.ndarray
    scores: np.ndarray


def peaks(heat: np.ndarray, box: np.ndarray, floor: float) -> Detections:
    """Maps of one tile, heat [K, h, w] and box [4, h, w], to its detections scoring `floor` or more, unmerged."""
    labels, rows, cols = np.nonzero(heat >= floor)
    x, y = (cols + 0.5) * STRIDE, (rows + 0.5) * STRIDE
    left, top, right, bottom = box[:, rows, cols]
    boxes = np.stack([x - left, y - top, x + right, y + bottom], 1).astype(np.float32)
    return ordered(boxes, labels, heat[labels, rows, cols])


def ordered(boxes: np.ndarray, labels: np.ndarray, scores: np.ndarray) -> Detections:
    order = np.argsort(-scores, kind="stable")
    return Detections(boxes[order].reshape(-1, 4), labels[order], scores[order])


def merge(found: Detections) -> Detections:
    """Greedy by score, the MOST strongest: drop what a stronger detection already covers."""
    keep: list[int] = []
    for i in range(min(len(found.scores), MOST)):
        clash = False
        if keep:
            iou, inside = overlap(found.boxes[i : i + 1], found.boxes[keep])
            same = found.labels[keep] == found.labels[i]
            clash = bool(((same & ((iou[0] > SAME_LABEL_IOU) | (inside[0] > INSIDE))) | (iou[0] > ANY_LABEL_IOU)).any())
        if not clash:
            keep.append(i)
    return Detections(found.boxes[keep], found.labels[keep], found.scores[keep])


def overlap(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """IoU and intersection over the smaller area of boxes [n, 4] and [m, 4], both [n, m]."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = np.clip(high - low, 0, None).prod(2)
    area_a, area_b = (a[:, 2:] - a[:, :2]).prod(1)[:, None], (b[:, 2:] - b[:, :2]).prod(1)[None]
    return inter / np.maximum(area_a + area_b - inter, 1e-9), inter / np.maximum(np.minimum(area_a, area_b), 1e-9)
