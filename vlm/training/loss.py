"""What an answer costs: each token by cross-entropy, coordinates by how far off they are."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .batches import AFTER
from .terms import SIDE
from .tokens import FIRST_FOLLOWED, FIRST_LAST

NEAR_PX = 1.5  # a coordinate's neighbours share its chance, as a bell curve of this width
VERDICT_WEIGHT = 2.0
VERDICT_AT = 1  # token of the answer


def answer_loss(logits: Tensor, after: Tensor) -> Tensor:
    """Mean over the answer's tokens; logits [B, n + 1, V] as `net.QwenVl` gives them for after [B, n]."""
    start = len(AFTER)
    wanted = after[:, start:]
    chances = F.log_softmax(logits[:, start : start + wanted.shape[1]].float(), -1)
    loss = -chances.gather(-1, wanted[..., None])[..., 0]
    for first in (FIRST_FOLLOWED, FIRST_LAST):
        number = (wanted >= first) & (wanted <= first + SIDE)
        off = torch.arange(SIDE + 1)[None] - (wanted[number] - first)[:, None]
        share = torch.softmax(-0.5 * (off / NEAR_PX) ** 2, -1)
        # For "uncertain" all four are exactly zero: nothing is near.
        share[wanted[number] == first] = F.one_hot(torch.tensor(0), SIDE + 1).float()
        loss[number] = -(share * chances[number][:, first : first + SIDE + 1]).sum(-1)
    weight = torch.ones(wanted.shape[1])
    weight[VERDICT_AT] = VERDICT_WEIGHT
    return (loss * weight).sum(1).mean() / weight.sum()
