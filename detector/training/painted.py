"""Paints conductor defects on template photographs: pairs for boards of which only a few defects were ever photographed.

`python -m detector.training.painted --coco FILE --root DIR --out DIR --each 8`

A random patch of conductor is added or taken away. What it is called follows from what it does to the conductors
around it, so the labels are right by construction: added copper that touches nothing is an island, one conductor a
spur, two a short; removed copper that parts a conductor is an open, otherwise a bite; a dark disc in a solder joint is
a missing hole.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from .coco import read

Rng = np.random.Generator
WINDOW = 192  # px within which conductors are followed
NAMES = {"island": "spurious_copper", "spur": "spur", "short": "short", "open": "open_circuit", "bite": "mouse_bite", "hole": "missing_hole"}
MIN_AREA_PX = 45
TRIES = 120
MIN_CONTRAST = 12  # grey levels between conductor and laminate; less cannot be followed


def conductors(photo: np.ndarray) -> np.ndarray:
    """[H, W] 0/1: brighter than the surroundings, on a scale of the widest traces."""
    grey = cv2.GaussianBlur(photo[:, :, 1], (0, 0), 1.5)
    low, high = cv2.erode(grey, np.ones((61, 61))), cv2.dilate(grey, np.ones((61, 61)))
    high = np.minimum(high, low.astype(np.int32) + 90).astype(np.float32)  # solder is far brighter than covered copper
    middle = cv2.GaussianBlur((low + high) / 2, (0, 0), 20)
    return ((grey > middle) & (cv2.GaussianBlur(high - low, (0, 0), 20) > MIN_CONTRAST)).astype(np.uint8)


def patch(rng: Rng) -> np.ndarray:
    """[WINDOW, WINDOW] 0/1: a strip or a blunt triangle somewhere about the middle."""
    length, width = np.exp(rng.uniform(np.log(10), np.log(100))), np.exp(rng.uniform(np.log(6), np.log(30)))
    angle = rng.choice([0, 45, 90, 135]) + rng.normal(0, 6) if rng.random() < 0.7 else rng.uniform(0, 180)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [length / 2, width / 2]
    if rng.random() < 0.4:
        corners[2:, 0] *= rng.uniform(0.1, 0.8)
    corners += rng.normal(0, 1.5, (4, 2))
    turn = np.deg2rad(angle)
    turned = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + WINDOW / 2
    out = np.zeros((WINDOW, WINDOW), np.uint8)
    cv2.fillPoly(out, [np.round(turned + rng.uniform(-12, 12, 2)).astype(np.int32)], 1)
    return out


def kind_of(region: np.ndarray, copper: np.ndarray, added: bool) -> str | None:
    """What a region [W, W] of added or removed conductor makes of the conductors `copper`, or nothing nameable."""
    count, pieces = cv2.connectedComponents(copper, connectivity=4)
    near = cv2.dilate(region, np.ones((5, 5), np.uint8))
    if added:
        touched = len(set(np.unique(pieces[near > 0])) - {0})
        apart = cv2.dilate(region, np.ones((13, 13), np.uint8))
        return "short" if touched > 1 else "spur" if touched else None if copper[apart > 0].any() else "island"
    if not (near & (1 - copper)).any():
        return None
    after, rest, stats, _ = cv2.connectedComponentsWithStats(copper & (1 - cv2.dilate(region, np.ones((3, 3), np.uint8))), connectivity=4)
    whole = sum(stats[i, 4] > 60 for i in range(1, after))
    before = sum((pieces == i).sum() > 60 for i in range(1, count))
    return "open" if whole > before else "bite" if whole == before else None


def paint(photo: np.ndarray, region: np.ndarray, colour: np.ndarray, rng: Rng) -> np.ndarray:
    """Fill with a colour and a little grain, the edge as soft as the photograph's."""
    soft = cv2.GaussianBlur(region.astype(np.float32), (0, 0), rng.uniform(0.5, 1.2))[:, :, None]
    grain = rng.normal(0, rng.uniform(0.5, 3), (*region.shape, 1))
    return np.clip(photo * (1 - soft) + (colour + grain) * soft, 0, 255).astype(np.uint8)


def one_patch(window: np.ndarray, copper: np.ndarray, rng: Rng) -> tuple[np.ndarray, np.ndarray, str] | None:
    """A painted window, the region and its kind, or nothing if this try makes no nameable defect."""
    added = bool(rng.random() < 0.55)
    bare = 1 - copper
    region = patch(rng) & (bare if added else copper)
    pieces, labelled = cv2.connectedComponents(region)
    if pieces != 2 or region.sum() < MIN_AREA_PX:
        return None
    kind = kind_of(region, copper, added)
    source = (copper if added else bare) & (cv2.cvtColor(window, cv2.COLOR_BGR2HSV)[:, :, 1] > 60)
    if kind is None or source.sum() < 200:
        return None
    colour = np.median(window[source > 0], 0)
    old = np.median(window[region > 0], 0)
    if abs(colour - old).max() < MIN_CONTRAST:
        return None
    return paint(window, region, colour, rng), region, kind


