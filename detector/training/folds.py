"""Figures on groups the model has not seen: trains once per fold, pools what each says about the groups left out.

`python -m detector.training.folds --folds 4 --out DIR -- --model surface --coco FILE --root DIR --steps N`
What stands after `--` goes to the training. Folds that are finished are not trained again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch

from . import checkpoint
from .alter import line_conditions
from .coco import Sample, read
from .decode import Detections
from .evaluate import IOU, find_all
from .export import write_onnx
from .models import RECIPES, build
from .predict import Predictor
from .score import centre_hits, false_calls, match, pool

# Scores from which a place might be raised as a candidate; nothing below the last is looked at.
FLOORS = (0.2, 0.1, 0.05, 0.03, 0.02)


def deal(samples: list[Sample], folds: int) -> list[list[str]]:
    """Groups dealt to folds so that each fold has about as many defects (most to the emptiest)."""
    weight: dict[str, float] = {}
    for sample in samples:
        weight[sample.group] = weight.get(sample.group, 0) + len(sample.boxes) + 0.1
    hands: list[list[str]] = [[] for _ in range(folds)]
    for group in sorted(weight, key=lambda g: (-weight[g], g)):
        min(hands, key=lambda hand: sum(weight[g] for g in hand)).append(group)
    return hands


def train_fold(folder: Path, groups: list[str], rest: list[str]) -> None:
    run = folder / "run.json"
    path = folder / "checkpoint.pt"
    if path.exists() and run.exists() and checkpoint.load(path)["step"] >= json.loads(run.read_text())["steps"]:
        return
    held = [part for group in groups for part in ("--holdout", group)]
    subprocess.run([sys.executable, "-m", "detector.training.train", *rest, *held, "--out", str(folder), "--resume"], check=True)


def answer(folder: Path, judged: list[str], condition: str | None) -> tuple[list[Sample], list[Detections], dict]:
    """What a fold's model finds in the groups it was not shown."""
    run = json.loads((folder / "run.json").read_text())
    recipe = RECIPES[run["recipe"]]
    net = build(recipe, len(run["labels"]))
    net.load_state_dict(checkpoint.load(folder / "checkpoint.pt")["ema"])
    write_onnx(net.eval(), folder / "model.onnx")
    sets = [read(Path(c), Path(r), run["labels"], run["splitBy"]) for c, r in zip(run["coco"], run["root"], strict=True)]
    held = [s for one in sets if not judged or one.name in judged for s in one.samples if s.group in run["holdout"]]
    predictor = Predictor(folder / "model.onnx", list(recipe.channels), recipe.side_px, recipe.overlap_px, FLOORS[-1])
    return held, find_all(predictor, held, 0, 0, line_conditions(1)[condition] if condition else None), run


def lowest_threshold(samples: list[Sample], found: list[Detections], share: float, each: float) -> float:
    """Lowest threshold at which at most `share` of the images without a defect get a call; where all images have one, at
    which there are at most `each` false calls an image."""
    clean = np.sort([float(f.scores.max(initial=0)) for s, f in zip(samples, found, strict=True) if not len(s.boxes)])
    false = clean if len(clean) else np.sort(np.concatenate([false_calls(s, f) for s, f in zip(samples, found, strict=True)]))
    allowed = int(len(clean) * share) if len(clean) else int(len(samples) * each)
    return float(false[len(false) - 1 - allowed]) + 1e-4 if len(false) > allowed else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m detector.training.folds", description=__doc__.splitlines()[0])
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--clean-share", type=float, default=0.04, help="share of clean images that may get a call")
    parser.add_argument("--false-calls", type=float, default=1.0, help="false calls an image may get where no image is clean")
    parser.add_argument("--judge", action="append", default=[], help="dataset name to report on (default: all)")
    parser.add_argument("--condition", choices=sorted(line_conditions(1)), help="alter the pairs before asking (pair models)")
    parser.add_argument("rest", nargs="+", help="-- and the arguments of the training")
    args = parser.parse_args()
    reader = argparse.ArgumentParser()
    reader.add_argument("--coco", action="append", type=Path)
    reader.add_argument("--root", action="append", type=Path)
    reader.add_argument("--split-by")
    known, _ = reader.parse_known_args(args.rest)
    names = sorted({c["name"] for file in known.coco for c in json.loads(file.read_text())["categories"]})
    everything = [s for c, r in zip(known.coco, known.root, strict=True) for s in read(c, r, names, known.split_by).samples]
    samples, found = [], []
    for number, groups in enumerate(deal(everything, args.folds)):
        folder = args.out / f"fold-{number}"
        print(f"fold {number}: without {groups}", flush=True)
        train_fold(folder, groups, args.rest)
        theirs, answers, run = answer(folder, args.judge, args.condition)
        samples += theirs
        found += answers
    report(args, run, samples, found)


def report(args: argparse.Namespace, run: dict, samples: list[Sample], found: list[Detections]) -> None:
    threshold = lowest_threshold(samples, found, args.clean_share, args.false_calls)
    hits = [centre_hits(s, f) for s, f in zip(samples, found, strict=True)]
    clean = [float(f.scores.max(initial=0)) for s, f in zip(samples, found, strict=True) if not len(s.boxes)]
    ranking = pool([match(s, f, IOU) for s, f in zip(samples, found, strict=True)])
    rng = np.random.default_rng(0)
    figures = []

    def add(metric: str, parts: list[np.ndarray]) -> None:
        parts = [p for p in parts if len(p)]
        draws = [np.concatenate([parts[i] for i in rng.integers(len(parts), size=len(parts))]).mean() for _ in range(300)]
        low, high = np.percentile(draws, [2.5, 97.5])
        value = float(np.concatenate(parts).mean())
        figures.append({"set": f"{args.folds} folds by group", "metric": metric, "value": round(value, 4), "low": round(float(low), 4), "high": round(float(high), 4)})

    add("centreHit", [h >= threshold for h in hits])
    for floor in FLOORS:
        print(f"called or candidate from {floor}: {(np.concatenate(hits) >= floor).mean():.4f}")
    if clean:
        add("cleanImagesCalled", [np.array([c >= threshold]) for c in clean])
    else:
        add("falseCallsPerImage", [np.array([(false_calls(s, f) >= threshold).sum()]) for s, f in zip(samples, found, strict=True)])
    print(f"threshold {threshold:.3f}; pooled AP at IoU {IOU} {ranking.average_precision():.4f}; best F {ranking.best_f()}")
    for group in sorted({s.group for s in samples}):
        mine = [i for i, s in enumerate(samples) if s.group == group]
        values = np.concatenate([hits[i] for i in mine])
        calls = [float(found[i].scores.max(initial=0)) >= threshold for i in mine if not len(samples[i].boxes)]
        print(f"  {group}: {len(values)} defects, called {(values >= threshold).sum()}; clean {len(calls)}, called {sum(calls)}")
    (args.out / "figures.json").write_text(json.dumps(figures, indent=2))
    print(json.dumps({"threshold": round(threshold, 3), "figures": figures}))


if __name__ == "__main__":
    torch.set_num_threads(2)
    main()
