"""Decoded images, kept in memory: training reads the same few hundred files a hundred times."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np


class ImageStore:
    """Reads each file once, as [H, W, C] uint8 with C = 1 (grey) or 3 (red, green, blue)."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour
        self.held: dict[Path, np.ndarray] = {}

    def get(self, path: Path) -> np.ndarray:
        if path not in self.held:
            self.held[path] = read_image(path, self.colour)
        return self.held[path]


def read_image(path: Path, colour: bool) -> np.ndarray:
    """[H, W, C] uint8. EXIF turns are not applied: boxes are in the file's own pixels."""
    flags = (cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE) | cv2.IMREAD_IGNORE_ORIENTATION
    pixels = cv2.imread(str(path), flags)
    if pixels is None:
        raise FileNotFoundError(f"cannot read {path}")
    return np.ascontiguousarray(pixels[:, :, ::-1]) if colour else pixels[:, :, None]