def one_hole(window: np.ndarray, copper: np.ndarray, rng: Rng) -> tuple[np.ndarray, np.ndarray, str] | None:
    """A dark disc in the solder joint nearest to the window's middle."""
    hsv = cv2.cvtColor(window, cv2.COLOR_BGR2HSV)
    solder = cv2.morphologyEx(((hsv[:, :, 1] < 90) & (hsv[:, :, 2] > 90)).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9)))
    _, _, stats, centres = cv2.connectedComponentsWithStats(solder)
    for (x, y, w, h, area), centre in zip(stats[1:], centres[1:], strict=True):
        inside = x > 8 and y > 8 and x + w < WINDOW - 8 and y + h < WINDOW - 8
        if inside and 28 <= min(w, h) <= 110 and area > 0.6 * w * h:
            radius = min(w, h) * rng.uniform(0.25, 0.36)
            region = np.zeros((WINDOW, WINDOW), np.uint8)
            cv2.ellipse(region, tuple(np.round(centre).astype(int).tolist()), (int(radius * rng.uniform(0.9, 1.2)), int(radius)), 0, 0, 360, 1, -1)
            dark = window[(copper == 0) & (solder == 0)]
            if len(dark) > 200:
                return paint(window, region, np.median(dark, 0), rng), region, "hole"
    return None


def paint_board(photo: np.ndarray, copper: np.ndarray, wanted: int, rng: Rng) -> tuple[np.ndarray, list[tuple[str, list[int]]]]:
    """A copy of the photograph with about `wanted` defects, and their kinds and boxes (x, y, width, height px)."""
    out, notes = photo.copy(), []
    taken = np.zeros(copper.shape, bool)
    goal, tries = str(rng.choice(list(NAMES))), 0
    for _ in range(wanted * TRIES):
        if len(notes) >= wanted:
            break
        tries += 1
        if tries > TRIES:  # this board may have no place for that kind
            goal, tries = str(rng.choice(list(NAMES))), 0
        y, x = rng.integers(0, np.array(copper.shape) - WINDOW)
        area = np.s_[y : y + WINDOW, x : x + WINDOW]
        if taken[area].any():
            continue
        made = (one_hole if goal == "hole" else one_patch)(out[area], copper[area], rng)
        if made is None or made[2] != goal:
            continue
        out[area], region, kind = made
        taken[y + 32 : y + WINDOW - 32, x + 32 : x + WINDOW - 32] = True
        left, top, width, height = cv2.boundingRect(region)
        notes.append((kind, [int(x + left), int(y + top), width, height]))
        goal, tries = str(rng.choice(list(NAMES))), 0
    return out, notes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m detector.training.painted", description=__doc__.splitlines()[0])
    parser.add_argument("--coco", required=True, type=Path, help="COCO file whose templates are painted on")
    parser.add_argument("--root", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--each", type=int, default=8, help="pairs from each template")
    parser.add_argument("--defects", type=int, default=60, help="defects on each pair")
    parser.add_argument("--split-by")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    names = [c["name"] for c in json.loads(args.coco.read_text())["categories"]]
    used = read(args.coco, args.root, names, args.split_by)
    templates = sorted({(s.template, s.group) for s in used.samples if s.template})
    (args.out / "images").mkdir(parents=True, exist_ok=True)
    images, notes = [], []
    for template, group in templates:
        photo = cv2.imread(str(template))
        copper = conductors(photo)
        cv2.imwrite(str(args.out / "images" / f"{template.stem}.png"), photo)
        for number in range(args.each):
            pixels, made = paint_board(photo, copper, args.defects, np.random.default_rng([args.seed, len(images)]))
            file = f"images/{template.stem}-{number}.png"
            cv2.imwrite(str(args.out / file), pixels)
            height, width = copper.shape
            images.append({"id": len(images) + 1, "file_name": file, "width": width, "height": height, "template": f"images/{template.stem}.png", "group": group})
            for kind, box in made:
                notes.append({"id": len(notes) + 1, "image_id": len(images), "category_id": names.index(NAMES[kind]) + 1, "bbox": box, "area": box[2] * box[3], "iscrowd": 0})
            print(f"{file}: {len(made)} defects", flush=True)
    info = {"dataset": f"painted on templates of {used.name}", "licence": used.licence}
    categories = [{"id": i + 1, "name": n} for i, n in enumerate(names)]
    (args.out / "coco.json").write_text(json.dumps({"info": info, "images": images, "annotations": notes, "categories": categories}))


if __name__ == "__main__":
    main()
