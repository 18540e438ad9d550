"""Train the embedded reviewer: `python -m vlm.training.train --crops DIR --share 0.6 --crops DIR --share 0.4 --out DIR`.

The learning rate warms up, stays, and falls to zero over the last part of the run. `--minutes` ends a run by the clock
where the machine is shared; otherwise steps are counted. Every batch has its own generator, made of seed and step, so
that `--resume` sees the batches the run would have seen.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import nn

from detector.training import checkpoint
from detector.training.train import StopSignal

from .batches import CropSet
from .export import read_model
from .heads import TokenHeads, token_loss
from .loss import answer_loss
from .net import QwenVl, Sizes
from .tokens import FIRST_FOLLOWED, FIRST_LAST, VOCABULARY
from .terms import SIDE

WARM_UP_STEPS = 60
DECAY_SHARE = 0.35
SAVE_EVERY = 100
EMA_DECAY = 0.99


def learning_rate(step: int, done: float, peak: float) -> float:
    """`done` is the share of the run that is over."""
    rise = min(1.0, (step + 1) / WARM_UP_STEPS)
    fall = min(1.0, max(0.0, (1 - done) / DECAY_SHARE))
    return peak * rise * (0.02 + 0.98 * 0.5 * (1 - float(np.cos(np.pi * fall))))


def order_numbers(net: QwenVl, seed: int) -> None:
    """Neighbouring coordinates begin with neighbouring embeddings, so that they need not be learned one by one."""
    rng = np.random.default_rng(seed)
    width = net.sizes.width
    speed, phase = np.exp(rng.uniform(np.log(0.02), np.log(0.6), width)), rng.uniform(0, 6.3, width)
    for first in (FIRST_FOLLOWED, FIRST_LAST):
        waves = 0.07 * np.cos(np.arange(SIDE + 1)[:, None] * speed + phase)
        net.embedding.weight.data[first : first + SIDE + 1] = torch.from_numpy(waves).float()


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m vlm.training.train", description=__doc__.splitlines()[0])
    parser.add_argument("--crops", required=True, action="append", type=Path, help="folder made by vlm.training.gather; may be repeated")
    parser.add_argument("--share", action="append", type=float, help="share of the crops from each folder (default: equal)")
    parser.add_argument("--out", required=True, type=Path, help="folder for checkpoint and progress, outside the repository")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--minutes", type=float, help="end of the run by the clock, decay included")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--init", type=Path, help="folder of an exported model to start from, e.g. vlm/models/embedded")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    args = parser.parse_args()
    if args.share and len(args.share) != len(args.crops):
        parser.error("give one --share for each --crops")
    return args


def main() -> None:
    args = parse()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    crops = CropSet(args.crops, args.share or [1.0] * len(args.crops))
    net = QwenVl(Sizes(), len(VOCABULARY))
    order_numbers(net, args.seed)
    if args.init:
        read_model(net, args.init)
    heads = TokenHeads(net.sizes.width)
    parts = nn.ModuleList([net, heads])
    optimizer = torch.optim.AdamW(parts.parameters(), lr=args.rate, betas=(0.9, 0.95), weight_decay=0.02)
    average = checkpoint.MovingAverage(net, EMA_DECAY)
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "checkpoint.pt"
    first, spent = 0, 0.0
    if args.resume and path.exists():
        state = checkpoint.load(path)
        parts.load_state_dict(state["parts"])
        average.net.load_state_dict(state["ema"])
        optimizer.load_state_dict(state["optimizer"])
        first, spent = state["step"], state["seconds"]
    about = {
        "parameters": sum(p.numel() for p in net.parameters()),
        "sizes": asdict(net.sizes),
        "seed": args.seed,
        "batch": args.batch,
        "data": [json.loads((f / "about.json").read_text()) for f in args.crops],
    }
    if args.init:
        before = json.loads((args.init / "manifest.json").read_text())
        about["startedFrom"] = {"version": before["version"], "steps": before["training"]["steps"], "crops": before["training"]["crops"]}
    (args.out / "run.json").write_text(json.dumps(about, indent=2))
    print(f"{about['parameters']} parameters; crops {[len(t) for t in crops.truth]}", flush=True)
    stop, shown, begun = StopSignal(), np.zeros(3), time.time()
    for step in range(first, args.steps):
        seconds = time.time() - begun
        done = max(step / args.steps, seconds / 60 / args.minutes if args.minutes else 0.0)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, done, args.rate)
        batch = crops.draw(np.random.default_rng([args.seed, step]), args.batch)
        logits, seen = net(batch.images, batch.before, batch.after)
        said = answer_loss(logits, batch.after)
        which, off = token_loss(heads(seen), batch.boxes, batch.labels)
        total = said + which + 2 * off
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(parts.parameters(), 1.0)
        optimizer.step()
        average.update(net, step)
        shown = shown * 0.98 + 0.02 * np.array([said.item(), which.item(), off.item()])
        last = done >= 1 or step + 1 == args.steps or stop.asked
        if (step + 1) % 25 == 0:
            mean = shown / (1 - 0.98 ** (step + 1 - first))
            pace = (time.time() - begun) / (step + 1 - first)
            print(f"step {step + 1} answer {mean[0]:.4f} token {mean[1]:.4f} box {mean[2]:.4f} {pace:.2f} s/step done {done:.2f}", flush=True)
        if (step + 1) % SAVE_EVERY == 0 or last:
            state = {"parts": parts.state_dict(), "ema": average.net.state_dict(), "optimizer": optimizer.state_dict()}
            checkpoint.save(path, state | {"step": step + 1, "seconds": spent + time.time() - begun})
        if last:
            print(f"ended after step {step + 1}", flush=True)
            break


if __name__ == "__main__":
    main()
