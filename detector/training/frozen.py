"""The network for few defects: a frozen encoder and small heads that judge each place by its features and its surroundings.

Shapes as `net.CentreNet`. What is trained sees one cell of stride 8 at a time, so that training draws cells, not crops: a
minute in place of an hour, once the features are there (`cells.py`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .encoder import WIDTH, Encoder
from .net import BOX_SCALE_PX

KEPT = 128  # of WIDTH: the directions in which the training pictures differ most
REACH = 8  # how many views of its surroundings a cell has, itself among them
HEADS = 3  # trained apart and averaged: what one of them takes for a defect by chance, the others do not
FAR = 30.0
SOFTER = 0.5  # defects and clean places count alike in training: scores would crowd at both ends
ODD = 8.0  # standard deviations beyond which a feature says no more than that it is odd


def head(outputs: int) -> nn.Sequential:
    """Features of a cell to what it is, as 1x1 convolutions."""
    return nn.Sequential(
        nn.Dropout(0.25), nn.Conv2d(KEPT * REACH, 96, 1), nn.ReLU(),
        nn.Dropout(0.25), nn.Conv2d(96, 32, 1), nn.ReLU(), nn.Conv2d(32, outputs, 1),
    )  # fmt: skip


class FrozenNet(nn.Module):
    """Encoder, projection, surroundings, heads; outputs at stride 4 as the runtime expects them."""

    channels = 3

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.labels = labels
        self.encoder = Encoder()
        self.project = nn.Conv2d(WIDTH, KEPT, 1).requires_grad_(False)
        self.register_buffer("mean", torch.zeros(1, KEPT * REACH, 1, 1))
        self.register_buffer("scale", torch.ones(1, KEPT * REACH, 1, 1))
        self.heads = nn.ModuleList(head(labels + 5) for _ in range(HEADS))

    def features(self, tiles: Tensor) -> Tensor:
        """[N, KEPT, H/8, W/8]: what the encoder sees, less what never differs."""
        return self.projected(self.encoder(tiles))

    def projected(self, encoded: Tensor) -> Tensor:
        return self.project(encoded).clamp(-FAR, FAR)

    def around(self, features: Tensor) -> Tensor:
        """[N, KEPT * REACH, h, w]: each cell, the means of 40, 96 and 288 px around it, and what lies 96 and 192 px above and
        below: a stain differs from a defect less by its looks than by where on the part it lies."""
        near = F.avg_pool2d(features, 5, 1, 2, count_include_pad=False)
        small = F.avg_pool2d(features, 4)
        middle, wide = (F.avg_pool2d(small, size, 1, size // 2, count_include_pad=False) for size in (3, 9))
        coarse = [middle, wide]
        for away in (3, 6):
            beyond = F.pad(middle, (0, 0, away, away), mode="replicate")
            coarse += [beyond[:, :, : -2 * away], beyond[:, :, 2 * away :]]
        coarse = [F.interpolate(one, scale_factor=4.0, mode="bilinear", align_corners=False) for one in coarse]
        return torch.cat([features, near, *coarse], 1)

    def normed(self, around: Tensor) -> Tensor:
        return ((around - self.mean) * self.scale).clamp(-ODD, ODD)

    def judge(self, cells: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Normed cells to heat logits [N, K, h, w], box distances in px [N, 4, h, w], mask logits [N, 1, h, w]."""
        return self.told(torch.stack([one(cells) for one in self.heads]).mean(0))

    def told(self, outputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        heat, box, mask = outputs.split([self.labels, 4, 1], 1)
        return heat, torch.exp(box.clamp(-4, 4)) * BOX_SCALE_PX, mask

    def forward(self, tiles: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        heat, box, mask = self.judge(self.normed(self.around(self.features(tiles))))
        # One cell alone is no defect; its neighbours see most of what it sees.
        heat = F.avg_pool2d(heat, 3, 1, 1, count_include_pad=False) * SOFTER
        # The distances to the sides of a box are linear in the place they are measured from: between cells they still fit.
        heat, box, mask = (F.interpolate(one, scale_factor=2.0, mode="bilinear", align_corners=False) for one in (heat, box, mask))
        return heat, box, mask
