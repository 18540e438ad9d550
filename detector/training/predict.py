"""Runs an exported model over images, whole or only where part and template differ. For checking; the runtime is its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from .coco import Sample
from .decode import Detections, merge, ordered, peaks
from .images import ImageStore

Alter = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


class Predictor:
    """A session and the way pixels get into it."""

    def __init__(self, model: Path, channels: list[str], side: int = 640, overlap: int = 96, floor: float = 0.05) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.add_session_config_entry("session.x64quantprecision", "1")  # no saturated sums on a CPU without VNNI
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads starve a shared machine
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.channels, self.side, self.overlap, self.floor = channels, side, overlap, floor
        self.store = ImageStore(colour="red" in channels)

    def pixels(self, sample: Sample, alter: Alter | None = None) -> np.ndarray:
        """[C, H, W] uint8 of one sample, after `alter(tested, template)` if any."""
        tested = self.store.get(sample.image)
        if self.channels != ["tested", "template"]:
            return tested.transpose(2, 0, 1)
        template = self.store.get(sample.template)
        a, b = tested[:, :, 0], template[:, :, 0]
        return np.stack(alter(a, b) if alter else (a, b))

    def whole(self, pixels: np.ndarray) -> Detections:
        """Tiles of at most `side` px with `overlap`, each one's peaks, merged over the image."""
        _, height, width = pixels.shape
        corners = [(x, y) for y in starts(height, self.side, self.overlap) for x in starts(width, self.side, self.overlap)]
        return self.windows(pixels, corners, (min(self.side, up32(height)), min(self.side, up32(width))))

    def regions(self, pixels: np.ndarray, side: int, level: int) -> Detections:
        """Only windows of `side` px around differences above `level` grey levels."""
        apart = (cv2.absdiff(pixels[0], pixels[1]) > level).astype(np.uint8)
        apart = cv2.morphologyEx(apart, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        near = cv2.dilate(apart, np.ones((17, 17), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(near)
        corners = []
        for x, y, w, h, _ in stats[1:]:
            for top in spread(y, h, side):
                for left in spread(x, w, side):
                    corners.append((clip(left, pixels.shape[2] - side), clip(top, pixels.shape[1] - side)))
        return self.windows(pixels, sorted(set(corners)), (side, side)) if corners else nothing()

    def windows(self, pixels: np.ndarray, corners: list[tuple[int, int]], shape: tuple[int, int]) -> Detections:
        """What windows of `shape` (h, w) at `corners` (x, y) show."""
        high, wide = shape
        parts = []
        for begin in range(0, len(corners), 16):
            chosen = corners[begin : begin + 16]
            tiles = np.stack([padded(pixels[:, y : y + high, x : x + wide], shape) for x, y in chosen])
            heat, box, _ = self.session.run(["heat", "box", "mask"], {"tiles": tiles})
            for i, (x, y) in enumerate(chosen):
                one = peaks(heat[i], box[i], self.floor)
                parts.append((one.boxes + np.array([x, y, x, y], np.float32), one.labels, one.scores))
        return merge(ordered(*(np.concatenate(p) for p in zip(*parts, strict=True))))


def nothing() -> Detections:
    return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.int64), np.zeros(0, np.float32))


def up32(length: int) -> int:
    return -(-length // 32) * 32


def starts(length: int, side: int, overlap: int) -> list[int]:
    """Where tiles start so that neighbours share at least `overlap` px and the last one ends at the edge."""
    if length <= side:
        return [0]
    count = -(-(length - overlap) // (side - overlap))
    return [round(i * (length - side) / (count - 1)) for i in range(count)]


def spread(start: int, length: int, side: int) -> list[int]:
    """Windows of `side` that cover start..start+length: one in the middle, or several for a long difference."""
    if length <= side - 24:
        return [start + length // 2 - side // 2]
    return [start - 12 + i for i in range(0, length, side - 48)]


def clip(value: int, top: int) -> int:
    return int(min(max(value, 0), max(top, 0)))


def padded(tile: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Edge pixels repeated where the image is smaller than a tile of `shape` (h, w)."""
    _, height, width = tile.shape
    if (height, width) == shape:
        return tile
    return np.pad(tile, ((0, 0), (0, shape[0] - height), (0, shape[1] - width)), mode="edge")
