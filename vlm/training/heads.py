"""Dense supervision of the image tokens, used in training and not exported: without it boxes are not learned.

Each image token says whether the judged spot touches its 28 px square, where the spot's box is, and what it is.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .terms import FACTOR, LABELS, SIDE


class TokenHeads(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layer = nn.Linear(width, 5 + len(LABELS))

    def forward(self, seen: Tensor) -> Tensor:
        return self.layer(seen)


def touched(boxes: Tensor) -> Tensor:
    """[B, 16] 1 where a box [B, 4] px meets the square of an image token; nothing for an empty box."""
    side = SIDE // FACTOR
    low = torch.arange(side).float() * FACTOR
    x = (low[None] < boxes[:, 2:3]) & (low[None] + FACTOR > boxes[:, 0:1])
    y = (low[None] < boxes[:, 3:4]) & (low[None] + FACTOR > boxes[:, 1:2])
    return (y[:, :, None] & x[:, None, :]).flatten(1).float()


def token_loss(out: Tensor, boxes: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Of `TokenHeads`' output [B, 16, 5 + labels]: what and whether, and the mean box error as a share of the side."""
    hit = touched(boxes)
    whether = F.binary_cross_entropy_with_logits(out[..., 0], hit)
    weight = hit / hit.sum().clamp(min=1)
    off = ((out[..., 1:5] - boxes[:, None] / SIDE).abs().mean(-1) * weight).sum()
    many = labels[:, None].expand(-1, out.shape[1])
    which = F.cross_entropy(out[..., 5:].flatten(0, 1), many.flatten(), reduction="none").view_as(hit)
    return 0.5 * whether + 0.3 * (which * weight).sum(), off
