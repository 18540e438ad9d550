"""Losses: focal on the centres, generalised IoU on the boxes, cross-entropy on the region.

Sources: penalty-reduced focal loss, Law and Deng "CornerNet" (arXiv 1808.01244); GIoU, Rezatofighi et al. (1902.09630).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

BOX_WEIGHT = 1.5
REGION_WEIGHT = 2.0


@dataclass(frozen=True)
class Losses:
    total: Tensor
    heat: float
    box: float
    region: float


def heat_loss(logits: Tensor, target: Tensor, care: Tensor) -> Tensor:
    """[N, K, h, w] logits and targets, [N, h, w] care; per defect."""
    score = torch.sigmoid(logits)
    centre = (target >= 0.999).float()
    found = centre * (1 - score) ** 2 * F.logsigmoid(logits)
    false = (1 - centre) * (1 - target) ** 4 * score**2 * F.logsigmoid(-logits)
    return -((found + false) * care[:, None]).sum() / centre.sum().clamp(min=1)


def box_loss(box: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """1 - GIoU of distance boxes [N, 4, h, w], weighted; both boxes contain the cell's centre."""
    pick = weight > 0
    if not bool(pick.any()):
        return box.sum() * 0
    a, b, w = box.permute(0, 2, 3, 1)[pick], target.permute(0, 2, 3, 1)[pick], weight[pick]
    small, large = torch.minimum(a, b), torch.maximum(a, b)
    inter = (small[:, 0] + small[:, 2]) * (small[:, 1] + small[:, 3])
    hull = (large[:, 0] + large[:, 2]) * (large[:, 1] + large[:, 3])
    union = (a[:, 0] + a[:, 2]) * (a[:, 1] + a[:, 3]) + (b[:, 0] + b[:, 2]) * (b[:, 1] + b[:, 3]) - inter
    giou = inter / union - (hull - union) / hull
    return ((1 - giou) * w).sum() / w.sum()


def all_losses(outputs: tuple[Tensor, Tensor, Tensor], batch: dict[str, Tensor]) -> Losses:
    heat = heat_loss(outputs[0].float(), batch["heat"], batch["care"])
    box = box_loss(outputs[1].float(), batch["box"], batch["weight"])
    region = F.binary_cross_entropy_with_logits(outputs[2].float()[:, 0], batch["region"])
    total = heat + BOX_WEIGHT * box + REGION_WEIGHT * region
    return Losses(total, heat.item(), box.item(), region.item())
