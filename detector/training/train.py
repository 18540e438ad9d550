"""Train one model: `python -m detector.training.train --model pcb-pair --coco FILE --root DIR --out DIR`.

Steps are counted, not epochs: a step is one batch of crops. The learning rate warms up, stays, and falls to zero over
the last part of the run, so a finished run can be continued with `--resume` and more `--steps` (warm-up, stable, decay:
Hu et al. "MiniCPM", arXiv 2404.06395). Every batch has its own generator, made of seed and step: a resumed run sees the
batches it would have seen.
"""

from __future__ import annotations

import argparse
import json
import signal
import time
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from . import checkpoint
from .coco import CocoSet, Sample, label_names, read, split
from .crops import CropSource
from .loss import all_losses
from .frozen import FrozenNet
from .models import RECIPES, build
from .net import CentreNet
from .refuse import refuse_files, refuse_labels, resumed_step
from .shipped import start_from_onnx
from .train_heads import FEWEST_STEPS, train_heads

WARM_UP_STEPS = 200
DECAY_SHARE = 0.3
SAVE_EVERY = 250
FIRST_SAID = 10  # steps of a run after which it says for the first time how long it will take
EMA_DECAY = 0.998
CALIBRATION_BATCHES = 12


class Batches(IterableDataset):
    """The batches of steps `first`..`last`, made in a worker process beside the training."""

    def __init__(self, source: CropSource, seed: int, first: int, last: int) -> None:
        self.source, self.seed, self.first, self.last = source, seed, first, last

    def __iter__(self):
        cv2.setNumThreads(1)
        for step in range(self.first, self.last):
            yield self.source.batch(np.random.default_rng([self.seed, step]))


def learning_rate(step: int, steps: int, peak: float) -> float:
    """Linear warm-up, constant, then a cosine to zero over the last DECAY_SHARE of the steps."""
    if step < WARM_UP_STEPS:
        return peak * (step + 1) / WARM_UP_STEPS
    start = steps * (1 - DECAY_SHARE)
    if step < start:
        return peak
    return peak * 0.5 * (1 + float(np.cos(np.pi * (step - start) / (steps - start))))


class StopSignal:
    """SIGTERM and SIGINT ask the run to save and end after the step it is in."""

    def __init__(self) -> None:
        self.asked = False
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, self.ask)

    def ask(self, *_: object) -> None:
        self.asked = True


