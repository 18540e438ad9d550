"""The model card, after Mitchell et al. "Model Cards for Model Reporting" (arXiv 1810.03993)."""

from __future__ import annotations

LIMITS = {
    True: """- Part and template must be registered to about 2 px before they come here; the network forgives no more.
- The training scale is fixed: the labelled defects are {sizes}. Another scale needs another training.
- Dark and bright may not be exchanged between training and use: an inverted picture turns one label into another.""",
    False: """- The training scale is fixed: the labelled defects are {sizes}. Another scale needs another training.
- One kind of surface under one kind of light. Another surface needs its own training.""",
}


USE = {
    True: "The weights are made from the data below: name it, and pass them on under its licence.",
    False: "Research and internal evaluation: the terms of the training data below bind whoever passes the weights on or sells what they do.",
}


def model_card(manifest: dict, run: dict, size: int, parameters: int) -> str:
    """Markdown for MODEL_CARD.md from the manifest and the run."""
    data = "\n".join(
        f"- **{d['name']}**, {d['images']} images. Licence: {d['licence']}."
        + ("" if d["redistributable"] else " The images are not passed on with this project.")
        for d in manifest["training"]["data"]
    )
    rows = "\n".join(
        f"| {f['set']} | {f['metric']} | {f['value']} | {f['low']} to {f['high']} |" for f in manifest["figures"]
    )
    pair = manifest["input"]["channels"] == ["tested", "template"]
    use = "tested image and golden template, grey, registered" if pair else "one image: " + ", ".join(manifest["input"]["channels"])
    limits = LIMITS[pair].format(sizes=run.get("sizes", "of the sizes in the data"))
    limits += "".join(f"\n- {note}" for note in run.get("notes", []))
    return f"""# {manifest['name']} {manifest['version']}

Small-defect detector, centre-heatmap head at stride 4. Input: {use}.
{parameters / 1e6:.2f} M parameters, {size / 1e6:.1f} MB, ONNX opset {manifest['opset']}.
Labels: {', '.join(manifest['labels'])}.

## Use

{USE[all(d['redistributable'] for d in manifest['training']['data'])]}
The model finds; it does not decide about a part. Thresholds: {manifest['threshold']} to call, {manifest['candidateThreshold']} to raise as a candidate.

## Data

{data}

Held out by group, for the thresholds: {', '.join(run['holdout'][:12]) or 'nothing'}.

## Figures

| set | metric | value | 95 % interval |
|---|---|---|---|
{rows}

`apPooled33` and `f33`: all labels in one ranking, right when the label agrees and IoU > 0.33. Intervals by drawing images with replacement.

## Limits

{limits}

## Training

Seed {manifest['training']['seed']}, {manifest['training']['steps']} steps, recipe `{run['recipe']}`. Method and command: `detector/training/README.md`.
"""
