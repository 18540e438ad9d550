"""Make crops to train on: `python -m vlm.training.gather --coco FILE --root DIR --out DIR`.

Defects and the places where a detector goes wrong, cut as the line cuts them, at least as many without a defect as with
one. Without a defect are: the detector's own calls at a low threshold that match no truth (`--detector`), what looks
like something and is nothing (seams and edges that differ from the golden sample, dirt that stands out), clean places, and clean places with painted dust, fibres, glare,
marking. Written as two arrays that training maps into memory; the same seed gives the same crops.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import cv2
import numpy as np

from detector.training.coco import Sample, label_names, read
from detector.training.crops import standing_out
from detector.training.decode import overlap
from detector.training.images import read_image
from detector.training.predict import Predictor

from . import windows
from .marks import paint
from .terms import BENIGN, LABELS, SIDE

Rng = np.random.Generator
SPOIL = {"pair": ("dust", "fibre", "glare", "marking"), "alone": ("dust", "oil", "glare", "marking", "scratch")}
DETECTOR_FLOOR = 0.02  # from which the reviewer is scored
LEAST_APART, LEAST_STANDING_OUT = 64, 34  # grey levels that make a pixel part of a residual, beside a golden sample and alone
TRIES = 6


class Crops:
    """Crops of one image as they come: pixels [3, SIDE, SIDE], box [4] px, label."""

    def __init__(self, sample: Sample, rng: Rng, labels: list[str]) -> None:
        self.sample, self.rng, self.labels = sample, rng, labels
        self.tested = read_image(sample.image, colour=sample.template is None)
        self.golden = read_image(sample.template, colour=False) if sample.template else None
        self.size = (self.tested.shape[1], self.tested.shape[0])
        self.rows: list[tuple[np.ndarray, np.ndarray, int]] = []

    def draw(self, window: np.ndarray) -> np.ndarray:
        tested = windows.cut(self.tested, window)
        if self.golden is None:
            return windows.alone(tested)
        slip = np.tile(self.rng.integers(-2, 3, 2), 2) if self.rng.random() < 0.5 else 0
        return windows.overlay(tested, windows.cut(self.golden, window + slip))

    def shown(self, window: np.ndarray, but: int | None = None) -> float:
        """How much of any truth (but one) lies in a window, as a share of that truth."""
        others = np.delete(self.sample.boxes, but, 0) if but is not None else self.sample.boxes
        if not len(others):
            return 0.0
        low, high = np.maximum(others[:, :2], window[:2]), np.minimum(others[:, 2:], window[2:])
        inside = np.clip(high - low, 0, None).prod(1) / np.maximum((others[:, 2:] - others[:, :2]).prod(1), 1e-6)
        return float(inside.max())

    def find(self, box: np.ndarray, but: int | None = None) -> np.ndarray | None:
        """A window for a box in which no other defect is to be seen."""
        for _ in range(TRIES):
            window = windows.window_for(box, self.size, self.rng)
            if self.shown(window, but) < 0.15:
                return window
        return None

    def defects(self, each: int) -> None:
        """Every truth `each` times; the place asked about is a detection's, so it is off by a little."""
        for index, (box, label) in enumerate(zip(self.sample.boxes, self.sample.labels, strict=True)):
            for _ in range(each):
                asked = jittered(box, self.rng)
                window = self.find(asked, index)
                if window is None:
                    continue
                pixels = self.draw(window)
                if self.rng.random() < 0.06:
                    pixels = beside(pixels, windows.into_crop(box, window), self.channels(), self.rng)
                self.rows.append((pixels, windows.into_crop(box, window), LABELS.index(self.labels[label])))

    def false_calls(self, boxes: np.ndarray) -> None:
        """Places called without a defect: where tested part and golden do differ, they lie badly on each other."""
        for box in boxes:
            window = self.find(box)
            if window is None:
                continue
            pixels = self.draw(window)
            inner = windows.into_crop(box, window)
            apart = cv2.absdiff(pixels[0], pixels[1])[inner[1] : inner[3], inner[0] : inner[2]]
            seam = self.golden is not None and (apart > 60).mean() > 0.04
            self.rows.append((pixels, inner if seam else np.zeros(4, int), LABELS.index("misregistration" if seam else "none")))

    def clean(self, count: int, spoilt: float) -> None:
        """Places of any size without a defect, a share of them with a painted mark."""
        for _ in range(count):
            side = np.exp(self.rng.uniform(np.log(10), np.log(64 if self.golden is not None else 140), 2))
            corner = self.rng.uniform(0, np.maximum(np.array(self.size) - side, 1))
            window = self.find(np.concatenate([corner, corner + side]))
            if window is None:
                continue
            pixels, cause = self.draw(window), str(self.rng.choice(SPOIL["alone" if self.golden is None else "pair"]))
            marked = paint(pixels, self.channels(), cause, self.rng) if self.rng.random() < spoilt else None
            if marked:
                self.rows.append((*marked, LABELS.index(cause)))
            else:
                self.rows.append((pixels, np.zeros(4, int), LABELS.index("none")))

    def channels(self) -> slice:
        """Where the tested part lies in a crop."""
        return slice(0, 3) if self.golden is None else slice(1, 3)

    def residuals(self, most: int) -> np.ndarray:
        """Boxes away from every truth where tested part and golden differ or, of one image, something stands out; the largest first."""
        if self.golden is None:
            apart = (standing_out(self.tested) > LEAST_STANDING_OUT).astype(np.uint8)
        elif self.golden.shape == self.tested.shape:
            apart = (cv2.absdiff(self.tested[:, :, 0], self.golden[:, :, 0]) > LEAST_APART).astype(np.uint8)
        else:
            return np.zeros((0, 4))
        near = cv2.dilate(apart, np.ones((5, 5), np.uint8))
        stats = cv2.connectedComponentsWithStats(near)[2][1:]
        boxes = np.stack([stats[:, 0], stats[:, 1], stats[:, 0] + stats[:, 2], stats[:, 1] + stats[:, 3]], 1).astype(float)
        keep = (stats[:, 4] > 30) & (np.maximum(stats[:, 2], stats[:, 3]) < 150)
        order = np.argsort(-stats[:, 4])
        return untrue(boxes[order][keep[order]], self.sample.boxes)[:most]


