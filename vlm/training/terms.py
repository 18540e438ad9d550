"""What the model can say: the words of its answers, and the prompt it is trained on."""

from __future__ import annotations

from dataclasses import dataclass

SIDE = 112  # px of a crop: one attention window of the architecture, 4 x 4 image tokens
FACTOR = 28  # px of one image token

DEFECTS = ("open", "short", "mousebite", "spur", "copper", "pin-hole", "pitting")
BENIGN = ("dust", "fibre", "glare", "marking", "misregistration", "oil", "scratch")
NONE = "none"
LABELS = (*DEFECTS, *BENIGN, NONE)
VERDICTS = ("defect", "false_call", "uncertain")
SEVERITIES = ("minor", "major", "critical")
SEVERITY_OF = {"open": "critical", "short": "critical", "mousebite": "major", "spur": "major", "pin-hole": "major", "pitting": "major"}

PAIR, ALONE = "pair", "alone"  # what the image is: the tested part over its golden sample, or by itself
SYSTEM = "Inspect."


@dataclass(frozen=True)
class Answer:
    """One answer; box x1 y1 x2 y2 in px of the crop, all zero for `uncertain`."""

    verdict: str
    box: tuple[int, int, int, int]
    label: str

    @property
    def severity(self) -> str:
        return SEVERITY_OF.get(self.label, "minor")


def verdict_of(label: str) -> str:
    """The only verdict a label fits."""
    if label in DEFECTS:
        return "defect"
    return "false_call" if label in BENIGN else "uncertain"


def before_image(shown: str) -> str:
    return f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{shown}<|vision_start|>"


AFTER_IMAGE = "<|vision_end|><|im_end|>\n<|im_start|>assistant\n"


def written(answer: Answer) -> str:
    """The JSON the model writes; the engine adds id and explanation."""
    box = ",".join(str(v) for v in answer.box)
    return f'{{"verdict":"{answer.verdict}","bbox_2d":[{box}],"label":"{answer.label}","severity":"{answer.severity}"}}'
