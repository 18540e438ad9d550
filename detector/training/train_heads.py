"""Trains the heads of a frozen encoder: cells drawn from all images, then twice more with what they took for a defect."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import checkpoint
from .cells import Cells, aims_of, drawn, taken
from .coco import Sample
from .encoder import STRIDE
from .features import Features
from .frozen import FrozenNet
from .loss import BOX_WEIGHT, REGION_WEIGHT, box_loss

ROUNDS = 3
FEWEST_STEPS = 10 * ROUNDS
BATCH = 2048
PEAK = 3e-3
HARD_PER_MEGAPIXEL = 40
HARD_WEIGHT = 0.02
BESIDE = 0.1  # of the weights of box and region where crops are learned from: whether a cell is a defect comes first


def train_heads(net: FrozenNet, samples: list[Sample], out: Path, shared: Path | None, steps: int, seed: int) -> None:
    """Trains `net` on `samples` and saves it as `out`/checkpoint.pt. `steps`: of one head, over all rounds. `shared`: folder
    of features that other runs use too; without it they are thrown away at the end."""
    begun = time.time()
    folder = shared or out / "features"
    features = Features(net, folder, torch.get_num_threads())
    features.make(samples)
    cells = Cells.joined(drawn_from(net, features, samples, np.random.default_rng(seed)))
    fit_norm(net, cells)
    for turn in range(ROUNDS):
        losses = [fit(net, head, cells, steps // ROUNDS, [seed, number]) for number, head in enumerate(net.heads)]
        minutes = (time.time() - begun) / 60
        print(f"round {turn + 1}/{ROUNDS}: {len(cells.label)} cells, loss {np.mean(losses):.3f}, {minutes:.0f} min", flush=True)
        if turn < ROUNDS - 1:
            cells = Cells.joined([cells, *(hard(net, features.get(one), one) for one in samples[turn :: ROUNDS - 1])])
    checkpoint.save(out / "checkpoint.pt", {"net": net.state_dict(), "ema": net.state_dict(), "step": steps})
    if shared is None:
        shutil.rmtree(folder)


@torch.no_grad()
def drawn_from(
    net: FrozenNet, features: Features, samples: list[Sample], rng: np.random.Generator
) -> Iterator[Cells]:
    for sample in samples:
        one = features.get(sample)
        yield drawn(net.around(one)[0], aims_of(sample, tuple(one.shape[2:])), rng)


def fit_norm(net: FrozenNet, cells: Cells) -> None:
    """Sets the norm to the cells drawn, and norms them."""
    some = cells.around[::4].float()
    net.mean.copy_(some.mean(0)[None, :, None, None])
    net.scale.copy_(1 / (some.std(0) + 1e-2)[None, :, None, None])
    for part in cells.around.split(65536):
        part.copy_(net.normed(part.float()[:, :, None, None])[:, :, 0, 0])


def fit(net: FrozenNet, head: nn.Module, cells: Cells, steps: int, seeds: list[int]) -> float:
    """Trains one head anew on normed cells; the mean loss of its last tenth."""
    torch.manual_seed(int(np.random.default_rng(seeds).integers(2**62)))
    for layer in head:
        if isinstance(layer, nn.Conv2d):
            layer.reset_parameters()
    defect = cells.label >= 0
    weight = cells.weight.clone()
    # Defects and clean places count alike, however few the one and many the other.
    for which in (defect, ~defect):
        weight[which] *= 0.5 * len(weight) / weight[which].sum().clamp(min=1e-9)
    optimizer = torch.optim.AdamW(head.parameters(), lr=PEAK, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK, total_steps=steps)
    head.train()
    last: list[float] = []
    order = torch.randperm(len(weight))
    at = 0
    for step in range(steps):
        if at + BATCH > len(order):
            order, at = torch.randperm(len(weight)), 0
        chosen = order[at : at + BATCH]
        at += BATCH
        loss = loss_of(net, head, cells, chosen, weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step >= steps * 0.9:
            last.append(loss.item())
    head.eval()
    return float(np.mean(last))


def loss_of(net: FrozenNet, head: nn.Module, cells: Cells, chosen: Tensor, weight: Tensor) -> Tensor:
    heat, box, region = net.told(head(cells.around[chosen].float()[:, :, None, None]))
    label = cells.label[chosen]
    target = F.one_hot(label.clamp(min=0), net.labels) * (label >= 0)[:, None]
    off = F.binary_cross_entropy_with_logits(heat[:, :, 0, 0], target.float(), reduction="none").sum(1)
    inside = (label >= 0).float()[:, None, None]
    boxes = box_loss(box, cells.box[chosen][:, :, None, None], inside)
    regions = F.binary_cross_entropy_with_logits(region[:, 0, 0, 0], cells.region[chosen])
    return (off * weight[chosen]).mean() + BESIDE * (BOX_WEIGHT * boxes + REGION_WEIGHT * regions)


@torch.no_grad()
def hard(net: FrozenNet, features: Tensor, sample: Sample) -> Cells:
    """The clean cells of a map that the heads together take for a defect most."""
    around = net.normed(net.around(features))
    aims = aims_of(sample, tuple(features.shape[2:]))
    score = net.judge(around)[0][0].amax(0)
    score[aims.label != -1] = -torch.inf
    count = max(1, round(HARD_PER_MEGAPIXEL * score.numel() * STRIDE**2 / 1e6))
    which = torch.zeros(score.numel(), dtype=torch.bool)
    which[score.flatten().topk(min(count, int((aims.label == -1).sum()))).indices] = True
    return taken(around[0], aims, torch.full(aims.label.shape, HARD_WEIGHT), which.view(score.shape))

