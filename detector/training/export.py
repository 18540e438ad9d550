"""Write what a run has learned: `python -m detector.training.export --run DIR --out detector/models/NAME`.

Makes model.onnx (moving-average weights; with --int8 in eight bits if it answers as well), manifest.json (thresholds from
the held-out groups) and MODEL_CARD.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
from pathlib import Path

import numpy as np
import onnx
import torch

from . import checkpoint
from .card import model_card
from .coco import read
from .encoder import ORIGIN
from .evaluate import IOU, find_all
from .frozen import FrozenNet
from .models import RECIPES, build
from .net import CentreNet, Deployed
from .predict import Predictor, padded
from .quantize import IMAGES, quantize
from .score import bootstrap, centre_hits, match, pool, rank

OPSET = 17
CANDIDATE_RECALL = 0.99
MAY_LOSE = 0.001  # of AP and of the best F on the held-out groups, for half of the time
FREE = ("CC", "Apache")  # licences under which a data set may be passed on


def write_onnx(net: CentreNet | FrozenNet, path: Path) -> None:
    """The deployed graph, batch and size dynamic, batch norms folded into the convolutions."""
    tiles = torch.zeros((2, net.channels, 96, 96), dtype=torch.uint8)
    names = ["heat", "box", "mask"]
    dynamic = {"tiles": {0: "n", 2: "h", 3: "w"}} | {n: {0: "n", 2: "hs", 3: "ws"} for n in names}
    torch.onnx.export(
        Deployed(net).eval(), (tiles,), str(path), input_names=["tiles"], output_names=names,
        dynamic_axes=dynamic, opset_version=OPSET, dynamo=False,
    )  # fmt: skip
    onnx.checker.check_model(onnx.load(path))


def compare(net: CentreNet | FrozenNet, path: Path, channels: list[str]) -> float:
    """Largest difference of scores between torch and the ONNX file, on noise of another size than it was traced with."""
    tiles = np.random.default_rng(0).integers(0, 255, (3, net.channels, 128, 160), np.uint8)
    with torch.no_grad():
        mine = torch.sigmoid(net(torch.from_numpy(tiles))[2]).numpy()
    theirs = Predictor(path, channels).session.run(["mask"], {"tiles": tiles})[0]
    return float(np.abs(mine - theirs).max())


def thresholds(samples: list, found: list) -> tuple[float, float]:
    """Score of the best F at IoU 0.33, and the one below which less than 1 % of the defects that are seen at all lie."""
    _, best = rank(samples, found, IOU).best_f()
    hits = np.concatenate([centre_hits(s, f) for s, f in zip(samples, found, strict=True)])
    seen = np.sort(hits[hits > 0])
    candidate = float(seen[int(len(seen) * (1 - CANDIDATE_RECALL))]) if len(seen) else best
    return round(best, 3), round(float(np.clip(min(candidate, best / 3), 0.03, best)), 3)


def figures(name: str, samples: list, found: list, threshold: float) -> list[dict]:
    """Figures of one set with 95 % intervals over its images."""
    wanted = {"apPooled33": lambda r: r.average_precision(), "f33": lambda r: r.f_at(threshold)}
    matches = [match(s, f, IOU) for s, f in zip(samples, found, strict=True)]
    out = []
    for metric, figure in wanted.items():
        low, high = bootstrap(matches, figure)
        value = figure(pool(matches))
        out.append({"set": name, "metric": metric, "value": round(value, 4), "low": round(low, 4), "high": round(high, 4)})
    return out


def eight_bits(file: Path, net: Predictor, train: list, held: list) -> tuple[Predictor, str]:
    """The model in eight bits and what that costs; as it was where it costs too much or nothing is held out to tell."""
    small = file.with_suffix(".int8.onnx")
    rows = [net.pixels(sample) for sample in train[:: max(1, len(train) // IMAGES)][:IMAGES]]
    quantize(file, small, [padded(row[:, : net.side, : net.side], (net.side, net.side)) for row in rows])
    other = Predictor(small, net.channels, net.side, net.overlap)
    before, after = (rank(held, find_all(one, held, 0, 0), IOU) for one in (net, other))
    loss = max(before.average_precision() - after.average_precision(), before.best_f()[0] - after.best_f()[0])
    if not held or loss > MAY_LOSE:
        small.unlink()
        return net, f"not in eight bits: they cost {loss:.4f}"
    small.replace(file)
    return Predictor(file, net.channels, net.side, net.overlap), f"in eight bits, which cost {max(loss, 0):.4f} of AP or F on the held-out groups"


def commit() -> str:
    """The commit of the code, or nothing where there is no git."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m detector.training.export", description=__doc__.splitlines()[0])
    parser.add_argument("--run", required=True, type=Path, help="the --out folder of training")
    parser.add_argument("--out", required=True, type=Path, help="folder of the model, detector/models/NAME")
    parser.add_argument("--test", action="append", nargs=3, default=[], metavar=("NAME", "COCO", "ROOT"), help="also report on this set")
    parser.add_argument("--figures", type=Path, help="JSON list of figures measured elsewhere (k-fold, say), added to the manifest")
    parser.add_argument("--note", action="append", default=[], help="a limit to state in the model card; may be repeated")
    parser.add_argument("--licence", action="append", default=[], metavar="NAME=TEXT", help="licence of a data set whose COCO file does not state it")
    parser.add_argument("--version", default="1.0.0", help="of the model, for its manifest")
    parser.add_argument("--int8", action="store_true", help="eight bits, unless the held-out groups say that it costs")
    parser.add_argument("--region-px", type=int, help="side of windows around differences (pair models); none: whole frames")
    parser.add_argument("--threshold", type=float, help="instead of the best F on the held-out groups")
    parser.add_argument("--candidate-threshold", type=float)
    args = parser.parse_args()
    run = json.loads((args.run / "run.json").read_text())
    stated = dict(text.split("=", 1) for text in args.licence)
    run["data"] = [{**d, "licence": stated.get(d["name"], d["licence"])} for d in run["data"]]
    recipe = RECIPES[run["recipe"]]
    run["notes"] = [*args.note, *([ORIGIN] if recipe.frozen else [])]
    state = checkpoint.load(args.run / "checkpoint.pt")
    net = build(recipe, len(run["labels"]))
    net.load_state_dict(state["ema"])
    net.eval()
    args.out.mkdir(parents=True, exist_ok=True)
    file = args.out / "model.onnx"
    write_onnx(net, file)
    channels = list(recipe.channels)
    gap = compare(net, file, channels)
    if gap > 1e-3:
        raise SystemExit(f"the ONNX file answers otherwise than the network (by {gap})")

    predictor = Predictor(file, channels, recipe.side_px, recipe.overlap_px)
    sets = [read(Path(c), Path(r), run["labels"], run["splitBy"]) for c, r in zip(run["coco"], run["root"], strict=True)]
    held = [s for one in sets for s in one.samples if s.group in run["holdout"]]
    if args.int8:
        predictor, said = eight_bits(file, predictor, [s for one in sets for s in one.samples if s.group not in run["holdout"]], held)
        run["notes"] = [*run["notes"], f"Weights and activations are {said}."]
    threshold, candidate, measured = 0.4, 0.1, []
    if held:
        found = find_all(predictor, held, 0, 0)
        threshold, candidate = thresholds(held, found)
    threshold = args.threshold or threshold
    candidate = args.candidate_threshold or candidate
    if held:
        measured += figures("held-out groups", held, found, threshold)
    for name, coco, root in args.test:
        samples = read(Path(coco), Path(root), run["labels"], None).samples
        measured += figures(name, samples, find_all(predictor, samples, 0, 0), threshold)
    if args.figures:
        measured += json.loads(args.figures.read_text())
    manifest = {
        "schemaVersion": 1,
        "name": run["name"],
        "version": args.version,
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "opset": OPSET,
        "head": "centre",
        "input": {
            "name": "tiles", "dtype": "uint8", "layout": "NCHW", "channels": channels,
            "scale": 1, "mean": [0] * len(channels), "std": [1] * len(channels),
        },
        "outputs": {"heat": "heat", "box": "box", "mask": "mask"},
        "tile": {"sidePx": recipe.side_px, "overlapPx": recipe.overlap_px, "regionPx": args.region_px, "sideMultiple": 32},
        "labels": run["labels"],
        "threshold": threshold,
        "candidateThreshold": candidate,
        "training": {
            "data": [{**d, "redistributable": d["licence"].startswith(FREE)} for d in run["data"]],
            "seed": run["seed"], "steps": state["step"], "commit": commit(),
        },
        "figures": measured,
    }  # fmt: skip
    (args.out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    (args.out / "MODEL_CARD.md").write_text(model_card(manifest, run, file.stat().st_size, sum(p.numel() for p in net.parameters())))
    print(json.dumps({"threshold": threshold, "candidateThreshold": candidate, "figures": measured}))


if __name__ == "__main__":
    main()
