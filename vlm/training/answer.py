"""Answers of a run on gathered crops, on this side: figures while training, and texts to hold the engine's against.

`python -m vlm.training.answer --run DIR --crops DIR --count 200 [--images DIR]`; with `--images` the crops are written as
PNG beside `answers.json`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import tokens
from .batches import AFTER, BEFORE, normalized, ruled
from .export import load_run
from .net import QwenVl
from .terms import ALONE, LABELS, PAIR, verdict_of

MOST_TOKENS = 40


@torch.no_grad()
def say(net: QwenVl, pixels: np.ndarray, shown: str) -> str:
    """The likeliest answer to one crop [3, SIDE, SIDE] uint8, token by token, held to nothing."""
    image, said = torch.from_numpy(normalized(pixels[None])), list(AFTER)
    for _ in range(MOST_TOKENS):
        logits, _ = net(image, torch.tensor([BEFORE[shown]]), torch.tensor([said]))
        token = int(logits[0, -1].argmax())
        if token == tokens.END:
            break
        said.append(token)
    return tokens.decode(said[len(AFTER) :])


def overlap(a: list[int], b: list[int]) -> float:
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, across) * max(0, down)
    return shared / max(1, (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def figures(texts: list[str], truth: np.ndarray) -> dict:
    """Shares over all crops; IoU over the defects that were called one."""
    right, defects, found, label, overlaps = 0, 0, 0, 0, []
    for text, row in zip(texts, truth, strict=True):
        try:
            answer = json.loads(text)
        except ValueError:
            continue
        is_defect, called = verdict_of(LABELS[row[4]]) == "defect", answer.get("verdict") == "defect"
        right += is_defect == called
        defects += is_defect
        if is_defect and called:
            found += 1
            label += answer["label"] == LABELS[row[4]]
            overlaps.append(overlap(answer["bbox_2d"], [int(v) for v in row[:4]]))
    known = max(1, found)
    return {"crops": len(texts), "defectOrNot": right / len(texts), "defectRecall": found / max(1, defects), "label": label / known, "meanIoU": sum(overlaps) / known}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m vlm.training.answer", description=__doc__.splitlines()[0])
    parser.add_argument("--run", required=True, type=Path)
    parser.add_argument("--crops", required=True, type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--images", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    net, _, state = load_run(args.run)
    pixels, truth = np.load(args.crops / "pixels.npy", mmap_mode="r"), np.load(args.crops / "truth.npy")[: args.count]
    shown = [PAIR if row[5] else ALONE for row in truth]
    texts = [say(net, pixels[i], shown[i]) for i in range(len(truth))]
    print(json.dumps({"step": state["step"], **figures(texts, truth)}))
    if args.images:
        args.images.mkdir(parents=True, exist_ok=True)
        for i in range(len(truth)):
            Image.fromarray(ruled(pixels[i : i + 1])[0].transpose(1, 2, 0)).save(args.images / f"{i}.png")
        told = [{"text": t, "shown": s} for t, s in zip(texts, shown, strict=True)]
        (args.images / "answers.json").write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
