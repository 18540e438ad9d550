"""What the heads of a `frozen.FrozenNet` learn from: cells of stride 8, what each should answer, and how much it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from .coco import Sample
from .encoder import STRIDE

CORE = 0.5  # of a box: its middle, where a cell has to call the defect
MARGIN_PX = 8  # around a box: neither defect nor clean
CLEAN_PER_MEGAPIXEL = 230


@dataclass(frozen=True)
class Aims:
    """Of every cell of one map: label 0..K-1, -1 clean, -2 left out; distances to the sides of its box in px; region; defect."""

    label: Tensor  # [h, w] int64
    box: Tensor  # [h, w, 4]
    region: Tensor  # [h, w] 0..1
    defect: Tensor  # [h, w] int64, -1 for none


def aims_of(sample: Sample, shape: tuple[int, int]) -> Aims:
    """Aims of a map of `shape` cells (h, w)."""
    height, width = shape
    label = np.full(shape, -1)
    defect = np.full(shape, -1)
    box = np.ones((height, width, 4), np.float32)
    for one in sample.boxes:
        label[spans(one, MARGIN_PX, shape)] = -2
    middles_x, middles_y = (np.arange(width) + 0.5) * STRIDE, (np.arange(height) + 0.5) * STRIDE
    for number, (one, kind) in enumerate(zip(sample.boxes, sample.labels, strict=True)):
        core = spans(shrunk(one), 0, shape)
        label[core], defect[core] = kind, number
        inside = spans(one, 0, shape)
        x1, y1, x2, y2 = one
        across, along = np.meshgrid(middles_x[inside[1]], middles_y[inside[0]])
        box[inside] = np.stack([across - x1, along - y1, x2 - across, y2 - along], 2)
    region = regions(sample, shape)
    return Aims(*(torch.from_numpy(one) for one in (label, np.maximum(box, 0.5), region, defect)))


def shrunk(box: np.ndarray) -> np.ndarray:
    """The middle of a box, of CORE of its sides."""
    x1, y1, x2, y2 = box
    cut_x, cut_y = (x2 - x1) * (1 - CORE) / 2, (y2 - y1) * (1 - CORE) / 2
    return np.array([x1 + cut_x, y1 + cut_y, x2 - cut_x, y2 - cut_y], np.float32)


def spans(box: np.ndarray, margin_px: float, shape: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of the cells that a box touches, at least one."""
    x1, y1, x2, y2 = box
    low_y, high_y = (y1 - margin_px) / STRIDE, (y2 + margin_px) / STRIDE
    low_x, high_x = (x1 - margin_px) / STRIDE, (x2 + margin_px) / STRIDE
    return span(low_y, high_y, shape[0]), span(low_x, high_x, shape[1])


def span(low: float, high: float, count: int) -> slice:
    start = int(np.clip(np.floor(low), 0, count - 1))
    return slice(start, int(np.clip(np.ceil(high), start + 1, count)))


def regions(sample: Sample, shape: tuple[int, int]) -> np.ndarray:
    """[h, w] share of each cell that lies in the outline of a defect, or in its box where it has none; half counts as whole."""
    pixels = np.zeros((shape[0] * STRIDE, shape[1] * STRIDE), np.uint8)
    for outlines, (x1, y1, x2, y2) in zip(sample.polygons, sample.boxes, strict=True):
        for outline in outlines:
            cv2.fillPoly(pixels, [np.round(outline).astype(np.int32)], 1)
        if not outlines:
            pixels[round(float(y1)) : round(float(y2)), round(float(x1)) : round(float(x2))] = 1
    share = cv2.resize(pixels.astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA)
    return np.minimum(share * 2, 1)


@dataclass
class Cells:
    """Drawn cells: `around` [n, C] before the norm, and what each should answer. `weight` 0: not asked whether it is a defect."""

    around: Tensor
    label: Tensor
    box: Tensor
    region: Tensor
    weight: Tensor

    @staticmethod
    def joined(parts: Iterable[Cells]) -> Cells:
        parts = list(parts)
        names = ("around", "label", "box", "region", "weight")
        return Cells(*(torch.cat([getattr(part, name) for part in parts]) for name in names))


def drawn(around: Tensor, aims: Aims, rng: np.random.Generator) -> Cells:
    """All cells of the defects, where each defect counts as much as another, and some clean ones, more of a larger image."""
    clean = (aims.label == -1).nonzero()
    count = min(len(clean), max(1, round(CLEAN_PER_MEGAPIXEL * aims.label.numel() * STRIDE**2 / 1e6)))
    some = clean[torch.from_numpy(rng.choice(len(clean), count, replace=False))]
    weight = torch.zeros(aims.label.shape)
    weight[some[:, 0], some[:, 1]] = 1 / CLEAN_PER_MEGAPIXEL
    for number in range(int(aims.defect.max()) + 1):
        mine = aims.defect == number
        weight[mine] = 1 / mine.sum().clamp(min=1)
    # Cells at the border of a defect still know its sides and its region.
    return taken(around, aims, weight, (weight > 0) | (aims.region > 0))


def taken(around: Tensor, aims: Aims, weight: Tensor, which: Tensor) -> Cells:
    """The cells of a map [C, h, w] that `which` [h, w] names."""
    cells = around.permute(1, 2, 0)[which].half()
    return Cells(cells, aims.label[which], aims.box[which], aims.region[which], weight[which])