def parse(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m detector.training.train", description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, choices=sorted(RECIPES), help="recipe to train by")
    parser.add_argument("--name", help="name of the model that is made (default: the recipe's)")
    parser.add_argument("--coco", required=True, action="append", type=Path, help="COCO file; may be repeated")
    parser.add_argument("--root", required=True, action="append", type=Path, help="folder of its images, one per --coco")
    parser.add_argument("--share", action="append", type=float, help="share of the crops from each --coco (default: by images)")
    parser.add_argument("--out", required=True, type=Path, help="folder for checkpoint and progress, outside the repository")
    parser.add_argument("--split-by", help="image key that keeps images together (default: group, board, or the file)")
    parser.add_argument("--holdout", action="append", default=[], help="group to keep for validation; may be repeated")
    parser.add_argument("--holdout-fraction", type=float, default=0.1, help="if no --holdout: share of images held out (default: %(default)s)")
    parser.add_argument("--steps", type=int, help="steps in all, those before --resume counted (default: 20000, of surface-few 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of crops, first weights and drawn groups (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="of the network, beside the process that makes crops (default: %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out, with all other arguments as they were")
    parser.add_argument("--init", type=Path, help="checkpoint.pt or model.onnx whose weights to start from (another label list is fine)")
    parser.add_argument("--features", type=Path, help="surface-few: folder for what the encoder sees, 8 MB for an image of 0.5 MP, to be used by other runs too (default: in --out, until the end)")
    parser.add_argument("--learning-rate", type=float, help="peak (default: the recipe's); a third of it suits --init")
    args = parser.parse_args(given)
    if len(args.root) != len(args.coco) or (args.share and len(args.share) != len(args.coco)):
        parser.error("give one --root (and, if any, one --share) for each --coco")
    unfit = [name for name in ("init", "share", "learning_rate") if RECIPES[args.model].frozen and getattr(args, name)]
    if unfit:
        parser.error(f"{args.model} begins with its encoder and draws from all images alike: leave out {unfit}")
    if RECIPES[args.model].frozen and args.steps is not None and args.steps < FEWEST_STEPS:
        parser.error(f"{args.model} wants at least {FEWEST_STEPS} steps")
    return args


def weights_of(samples: list[Sample], sets: list[CocoSet], shares: list[float] | None) -> list[float] | None:
    """Sampling weight of each sample so that each set gets its share of the crops."""
    if not shares:
        return None
    owner = {id(s): i for i, one in enumerate(sets) for s in one.samples}
    members = np.bincount([owner[id(s)] for s in samples], minlength=len(sets))
    return [shares[owner[id(s)]] / members[owner[id(s)]] for s in samples]


def start_from(net: CentreNet, path: Path, source: CropSource, seed: int) -> None:
    """Take over every weight whose shape fits."""
    if path.suffix == ".onnx":
        # Drawn in this process before the one that draws batches is forked off, which must find no thread of OpenCV's.
        cv2.setNumThreads(1)
        drawn = [source.batch(np.random.default_rng([seed, 2**32 + i]))["tiles"] for i in range(CALIBRATION_BATCHES)]
        return start_from_onnx(net, path, drawn)
    mine = net.state_dict()
    theirs = checkpoint.load(path)["ema"]
    net.load_state_dict({k: theirs[k] if k in theirs and theirs[k].shape == v.shape else v for k, v in mine.items()})


def main(given: list[str] | None = None) -> None:
    args = parse(given)
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    recipe = RECIPES[args.model]
    args.steps = args.steps or recipe.steps
    labels = label_names(args.coco)
    refuse_labels(labels)
    sets = [read(c, r, labels, args.split_by) for c, r in zip(args.coco, args.root, strict=True)]
    train, held = split([s for one in sets for s in one.samples], args.holdout, args.holdout_fraction, args.seed)
    refuse_files(train + held, recipe.pair)
    about = {
        "name": args.name or args.model,
        "recipe": args.model,
        "labels": labels,
        "seed": args.seed,
        "steps": args.steps,
        "coco": [str(p.resolve()) for p in args.coco],
        "root": [str(p.resolve()) for p in args.root],
        "splitBy": args.split_by,
        "init": str(args.init) if args.init else None,
        "holdout": sorted({s.group for s in held}),
        "data": [
            {"name": s.name, "licence": s.licence, "images": len(s.samples)} for s in sets
        ],
        "settings": {k: v for k, v in asdict(recipe).items() if k != "notes"},
    }
    first = resumed_step(args.out, about, args.resume)
    if first >= args.steps:
        return print(f"the run has {first} steps already; give more --steps to go on", flush=True)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "run.json").write_text(json.dumps(about, indent=2))
    print(f"{about['name']}: labels {labels}; {len(train)} images to train, {len(held)} held out ({about['holdout'][:8]})", flush=True)
    print(f"goes on after step {first}" if first and not recipe.frozen else "begins at step 0", flush=True)

    if recipe.frozen:
        try:
            return train_heads(FrozenNet(len(labels)), train, args.out, args.features, args.steps, args.seed)
        except KeyboardInterrupt:
            raise SystemExit("stopped; the same command goes on with the images that are encoded already") from None
    net = build(recipe, len(labels)).to(memory_format=torch.channels_last)
    source = CropSource(train, recipe, len(labels), weights_of(train, sets, args.share))
    if args.init and not first:
        start_from(net, args.init, source, args.seed)
    peak = args.learning_rate or recipe.learning_rate
    optimizer = torch.optim.AdamW(net.parameters(), lr=peak, weight_decay=0.02)
    average = checkpoint.MovingAverage(net, EMA_DECAY)
    path = args.out / "checkpoint.pt"
    if first:
        state = checkpoint.load(path)
        net.load_state_dict(state["net"])
        average.net.load_state_dict(state["ema"])
        optimizer.load_state_dict(state["optimizer"])
    loader = DataLoader(Batches(source, args.seed, first, args.steps), batch_size=None, num_workers=1, prefetch_factor=6)
    fast = torch.backends.cpu.get_cpu_capability().startswith("AVX512")  # bfloat16 pays where the CPU multiplies it
    stop = StopSignal()
    mean = np.zeros(4)
    begun = time.time()
    for step, batch in enumerate(loader, first):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, args.steps, peak)
        tiles = batch["tiles"].float().contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            outputs = net(tiles)
        losses = all_losses(outputs, batch)
        optimizer.zero_grad(set_to_none=True)
        losses.total.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        average.update(net, step)
        mean = mean * 0.99 + 0.01 * np.array([losses.total.item(), losses.heat, losses.box, losses.region])
        done = step + 1
        if done % 50 == 0 or done - first == FIRST_SAID:
            shown = mean / (1 - 0.99 ** (done - first))
            pace = (time.time() - begun) / (done - first)
            left = (args.steps - done) * pace / 60
            print(
                f"step {done}/{args.steps} loss {shown[0]:.3f} heat {shown[1]:.3f} box {shown[2]:.3f} "
                f"region {shown[3]:.4f} {pace:.2f} s/step, {left:.0f} min left",
                flush=True,
            )
        if done % SAVE_EVERY == 0 or done == args.steps or stop.asked:
            checkpoint.save(
                path, {"net": net.state_dict(), "ema": average.net.state_dict(), "optimizer": optimizer.state_dict(), "step": done}
            )
        if stop.asked:
            print(f"stopped after step {done}; go on with --resume", flush=True)
            break


if __name__ == "__main__":
    main()
