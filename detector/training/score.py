"""Figures of merit over a set: pooled AP and best F at an IoU, shares of clean images called, centre hits.

The DeepPCB definition (Tang et al., arXiv 1902.06197): a detection is right when its label agrees and its IoU with a
box that is still free is above 0.33. Pooled: all labels in one ranking.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .coco import Sample
from .decode import Detections, overlap


@dataclass(frozen=True)
class Ranking:
    """scores [n] falling, right [n] bool, wanted: boxes in the set."""

    scores: np.ndarray
    right: np.ndarray
    wanted: int

    def average_precision(self) -> float:
        """Area under the precision envelope."""
        if not len(self.scores) or not self.wanted:
            return 0.0
        hits = np.cumsum(self.right)
        precision = hits / np.arange(1, len(hits) + 1)
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        return float((envelope * self.right).sum() / self.wanted)

    def f_at(self, threshold: float) -> float:
        called = self.scores >= threshold
        return float(2 * (self.right & called).sum() / max(called.sum() + self.wanted, 1))

    def best_f(self) -> tuple[float, float]:
        """(best F, its threshold); the middle of the plateau of equal F, so that it is not on an edge."""
        f = 2 * np.cumsum(self.right) / (np.arange(1, len(self.right) + 1) + self.wanted)
        if not len(f):
            return 0.0, 0.5
        top = np.nonzero(f >= f.max() - 0.0005)[0]
        return float(f.max()), float((self.scores[top[0]] + self.scores[top[-1]]) / 2)


@dataclass(frozen=True)
class Match:
    """One image: scores [n] of its detections, right [n] bool, wanted: its boxes."""

    scores: np.ndarray
    right: np.ndarray
    wanted: int


def match(sample: Sample, found: Detections, iou: float, label: int | None = None) -> Match:
    """Match detections to boxes greedily by score; `label` restricts both to one label."""
    free = list(range(len(sample.labels)) if label is None else np.nonzero(sample.labels == label)[0])
    theirs = np.arange(len(found.scores)) if label is None else np.nonzero(found.labels == label)[0]
    wanted, right = len(free), np.zeros(len(theirs), bool)
    if wanted and len(theirs):
        ious = overlap(found.boxes[theirs], sample.boxes)[0]
        for row, i in enumerate(theirs):
            same = [j for j in free if sample.labels[j] == found.labels[i] and ious[row, j] > iou]
            if same:
                right[row] = True
                free.remove(max(same, key=lambda j: ious[row, j]))
    return Match(found.scores[theirs], right, wanted)


def pool(matches: list[Match]) -> Ranking:
    """All images in one ranking."""
    scores = np.concatenate([m.scores for m in matches])
    order = np.argsort(-scores, kind="stable")
    return Ranking(scores[order], np.concatenate([m.right for m in matches])[order], sum(m.wanted for m in matches))


def rank(samples: list[Sample], found: list[Detections], iou: float, label: int | None = None) -> Ranking:
    return pool([match(s, f, iou, label) for s, f in zip(samples, found, strict=True)])


def centre_hits(sample: Sample, found: Detections) -> np.ndarray:
    """[n boxes] highest score of a detection whose centre lies in the box, or that holds the box's centre; 0 if none."""
    out = np.zeros(len(sample.boxes))
    if not len(found.scores):
        return out
    for i, box in enumerate(sample.boxes):
        out[i] = found.scores[covers(box[None], found.boxes)[0] | covers(found.boxes, box[None])[:, 0]].max(initial=0)
    return out


def false_calls(sample: Sample, found: Detections) -> np.ndarray:
    """[n] scores of the detections that point at no defect by the rule of `centre_hits`."""
    if not len(found.scores) or not len(sample.boxes):
        return found.scores
    return found.scores[~(covers(sample.boxes, found.boxes) | covers(found.boxes, sample.boxes).T).any(0)]


def covers(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """[n, m]: box n holds the centre of the other box m."""
    x = (others[:, 0] + others[:, 2]) / 2
    y = (others[:, 1] + others[:, 3]) / 2
    b = boxes[:, None]
    return (b[..., 0] <= x) & (x <= b[..., 2]) & (b[..., 1] <= y) & (y <= b[..., 3])


def bootstrap(matches: list[Match], figure, rounds: int = 300, seed: int = 0) -> tuple[float, float]:
    """95 % interval of `figure(ranking)` by drawing images with replacement (Efron 1979)."""
    rng = np.random.default_rng(seed)
    values = [figure(pool([matches[i] for i in rng.integers(len(matches), size=len(matches))])) for _ in range(rounds)]
    return float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))
