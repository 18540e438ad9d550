"""What a line does to a part between its template and the detector, for measuring: after registration, so what is left of it.

Each takes (tested, template), both [H, W] uint8 grey, and returns the same. Boxes stay where they are: the template moves.
"""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import for_cv2


def moved(pixels: np.ndarray, rng: np.random.Generator, shift_px: float) -> np.ndarray:
    """Shift by up to `shift_px`, turn by up to 0.15 degrees and scale by up to 0.1 % about the middle."""
    height, width = pixels.shape
    angle, scale = np.deg2rad(rng.uniform(-0.15, 0.15)), 1 + rng.uniform(-0.001, 0.001)
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([width / 2, height / 2])
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = middle - linear @ middle + rng.uniform(-shift_px, shift_px, 2)
    return cv2.warpAffine(pixels, for_cv2(matrix), (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def noisy(pixels: np.ndarray, rng: np.random.Generator, sigma: float) -> np.ndarray:
    return np.clip(pixels + rng.normal(0, sigma, pixels.shape), 0, 255).astype(np.uint8)


def toned(pixels: np.ndarray, low: float, high: float, gamma: float) -> np.ndarray:
    return np.clip(low + (high - low) * (pixels / 255.0) ** gamma, 0, 255).astype(np.uint8)


def jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)


def line_conditions(seed: int):
    """Conditions by name. Each call advances one generator, so a set is altered the same way in every run."""
    rng = np.random.default_rng(seed)

    def all_of_it(a: np.ndarray, b: np.ndarray):
        a = noisy(cv2.GaussianBlur(toned(a, 30, 215, rng.uniform(0.8, 1.25)), (0, 0), 0.8), rng, 5)
        return a, moved(toned(b, 20, 230, 1.0), rng, 1.5)

    return {
        "as is": lambda a, b: (a, b),
        "moved 1 px": lambda a, b: (a, moved(b, rng, 1.0)),
        "moved 2 px": lambda a, b: (a, moved(b, rng, 2.0)),
        "blurred": lambda a, b: (cv2.GaussianBlur(a, (0, 0), 1.2), moved(b, rng, 1.0)),
        "noisy": lambda a, b: (noisy(a, rng, 10), moved(b, rng, 1.0)),
        "grey-toned": lambda a, b: (toned(a, rng.uniform(0, 60), rng.uniform(180, 255), rng.uniform(0.7, 1.4)), b),
        "jpeg 60": lambda a, b: (jpeg(a, 60), b),
        "all of it": all_of_it,
    }


def clean_conditions(seed: int):
    """The template against itself, worn: nothing may be called."""
    rng = np.random.default_rng(seed)
    return {
        "clean: same": lambda a, b: (b, b),
        "clean: noisy": lambda a, b: (noisy(b, rng, 8), b),
        "clean: jpeg": lambda a, b: (jpeg(b, 50), b),
        "clean: moved": lambda a, b: (b, moved(b, rng, 1.5)),
        "clean: all": lambda a, b: (jpeg(noisy(toned(b, 20, 230, 1.1), rng, 6), 70), moved(b, rng, 1.5)),
    }
