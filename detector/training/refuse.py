"""What is looked at before a run begins, so that it ends with a sentence now and not with a useless model in an hour."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from . import checkpoint
from .coco import Sample

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # what a recipe of the line can name, rules/recipe.schema.json
FIXED = ("recipe", "labels", "holdout")  # of run.json: what a checkpoint was learned by


def refuse_labels(labels: list[str]) -> None:
    """SystemExit where the recipe of a station could not name a label: the model could be trained and never be used."""
    unfit = [label for label in labels if not LABEL.fullmatch(label)]
    if unfit:
        raise SystemExit(
            f"categories {unfit} cannot be labels: a recipe names labels of letters a-z, digits, '.', '_' and '-' only. "
            "Rename them in the COCO file, missing-print for example."
        )


def refuse_files(samples: list[Sample], pair: bool) -> None:
    """SystemExit where an image is not there, or a pair model is to learn from an image without a template."""
    alone = [s for s in samples if s.template is None] if pair else []
    if alone:
        raise SystemExit(
            f"{len(alone)} of {len(samples)} images name no template, the first is {alone[0].image}. "
            "A pair recipe needs one for each; --model surface needs none."
        )
    wanted = [path for s in samples for path in ((s.image, s.template) if pair else (s.image,)) if path]
    lost = [path for path in wanted if not path.is_file()]
    if lost:
        raise SystemExit(
            f"{len(lost)} of {len(wanted)} files are not there, the first is {lost[0]}. "
            "The file names of the COCO file are relative to --root."
        )


def resumed_step(out: Path, about: dict[str, Any], resume: bool) -> int:
    """The step a run goes on from, 0 for a new one.

    SystemExit where a new run would write over another, or where the checkpoint was learned by something else: with other
    groups held out, the figures would be of groups that the network has seen.
    """
    path = out / "checkpoint.pt"
    if not path.exists():
        return 0
    done = int(checkpoint.load(path)["step"])
    if not resume:
        raise SystemExit(f"{out} holds a run of {done} steps. Add --resume to go on with it, or give another --out.")
    before = json.loads((out / "run.json").read_text())
    for key in FIXED:
        if before[key] != about[key]:
            raise SystemExit(
                f"the run in {out} was begun with {key} {before[key]}, this command has {about[key]}. "
                "Resume with the data and options it was begun with, or give another --out."
            )
    return done
