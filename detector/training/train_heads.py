"""Trains the judges of a frozen encoder: by cells drawn from all images, then anew with what they took for a defect too."""

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
from .frozen import FrozenNet, Judge, around
from .loss import BOX_WEIGHT, REGION_WEIGHT, box_loss

ROUNDS = 2  # a third one, with yet more of what they took for a defect, costs defects of parts they have not seen
FEWEST_STEPS = 10 * ROUNDS
BATCH = 2048
PEAK = 3e-3
HARD_PER_MEGAPIXEL = 40
HARD_WEIGHT = 0.02
BESIDE = 0.1  # of the weights of box and region where crops are learned from: whether a cell is a defect comes first


def train_heads(net: FrozenNet, samples: list[Sample], out: Path, shared: Path | None, steps: int, seed: int) -> None:
    """Trains `net` on `samples` and saves it as `out`/checkpoint.pt. `steps`: of one judge, over all rounds. `shared`: folder
    of features that other runs use too; without it they are thrown away at the end."""
    begun = time.time()
    folder = shared or out / "features"
    features = Features(net, folder, torch.get_num_threads())
    features.make(samples)
    for number, judge in enumerate(net.judges):
        cells = Cells.joined(drawn_from(judge, features, samples, np.random.default_rng(seed)))
        fit_norm(judge, cells)
        for turn in range(ROUNDS):
            loss = fit(net, judge, cells, steps // ROUNDS, [seed, number])
            place = f"judge {number + 1}/{len(net.judges)}, round {turn + 1}/{ROUNDS}"
            print(f"{place}: {len(cells.label)} cells, loss {loss:.3f}, {(time.time() - begun) / 60:.0f} min", flush=True)
            if turn < ROUNDS - 1:
                # Half of the images show well enough what is taken for a defect.
                cells = Cells.joined([cells, *(hard(net, judge, features.get(one), one) for one in samples[turn::2])])
    checkpoint.save(out / "checkpoint.pt", {"net": net.state_dict(), "ema": net.state_dict(), "step": steps})
    if shared is None:
        shutil.rmtree(folder)


def seen_by(judge: Judge, features: Tensor) -> Tensor:
    """[1, C, h, w] of a whole map, before the norm."""
    return judge.seen(around(features), features.mean((2, 3), keepdim=True))


@torch.no_grad()
def drawn_from(
    judge: Judge, features: Features, samples: list[Sample], rng: np.random.Generator
) -> Iterator[Cells]:
    for sample in samples:
        one = features.get(sample)
        yield drawn(seen_by(judge, one)[0], aims_of(sample, tuple(one.shape[2:])), rng)


def fit_norm(judge: Judge, cells: Cells) -> None:
    """Sets the norm to the cells drawn, and norms them."""
    some = cells.around[::4].float()
    judge.mean.copy_(some.mean(0)[None, :, None, None])
    judge.scale.copy_(1 / (some.std(0) + 1e-2)[None, :, None, None])
    for part in cells.around.split(65536):
        part.copy_(judge.normed(part.float()[:, :, None, None])[:, :, 0, 0])


def fit(net: FrozenNet, judge: Judge, cells: Cells, steps: int, seeds: list[int]) -> float:
    """Trains one judge anew on normed cells; the mean loss of its last tenth."""
    torch.manual_seed(int(np.random.default_rng(seeds).integers(2**62)))
    head = judge.head
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
def hard(net: FrozenNet, judge: Judge, features: Tensor, sample: Sample) -> Cells:
    """The clean cells of a map that a judge takes for a defect most."""
    seen = judge.normed(seen_by(judge, features))
    aims = aims_of(sample, tuple(features.shape[2:]))
    score = net.told(judge.head(seen))[0][0].amax(0)
    score[aims.label != -1] = -torch.inf
    count = max(1, round(HARD_PER_MEGAPIXEL * score.numel() * STRIDE**2 / 1e6))
    which = torch.zeros(score.numel(), dtype=torch.bool)
    which[score.flatten().topk(min(count, int((aims.label == -1).sum()))).indices] = True
    return taken(seen[0], aims, torch.full(aims.label.shape, HARD_WEIGHT), which.view(score.shape))

