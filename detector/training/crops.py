"""Draws training crops: where to look, which way up, how misaligned, how worn. One generator per batch: same seed, same data."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from .coco import Sample
from .geometry import clamp_centre, crop_map, map_boxes, residual_map, warp
from .images import ImageStore
from .models import Recipe
from .paste import paste
from .photometric import augment_pair, augment_single
from .targets import make_target

LURES = 24  # differences without a defect that are remembered per image


@dataclass(frozen=True)
class Crop:
    """pixels [C, S, S] uint8; boxes [n, 4] crop px; labels [n]; region [S, S] 0/1."""

    pixels: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    region: np.ndarray


class CropSource:
    """Crops of a list of samples under a recipe."""

    def __init__(self, samples: list[Sample], recipe: Recipe, labels: int, shares: list[float] | None = None) -> None:
        self.samples = samples
        self.recipe = recipe
        self.labels = labels
        self.store = ImageStore(colour="red" in recipe.channels)
        self.donors = [(s, i) for s in samples for i, p in enumerate(s.polygons) if p]
        self.lures: dict[int, np.ndarray] = {}
        weights = np.array(shares or [1.0] * len(samples), np.float64)
        self.chance = weights / weights.sum()
        defective = weights * np.array([len(s.boxes) for s in samples])
        self.defect_chance = defective / max(defective.sum(), 1e-9)

    def batch(self, rng: np.random.Generator) -> dict[str, torch.Tensor]:
        """One training batch: tiles [N, C, S, S] uint8 and the targets of `targets.Target`, stacked."""
        sizes = self.recipe.batches
        side, count, _ = sizes[rng.choice(len(sizes), p=[b[2] for b in sizes])]
        crops = [self.draw(rng, side) for _ in range(count)]
        targets = [make_target(c.boxes, c.labels, c.region, self.labels) for c in crops]
        out = {"tiles": torch.from_numpy(np.stack([c.pixels for c in crops]))}
        for key in ("heat", "care", "box", "weight", "region"):
            out[key] = torch.from_numpy(np.stack([getattr(t, key) for t in targets]))
        return out

    def draw(self, rng: np.random.Generator, side: int) -> Crop:
        kind = rng.choice(3, p=self.recipe.centred)
        at_defect = kind == 0 and self.defect_chance.sum() > 0.5
        index = int(rng.choice(len(self.samples), p=self.defect_chance if at_defect else self.chance))
        sample = self.samples[index]
        tested = self.store.get(sample.image)
        scale = 1.0 if rng.random() < 0.5 else float(np.exp(rng.uniform(*np.log(self.recipe.scale))))
        half = side / 2 / scale
        if at_defect:
            x1, y1, x2, y2 = sample.boxes[rng.integers(len(sample.boxes))]
            # a region is centred by its difference, a tile is not: anywhere in the crop, but mostly near the middle
            spread = half * (0.35 if rng.random() < 0.6 else 0.9)
            aim = np.array([(x1 + x2) / 2, (y1 + y2) / 2]) + rng.uniform(-spread, spread, 2)
        elif kind == 1 and len(lures := self.lures_of(index)) > 0:
            aim = lures[rng.integers(len(lures))] + rng.uniform(-half * 0.4, half * 0.4, 2)
        else:
            aim = rng.uniform(0, 1, 2) * [tested.shape[1], tested.shape[0]]
        centre = clamp_centre(aim, tested.shape[:2], half)
        to_crop = crop_map(centre, side, scale, int(rng.choice(self.recipe.turns)), bool(rng.random() < 0.5))
        return self.cut(rng, sample, to_crop, side)

    def cut(self, rng: np.random.Generator, sample: Sample, to_crop: np.ndarray, side: int) -> Crop:
        recipe = self.recipe
        tested = warp(self.store.get(sample.image), to_crop, side)
        boxes = map_boxes(sample.boxes, to_crop)
        near = (boxes[:, 2] > 0) & (boxes[:, 3] > 0) & (boxes[:, 0] < side) & (boxes[:, 1] < side)
        boxes, labels = boxes[near], sample.labels[near]
        outlines = [p for p, n in zip(sample.polygons, near, strict=True) if n]
        if not recipe.pair:
            return self.finish_single(rng, tested, boxes, labels, filled(outlines, boxes, to_crop, side))
        source = self.store.get(sample.template)
        template = warp(source, to_crop, side)
        clean = rng.random() < recipe.clean
        if clean:
            tested, boxes, labels = template.copy(), boxes[:0], labels[:0]
        region = difference_region(tested, template, boxes, recipe.difference_level)
        if rng.random() < recipe.misaligned:
            template = warp(source, residual_map(rng, side) @ to_crop, side)
        if clean or rng.random() < 0.6:
            tested, template = augment_pair(rng, tested, template, recipe.grey_shift)
        return Crop(np.stack([tested[:, :, 0], template[:, :, 0]]), boxes, labels, region)

    def finish_single(
        self, rng: np.random.Generator, pixels: np.ndarray, boxes: np.ndarray, labels: np.ndarray, region: np.ndarray
    ) -> Crop:
        if self.donors and rng.random() < self.recipe.paste:
            added = paste(rng, self.store, self.donors, pixels, boxes)
            if added:
                pixels, box, label, its_region = added
                boxes, labels = np.concatenate([boxes, box[None]]), np.append(labels, label)
                region = np.maximum(region, its_region)
        pixels = augment_single(rng, pixels, self.recipe.grey_shift)
        return Crop(np.ascontiguousarray(pixels.transpose(2, 0, 1)), boxes, labels, region)

    def lures_of(self, index: int) -> np.ndarray:
        """[n, 2] centres (x, y) outside the boxes that look most like something: where a pair differs most, where one image
        stands out most from what is around it (dirt, edges, marks)."""
        if index not in self.lures:
            sample = self.samples[index]
            tested = self.store.get(sample.image)
            gap = cv2.absdiff(tested, self.store.get(sample.template)) if self.recipe.pair else standing_out(tested)
            mass = cv2.boxFilter(gap, cv2.CV_32F, (11, 11))
            for x1, y1, x2, y2 in np.round(sample.boxes).astype(int):
                mass[max(y1, 0) : y2, max(x1, 0) : x2] = 0
            peaks = np.argwhere((mass >= cv2.dilate(mass, np.ones((25, 25)))) & (mass > 4))
            strongest = peaks[np.argsort(-mass[peaks[:, 0], peaks[:, 1]], kind="stable")[:LURES]]
            self.lures[index] = strongest[:, ::-1].astype(np.float64)
        return self.lures[index]


def standing_out(image: np.ndarray) -> np.ndarray:
    """[H, W] grey levels by which a pixel of an image [H, W, C] differs from its surroundings of about 40 px."""
    grey = image.mean(2).astype(np.uint8)
    return cv2.absdiff(grey, cv2.blur(grey, (41, 41)))


def difference_region(tested: np.ndarray, template: np.ndarray, boxes: np.ndarray, level: int) -> np.ndarray:
    """[S, S] 0/1: pixels inside a box where part and template differ by more than `level` grey levels."""
    apart = (cv2.absdiff(tested, template) > level).astype(np.uint8)
    apart = cv2.morphologyEx(apart, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    inside = np.zeros_like(apart)
    for x1, y1, x2, y2 in np.round(boxes).astype(int):
        inside[max(y1, 0) : max(y2, 0), max(x1, 0) : max(x2, 0)] = 1
    return apart * inside


def filled(outlines: list[tuple[np.ndarray, ...]], boxes: np.ndarray, to_crop: np.ndarray, side: int) -> np.ndarray:
    """[S, S] 0/1: the polygons of the defects, or an ellipse in the box of those that have none."""
    region = np.zeros((side, side), np.uint8)
    for parts, (x1, y1, x2, y2) in zip(outlines, boxes, strict=True):
        mapped = [np.round(p @ to_crop[:2, :2].T + to_crop[:2, 2]).astype(np.int32) for p in parts]
        if mapped:
            cv2.fillPoly(region, mapped, 1)
        else:
            middle = (int((x1 + x2) / 2), int((y1 + y2) / 2))
            cv2.ellipse(region, middle, (max(int((x2 - x1) / 2), 1), max(int((y2 - y1) / 2), 1)), 0, 0, 360, 1, -1)
    return region
