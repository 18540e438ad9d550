"""Copies a defect from one image of a single-image set onto another place: few defects, many surfaces.

After Ghiasi et al. "Simple Copy-Paste" (arXiv 2012.07177). What is carried over is the ratio to the surroundings, not
the colour, so that a dark pit stays a dark pit under another light.
"""

from __future__ import annotations

import cv2
import numpy as np

from .coco import Sample
from .geometry import crop_map, map_boxes, warp
from .images import ImageStore

Rng = np.random.Generator
MAX_OVERLAP_PX = 4


def paste(
    rng: Rng, store: ImageStore, donors: list[tuple[Sample, int]], crop: np.ndarray, taken: np.ndarray
) -> tuple[np.ndarray, np.ndarray, int, np.ndarray] | None:
    """Put a random donor defect on `crop` [S, S, C], clear of `taken` boxes [n, 4].

    Returns the new crop, the box [4], its label and the defect's region [S, S] 0/1, or nothing if there was no room.
    """
    sample, index = donors[rng.integers(len(donors))]
    side = crop.shape[0]
    box = sample.boxes[index]
    scale = float(np.exp(rng.uniform(-0.7, 0.5)))
    half = (box[2:] - box[:2]).max() * scale / 2
    if half > side * 0.4:
        scale *= side * 0.4 / half
        half = side * 0.4
    at = rng.uniform(half + 1, side - half - 1, 2)
    middle = (box[:2] + box[2:]) / 2
    to_crop = crop_map((float(middle[0]), float(middle[1])), side, scale, int(rng.choice([0, 2])), bool(rng.random() < 0.5))
    to_crop[:2, 2] += at - side / 2
    new = map_boxes(box[None], to_crop)[0]
    if len(taken) and (np.minimum(taken[:, 2:], new[2:]) - np.maximum(taken[:, :2], new[:2])).min(1).max() > -MAX_OVERLAP_PX:
        return None
    region = np.zeros((side, side), np.uint8)
    for part in sample.polygons[index]:
        cv2.fillPoly(region, [np.round(part @ to_crop[:2, :2].T + to_crop[:2, 2]).astype(np.int32)], 1)
    if region.sum() < 12:
        return None
    donor = warp(store.get(sample.image), to_crop, side).astype(np.float32) + 4
    ring = cv2.dilate(region, np.ones((13, 13), np.uint8)) - cv2.dilate(region, np.ones((5, 5), np.uint8))
    around = donor[ring > 0].mean(0) if ring.any() else donor.mean((0, 1))
    soft = cv2.GaussianBlur(cv2.dilate(region, np.ones((3, 3), np.uint8)).astype(np.float32), (0, 0), 1.2)[:, :, None]
    coarse = cv2.resize(crop, (side // 16, side // 16), interpolation=cv2.INTER_AREA)
    here = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_LINEAR).astype(np.float32).reshape(crop.shape)
    worn = here * (donor / around)
    return np.clip(crop * (1 - soft) + worn * soft, 0, 255).astype(np.uint8), new, int(sample.labels[index]), region
