"""The detector's network: a small residual U-net with a centre-heatmap head at stride 4.

Shapes: input [N, C, H, W] uint8-valued (H, W multiples of 32), outputs at H/4 x W/4:
heat logits [N, K, h, w], box distances in px [N, 4, h, w] (left, top, right, bottom, >= 0),
mask logits [N, 1, h, w].

Sources: centre heatmaps, Zhou et al. "Objects as Points" (arXiv 1904.07850); boxes regressed from every cell near
the centre, Liu et al. "TTFNet" (arXiv 1909.00700); residual blocks, He et al. (arXiv 1512.03385).

Plain 3x3 convolutions on purpose: on a CPU they run nearer to the peak than depthwise ones, in training above all.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

STRIDE = 4
BOX_SCALE_PX = 16.0  # exp(0) * 16: a box of 32 px, the typical small defect, is where the regression starts
HEAT_PRIOR = 0.01  # first score of every cell, so that the first steps are not spent on unlearning positives


def conv(inputs: int, outputs: int, stride: int = 1, size: int = 3) -> nn.Sequential:
    """Convolution, batch norm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


def local_contrast(grey: Tensor) -> Tensor:
    """Grey [N, 1, H, W] less its local mean, over its local spread (about 40 px): a pit in the dark is a pit still.

    Means are taken at an eighth of the resolution, which costs next to nothing. After Jarrett et al. (ICCV 2009).
    """
    small, square = F.avg_pool2d(grey, 8), F.avg_pool2d(grey * grey, 8)
    mean = F.avg_pool2d(small, 5, 1, 2, count_include_pad=False)
    spread = (F.avg_pool2d(square, 5, 1, 2, count_include_pad=False) - mean * mean).clamp(min=0).sqrt()
    wide = F.interpolate(torch.cat([mean, spread], 1), scale_factor=8.0, mode="bilinear", align_corners=False)
    return ((grey - wide[:, 0:1]) / (wide[:, 1:2] + 0.03)).clamp(-4, 4) * 0.5


class Residual(nn.Module):
    """Two 3x3 convolutions around a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))
        nn.init.zeros_(self.second[1].weight)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


def stage(inputs: int, outputs: int, blocks: int) -> nn.Sequential:
    """Halve the resolution, then refine."""
    return nn.Sequential(conv(inputs, outputs, 2), *[Residual(outputs) for _ in range(blocks)])


class CentreNet(nn.Module):
    """Encoder to stride 32 or 16 (by the number of widths), decoder back to stride 4, one head."""

    def __init__(self, channels: int, labels: int, widths: tuple[int, ...], blocks: tuple[int, ...], head: int) -> None:
        super().__init__()
        self.channels = channels
        self.stem = conv(channels + 1, widths[0], 2)
        self.down = nn.ModuleList(stage(a, b, n) for a, b, n in zip(widths[:-1], widths[1:], blocks, strict=True))
        outs = [head, *widths[2:]]
        self.lateral = nn.ModuleList(nn.Conv2d(w, o, 1) for w, o in zip(widths[1:], outs, strict=True))
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in zip(outs[:-1], outs[1:], strict=True))
        self.smooth = nn.ModuleList(conv(o, o) for o in outs[:-1])
        self.shared = conv(head, head)
        self.heat = nn.Conv2d(head, labels, 1)
        self.box = nn.Conv2d(head, 4, 1)
        self.mask = nn.Conv2d(head, 1, 1)
        nn.init.constant_(self.heat.bias, -math.log((1 - HEAT_PRIOR) / HEAT_PRIOR))
        for layer in (self.heat, self.box, self.mask):
            nn.init.normal_(layer.weight, std=0.01)
        nn.init.zeros_(self.box.bias)

    def planes(self, tiles: Tensor) -> Tensor:
        """Grey levels to about -1..1, and one plane more: the absolute difference of a pair, the local contrast of one image."""
        x = tiles.float() * (1 / 255)
        if self.channels == 2:
            difference = (x[:, 0:1] - x[:, 1:2]).abs()
            return torch.cat([x * 2 - 1, difference * 2], 1)
        return torch.cat([x * 4 - 2, local_contrast(x.mean(1, keepdim=True))], 1)

    def forward(self, tiles: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = self.stem(self.planes(tiles))
        levels = []
        for down in self.down:
            x = down(x)
            levels.append(x)
        x = self.lateral[-1](levels[-1])
        for i in range(len(levels) - 2, -1, -1):
            # 1x1 before the upsampling: the same result as after it, for a quarter of the work
            x = F.interpolate(self.up[i](x), scale_factor=2.0, mode="nearest")
            x = self.smooth[i](F.relu(x + self.lateral[i](levels[i])))
        x = self.shared(x)
        return self.heat(x), torch.exp(self.box(x).float().clamp(-4, 4)) * BOX_SCALE_PX, self.mask(x)


class Deployed(nn.Module):
    """The graph that is exported: uint8 tiles in; scores with all but local peaks zeroed, boxes and region out."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, tiles: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        heat, box, mask = self.net(tiles)
        score = torch.sigmoid(heat)
        peak = F.max_pool2d(score, 3, 1, 1)
        return torch.where(score >= peak, score, torch.zeros_like(score)), box, torch.sigmoid(mask)
