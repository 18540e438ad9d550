"""Figures of an exported model: `python -m detector.training.evaluate --model-dir DIR --coco FILE --root DIR`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from .alter import clean_conditions, line_conditions
from .coco import Sample, read
from .decode import Detections
from .predict import Alter, Predictor
from .score import centre_hits, rank

IOU = 0.33


def find_all(predictor: Predictor, samples: Iterable[Sample], regions: int, level: int, alter: Alter | None = None) -> list[Detections]:
    """Detections of every sample; regions 0 looks at the whole image."""
    out = []
    for sample in samples:
        pixels = predictor.pixels(sample, alter)
        out.append(predictor.regions(pixels, regions, level) if regions else predictor.whole(pixels))
    return out


def summary(samples: list[Sample], found: list[Detections], labels: list[str], threshold: float) -> dict:
    """Pooled and per-label AP and F at IoU 0.33, AP at 0.5, share of clean images called, centre hits."""
    pooled = rank(samples, found, IOU)
    best, at = pooled.best_f()
    clean = [float(f.scores.max(initial=0)) for s, f in zip(samples, found, strict=True) if not len(s.boxes)]
    hits = np.concatenate([centre_hits(s, f) for s, f in zip(samples, found, strict=True)] or [np.zeros(0)])
    return {
        "images": len(samples),
        "defects": pooled.wanted,
        "apPooled33": pooled.average_precision(),
        "f33": pooled.f_at(threshold),
        "threshold": threshold,
        "bestF33": best,
        "bestThreshold": at,
        "map50Pooled": rank(samples, found, 0.5).average_precision(),
        "perLabel": {n: round(rank(samples, found, IOU, i).average_precision(), 4) for i, n in enumerate(labels)},
        "cleanImages": len(clean),
        "cleanImagesCalled": float(np.mean(np.array(clean) >= threshold)) if clean else None,
        "centreHit": float((hits >= threshold).mean()) if len(hits) else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m detector.training.evaluate", description=__doc__.splitlines()[0])
    parser.add_argument("--model-dir", required=True, type=Path, help="folder with model.onnx and manifest.json")
    parser.add_argument("--coco", required=True, type=Path)
    parser.add_argument("--root", required=True, type=Path)
    parser.add_argument("--regions", type=int, default=0, help="side in px: look only at differences (pair models)")
    parser.add_argument("--level", type=int, default=64, help="grey levels that make a difference, with --regions")
    parser.add_argument("--conditions", action="store_true", help="also altered and clean pairs (pair models)")
    parser.add_argument("--threshold", type=float, help="instead of the manifest's")
    parser.add_argument("--only", action="append", help="groups to look at (default: all)")
    args = parser.parse_args()
    manifest = json.loads((args.model_dir / "manifest.json").read_text())
    labels, threshold = manifest["labels"], args.threshold or manifest["threshold"]
    tile = manifest["tile"]
    predictor = Predictor(
        args.model_dir / manifest["file"], manifest["input"]["channels"], tile["sidePx"], tile["overlapPx"]
    )
    samples = read(args.coco, args.root, labels, None).samples
    if args.only:
        samples = [s for s in samples if s.group in args.only]
    cases: dict[str, Alter | None] = {"as is": None}
    if args.conditions:
        cases |= line_conditions(1)
    for name, alter in cases.items():
        found = find_all(predictor, samples, args.regions, args.level, alter)
        print(name, json.dumps(summary(samples, found, labels, threshold)), flush=True)
    for name, alter in (clean_conditions(2) if args.conditions else {}).items():
        found = find_all(predictor, samples, args.regions, args.level, alter)
        called = np.array([f.scores.max(initial=0) for f in found])
        print(name, json.dumps({"images": len(found), "called": float((called >= threshold).mean()), "highest": float(called.max())}), flush=True)


if __name__ == "__main__":
    main()
