"""Grey-tone augmentation of crops: what cameras, lamps and codecs do. Crops are [S, S, C] uint8.

The order dark < bright is kept: with inverted grey levels a hole in copper looks exactly like copper on laminate, so
an inverted picture would need other labels.
"""

from __future__ import annotations

import cv2
import numpy as np

Rng = np.random.Generator


def tone_table(rng: Rng, strength: float) -> np.ndarray:
    """A 256-entry look-up table: random black level, white level and gamma."""
    low = rng.uniform(0, 110) * strength
    high = rng.uniform(low + 70, 255) if rng.random() < strength else 255.0
    gamma = np.exp(rng.normal(0, 0.35 * strength))
    return low + (high - low) * np.linspace(0, 1, 256) ** gamma


def nudged(rng: Rng, table: np.ndarray, levels: float = 12) -> np.ndarray:
    """Nearly the same tone: how the exposure of the part differs from that of its template, or one colour from another."""
    middle = table.mean()
    return (table - middle) * np.exp(rng.normal(0, levels / 120)) + middle + rng.normal(0, levels)


def shade(rng: Rng, pixels: np.ndarray) -> np.ndarray:
    """Multiply by a smooth field of about +-20 %: uneven light."""
    side = pixels.shape[0]
    field = cv2.resize(rng.uniform(0.8, 1.2, (3, 3)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    return np.clip(pixels * field[:, :, None], 0, 255).astype(np.uint8)


def degrade(rng: Rng, pixels: np.ndarray, share: float) -> np.ndarray:
    """Blur, noise and JPEG, each with probability `share`."""
    if rng.random() < share:
        pixels = keep_planes(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 1.5)))
    if rng.random() < share:
        sigma = rng.uniform(2, 14)
        planes = 1 if rng.random() < 0.5 else pixels.shape[2]
        noise = rng.standard_normal((*pixels.shape[:2], planes), dtype=np.float32)
        pixels = np.clip(pixels + sigma * noise, 0, 255).astype(np.uint8)
    if rng.random() < share:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 95))]
        coded = cv2.imencode(".jpg", pixels, quality)[1]
        pixels = keep_planes(cv2.imdecode(coded, cv2.IMREAD_UNCHANGED))
    return pixels


def keep_planes(pixels: np.ndarray) -> np.ndarray:
    """cv2 drops the plane axis of grey images; put it back."""
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


def look_up(pixels: np.ndarray, table: np.ndarray) -> np.ndarray:
    return np.clip(table, 0, 255).astype(np.uint8)[pixels]


def augment_pair(rng: Rng, tested: np.ndarray, template: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Tones common to both, small differences between them, and wear of each on its own."""
    if rng.random() < share:
        table = tone_table(rng, rng.random())
        tested = look_up(tested, nudged(rng, table) if rng.random() < 0.6 else table)
        template = look_up(template, table)
        if rng.random() < 0.35:
            tested = shade(rng, tested)
    if rng.random() < 0.5:
        tested = degrade(rng, tested, 0.35)
    if rng.random() < 0.3:
        template = degrade(rng, template, 0.35)
    return tested, template


def augment_single(rng: Rng, pixels: np.ndarray, share: float) -> np.ndarray:
    """Colour, tone, colour cast, shading and wear of one image."""
    if rng.random() < share:
        # Steel is grey under one lamp and brown under the next.
        grey = pixels.mean(2, keepdims=True)
        pixels = np.clip(grey + (pixels - grey) * rng.uniform(0, 1.4), 0, 255).astype(np.uint8)
    if rng.random() < share:
        table = tone_table(rng, 0.7 * rng.random())
        pixels = np.concatenate([look_up(pixels[:, :, c : c + 1], nudged(rng, table, 8)) for c in range(pixels.shape[2])], 2)
    if rng.random() < share:
        pixels = shade(rng, pixels)
    return degrade(rng, pixels, 0.15)