def untrue(boxes: np.ndarray, truths: np.ndarray) -> np.ndarray:
    """Boxes that touch no truth."""
    if not len(boxes) or not len(truths):
        return boxes
    return boxes[overlap(boxes.astype(float), truths.astype(float))[1].max(1) < 0.05]


def jittered(box: np.ndarray, rng: Rng) -> np.ndarray:
    side = np.tile(box[2:] - box[:2], 2)
    return box + rng.normal(0, 0.06, 4) * side


def beside(pixels: np.ndarray, box: np.ndarray, channels: slice, rng: Rng) -> np.ndarray:
    """Printing that does not touch the defect: a defect it stays."""
    for _ in range(TRIES):
        marked = paint(pixels, channels, "marking", rng)
        if marked and (marked[1][0] >= box[2] or marked[1][2] <= box[0] or marked[1][1] >= box[3] or marked[1][3] <= box[1]):
            return marked[0]
    return pixels


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m vlm.training.gather", description=__doc__.splitlines()[0])
    parser.add_argument("--coco", required=True, type=Path)
    parser.add_argument("--root", required=True, type=Path, help="folder of its images")
    parser.add_argument("--out", required=True, type=Path, help="folder for the crops, outside the repository")
    parser.add_argument("--each", type=int, default=2, help="crops of each defect")
    parser.add_argument("--clean", type=int, default=8, help="clean places of each image")
    parser.add_argument("--holdout", action="append", default=[], help="group to leave out; may be repeated")
    parser.add_argument("--detector", type=Path, help="folder of the detector whose false calls are taken, e.g. detector/models/pcb-pair")
    parser.add_argument("--detector-images", type=int, default=1000, help="on how many of the images it is run")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    args = parse()
    cv2.setNumThreads(1)
    labels = label_names([args.coco])
    source = read(args.coco, args.root, labels, None)
    samples = [s for s in source.samples if s.group not in args.holdout]
    predictor = None
    if args.detector:
        manifest = json.loads((args.detector / "manifest.json").read_text())
        predictor = Predictor(args.detector / manifest["file"], manifest["input"]["channels"], floor=DETECTOR_FLOOR)
    every = max(1, len(samples) // max(1, args.detector_images))
    args.out.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[np.ndarray, np.ndarray, int]] = []
    begun = time.time()
    for index, sample in enumerate(samples):
        one = Crops(sample, np.random.default_rng([args.seed, sample.id]), labels)
        one.defects(args.each)
        one.false_calls(one.residuals(3))
        if predictor and index % every == 0:
            predictor.store.held.clear()
            seen = predictor.pixels(sample)
            found = predictor.whole(seen) if one.golden is None else predictor.regions(seen, 128, 64)
            calls = untrue(found.boxes, sample.boxes)[:8]
            one.false_calls(calls)
            one.false_calls(calls)
        one.clean(args.clean, spoilt=0.62)
        rows += one.rows
        if (index + 1) % 100 == 0:
            print(f"{index + 1}/{len(samples)} images, {len(rows)} crops, {time.time() - begun:.0f} s", flush=True)
    order = np.random.default_rng(args.seed).permutation(len(rows))
    pixels = np.lib.format.open_memmap(args.out / "pixels.npy", "w+", np.uint8, (len(rows), 3, SIDE, SIDE))
    for to, index in enumerate(order):
        pixels[to] = rows[index][0]
    truth = np.array([[*rows[i][1], rows[i][2], samples[0].template is not None] for i in order], np.int16)
    np.save(args.out / "truth.npy", truth)
    counts = {name: int((truth[:, 4] == i).sum()) for i, name in enumerate(LABELS)}
    about = {"name": source.name, "licence": source.licence, "images": len(samples), "crops": len(rows), "labels": counts,
             "holdout": args.holdout, "seed": args.seed, "benign": list(BENIGN)}
    (args.out / "about.json").write_text(json.dumps(about, indent=2))
    print(json.dumps(about), flush=True)


if __name__ == "__main__":
    main()
