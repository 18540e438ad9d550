"""The network for few defects: a frozen encoder and small heads that judge each place by its features and its surroundings.

Shapes as `net.CentreNet`. What is trained sees one cell of stride 8 at a time, so that training draws cells, not crops:
minutes in place of an hour, once the features are there (`cells.py`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .encoder import WIDTH, Encoder
from .net import BOX_SCALE_PX

KEPT = 128  # of WIDTH: the directions in which the training pictures differ most
REACH = 8  # how many views of its surroundings a cell has, itself among them
FAR = 30.0
SOFTER = 0.5  # defects and clean places count alike in training: scores would crowd at both ends
ODD = 8.0  # standard deviations beyond which a feature says no more than that it is odd


def around(features: Tensor) -> Tensor:
    """[N, KEPT * REACH, h, w] of features [N, KEPT, h, w]: each cell, the means of 40, 96 and 288 px around it, and what lies
    96 and 192 px above and below: a stain differs from a defect less by its looks than by where on the part it lies."""
    near = F.avg_pool2d(features, 5, 1, 2, count_include_pad=False)
    small = F.avg_pool2d(features, 4)
    middle, wide = (F.avg_pool2d(small, size, 1, size // 2, count_include_pad=False) for size in (3, 9))
    coarse = [middle, wide]
    for away in (3, 6):
        beyond = F.pad(middle, (0, 0, away, away), mode="replicate")
        coarse += [beyond[:, :, : -2 * away], beyond[:, :, 2 * away :]]
    coarse = [F.interpolate(one, scale_factor=4.0, mode="bilinear", align_corners=False) for one in coarse]
    return torch.cat([features, near, *coarse], 1)


class Judge(nn.Module):
    """One head and the norm of what it sees. `relative`: it sees how a cell differs from the mean of its tile, and so less of
    the lamp and of the screw. Judges are averaged: what one of them takes for a defect by chance, the other does not."""

    def __init__(self, outputs: int, relative: bool) -> None:
        super().__init__()
        self.relative = relative
        self.register_buffer("mean", torch.zeros(1, KEPT * REACH, 1, 1))
        self.register_buffer("scale", torch.ones(1, KEPT * REACH, 1, 1))
        # Of a cell to what it is, as 1x1 convolutions.
        self.head = nn.Sequential(
            nn.Dropout(0.25), nn.Conv2d(KEPT * REACH, 96, 1), nn.ReLU(),
            nn.Dropout(0.25), nn.Conv2d(96, 32, 1), nn.ReLU(), nn.Conv2d(32, outputs, 1),
        )  # fmt: skip

    def seen(self, surroundings: Tensor, mean: Tensor) -> Tensor:
        """What it goes by, of `around` a map and the mean of the map's features [N, KEPT, 1, 1]."""
        return surroundings - mean.repeat(1, REACH, 1, 1) if self.relative else surroundings

    def normed(self, seen: Tensor) -> Tensor:
        return ((seen - self.mean) * self.scale).clamp(-ODD, ODD)


class FrozenNet(nn.Module):
    """Encoder, projection, surroundings, judges; outputs at stride 4 as the runtime expects them."""

    channels = 3

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.labels = labels
        self.encoder = Encoder()
        self.project = nn.Conv2d(WIDTH, KEPT, 1).requires_grad_(False)
        self.judges = nn.ModuleList(Judge(labels + 5, relative) for relative in (False, True))

    def projected(self, encoded: Tensor) -> Tensor:
        """[N, KEPT, h, w]: what the encoder sees, less what never differs."""
        return self.project(encoded).clamp(-FAR, FAR)

    def told(self, outputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Outputs of a head as heat logits [N, K, h, w], box distances in px [N, 4, h, w], mask logits [N, 1, h, w]."""
        heat, box, mask = outputs.split([self.labels, 4, 1], 1)
        return heat, torch.exp(box.clamp(-4, 4)) * BOX_SCALE_PX, mask

    def forward(self, tiles: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        features = self.projected(self.encoder(tiles))
        surroundings, mean = around(features), features.mean((2, 3), keepdim=True)
        outputs = [judge.head(judge.normed(judge.seen(surroundings, mean))) for judge in self.judges]
        heat, box, mask = self.told(torch.stack(outputs).mean(0))
        # The distances to the sides of a box are linear in the place they are measured from: between cells they still fit.
        finer = [F.interpolate(one, scale_factor=2.0, mode="bilinear", align_corners=False) for one in (heat * SOFTER, box, mask)]
        return finer[0], finer[1], finer[2]
