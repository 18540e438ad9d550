"""What the network should answer for a crop, at stride 4.

Centres are Gaussians (Zhou et al., arXiv 1904.07850) as wide as the box (Liu et al., arXiv 1909.00700); boxes are asked
of every cell near the centre, which makes the regression robust to the one cell that wins at inference.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .net import STRIDE

SIGMA_OF_SIDE = 1 / 6
MIN_SIGMA = 0.6  # cells
BOX_FLOOR = 0.3  # Gaussian value from which a cell takes part in the box regression


@dataclass(frozen=True)
class Target:
    """heat [K, h, w] 0..1; care [h, w] 0/1; box [4, h, w] px; weight [h, w]; region [h, w] 0..1."""

    heat: np.ndarray
    care: np.ndarray
    box: np.ndarray
    weight: np.ndarray
    region: np.ndarray


def make_target(boxes: np.ndarray, labels: np.ndarray, region: np.ndarray, count: int) -> Target:
    """Targets of one crop. `boxes` [n, 4] crop px, `region` [S, S] 0/1, `count` number of labels."""
    side = region.shape[0]
    cells = side // STRIDE
    heat = np.zeros((count, cells, cells), np.float32)
    care = np.ones((cells, cells), np.float32)
    box = np.zeros((4, cells, cells), np.float32)
    weight = np.zeros((cells, cells), np.float32)
    best = np.zeros((cells, cells), np.float32)
    middle = (np.arange(cells) + 0.5) * STRIDE
    for (x1, y1, x2, y2), label in zip(boxes, labels, strict=True):
        cx, cy = (x1 + x2) / 2, (y1 + y2) / 2
        if not (0 <= cx < side and 0 <= cy < side):
            # the centre lies outside: neither a defect nor clean surface to be learned from this crop
            care[span(y1, y2, cells), span(x1, x2, cells)] = 0
            continue
        sx = max((x2 - x1) / STRIDE * SIGMA_OF_SIDE, MIN_SIGMA)
        sy = max((y2 - y1) / STRIDE * SIGMA_OF_SIDE, MIN_SIGMA)
        across = np.exp(-((np.arange(cells) - int(cx / STRIDE)) ** 2) / (2 * sx * sx))
        along = np.exp(-((np.arange(cells) - int(cy / STRIDE)) ** 2) / (2 * sy * sy))
        bump = np.outer(along, across).astype(np.float32)
        heat[label] = np.maximum(heat[label], bump)
        mine = (bump > BOX_FLOOR) & (bump > best)
        best[mine] = bump[mine]
        weight[mine] = bump[mine] / bump[bump > BOX_FLOOR].sum()
        sides = np.stack(np.broadcast_arrays(middle - x1, (middle - y1)[:, None], x2 - middle, (y2 - middle)[:, None]))
        box[:, mine] = sides[:, mine]
    share = cv2.resize(region.astype(np.float32), (cells, cells), interpolation=cv2.INTER_AREA)
    # a trace three pixels wide still fills half of a cell: count a cell as region from half coverage on
    return Target(heat, care, np.maximum(box, 0.5), weight, np.minimum(share * 2, 1))


def span(low: float, high: float, cells: int) -> slice:
    """Cells touched by low..high px."""
    return slice(int(np.clip(low // STRIDE, 0, cells)), int(np.clip(-(-high // STRIDE), 0, cells)))
