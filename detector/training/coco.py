"""COCO files in, plain samples out. Whatever names and groups a file has are taken as they are.

Beyond plain COCO an image entry may have: `template` (path of its golden image, for pair models), a split key such as
`group` or `board`, and `uncertain_negative` (true: nobody knows whether it is clean, so it is left out).
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Sample:
    """One image with its boxes. `boxes` [n, 4] x1 y1 x2 y2 in px of the image, `labels` [n] index into the label list."""

    id: int
    image: Path
    template: Path | None
    boxes: np.ndarray
    labels: np.ndarray
    polygons: tuple[tuple[np.ndarray, ...], ...]
    group: str
    source: str


@dataclass(frozen=True)
class CocoSet:
    """One file: its name for the model card, its licence line, its samples."""

    name: str
    licence: str
    samples: list[Sample]


def label_names(files: list[Path]) -> list[str]:
    """Category names of all files, in order of category id of the first file that has them."""
    names: list[str] = []
    for file in files:
        for category in sorted(json.loads(file.read_text())["categories"], key=lambda c: c["id"]):
            if category["name"] not in names:
                names.append(category["name"])
    return names


def read(file: Path, root: Path, labels: list[str], split_by: str | None) -> CocoSet:
    """Read a COCO file; images with uncertain_negative are dropped, unknown categories are an error."""
    document = json.loads(file.read_text())
    info = document.get("info", {})
    name = info.get("dataset") or file.stem
    index = {c["id"]: labels.index(c["name"]) for c in document["categories"] if c["name"] in labels}
    notes = defaultdict(list)
    for note in document["annotations"]:
        if note["category_id"] not in index:
            raise ValueError(f"{file.name}: annotation {note['id']} has a category that is not among {labels}")
        notes[note["image_id"]].append(note)
    samples = []
    for image in document["images"]:
        if image.get("uncertain_negative"):
            continue
        own = notes[image["id"]]
        corner = np.array([n["bbox"] for n in own], np.float32).reshape(-1, 4)
        template = image.get("template")
        samples.append(
            Sample(
                id=image["id"],
                image=root / image["file_name"],
                template=root / template if template else None,
                boxes=np.concatenate([corner[:, :2], corner[:, :2] + corner[:, 2:]], 1),
                labels=np.array([index[n["category_id"]] for n in own], np.int64),
                polygons=tuple(outlines(n) for n in own),
                group=split_key(image, split_by),
                source=name,
            )
        )
    licence = info.get("licence") or info.get("license") or "not stated in the COCO file"
    return CocoSet(name, licence, samples)


def outlines(note: dict) -> tuple[np.ndarray, ...]:
    """Polygons of an annotation as [n, 2] px arrays; none where it has a box only (or RLE)."""
    parts = note.get("segmentation")
    if not isinstance(parts, list):
        return ()
    return tuple(np.array(p, np.float32).reshape(-1, 2) for p in parts if len(p) >= 6)


def split_key(image: dict, split_by: str | None) -> str:
    """What must not be on both sides of a split: the named key, or else `group`, `board`, or the file itself."""
    for key in (split_by, "group", "board"):
        if key and key in image:
            return str(image[key])
    return str(image["file_name"])


def split(samples: list[Sample], holdout: list[str], fraction: float, seed: int) -> tuple[list[Sample], list[Sample]]:
    """Training and validation samples with no group on both sides.

    `holdout` names the groups; without it whole groups are drawn at random until `fraction` of the samples is held out.
    """
    known = sorted({s.group for s in samples})
    unknown = [g for g in holdout if g not in known]
    if unknown:
        raise ValueError(f"holdout groups {unknown} are not in the data; groups are {known[:20]}")
    held = set(holdout)
    if not held and fraction > 0:
        wanted = fraction * len(samples)
        for group in np.random.default_rng(seed).permutation(known):
            members = [s for s in samples if s.group in held | {group}]
            if len(members) <= 1.5 * wanted and len(held) < len(known) - 1:
                held.add(str(group))
            if len([s for s in samples if s.group in held]) >= wanted:
                break
    return [s for s in samples if s.group not in held], [s for s in samples if s.group in held]
