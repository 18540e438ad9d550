"""What differs between the models: channels, sizes, augmentation. Everything else is shared.

A new data set needs no entry here: pick `pcb-pair` or `photo-pair` as the recipe when there are templates, `surface`
or, for a few hundred defects, `surface-few` when there are none, and give the run another `--name`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .frozen import FrozenNet
from .net import CentreNet


@dataclass(frozen=True)
class Recipe:
    """How one kind of model is trained. Sizes are px of the network's input."""

    channels: tuple[str, ...]
    widths: tuple[int, ...] = (16, 32, 64, 96)
    blocks: tuple[int, ...] = (1, 2, 2)
    head: int = 48
    # (crop side, crops a step, share of the steps): about the same work a step for each
    batches: tuple[tuple[int, int, float], ...] = ((96, 64, 0.8), (128, 36, 0.14), (256, 9, 0.06))
    # where crops are centred: at a defect, at a difference that is none, anywhere
    centred: tuple[float, float, float] = (0.68, 0.2, 0.12)
    clean: float = 0.08  # share of pairs whose tested image is replaced by its template
    misaligned: float = 0.5  # share of pairs whose template is moved by what registration may leave
    scale: tuple[float, float] = (0.85, 1.2)
    grey_shift: float = 0.4  # share of crops whose grey tones are changed
    turns: tuple[int, ...] = (0, 1, 2, 3)  # quarter turns that occur on the line
    paste: float = 0.0  # share of single-image crops that get a defect from another image
    difference_level: int = 48  # grey levels that make a pixel part of a pair's defect region
    learning_rate: float = 2e-3
    side_px: int = 640  # of the tiles that the runtime looks at
    overlap_px: int = 96
    steps: int = 20000
    frozen: bool = False  # an encoder that has learned from photographs, and small heads: for few defects
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def pair(self) -> bool:
        return self.channels == ("tested", "template")


RECIPES: dict[str, Recipe] = {
    "pcb-pair": Recipe(
        channels=("tested", "template"),
        # whole boards as well as windows: a short needs to see where its two conductors come from
        batches=((96, 64, 0.4), (160, 23, 0.3), (320, 6, 0.3)),
        overlap_px=192,
    ),
    "photo-pair": Recipe(
        channels=("tested", "template"),
        batches=((96, 64, 0.4), (160, 23, 0.3), (320, 6, 0.3)),
        misaligned=0.9,
        difference_level=24,
        clean=0.15,
        overlap_px=128,
    ),
    "surface": Recipe(
        channels=("red", "green", "blue"),
        batches=((128, 20, 0.75), (192, 9, 0.15), (256, 5, 0.1)),
        centred=(0.5, 0.25, 0.25),
        clean=0.0,
        turns=(0, 2),
        paste=0.4,
        scale=(0.45, 1.6),
        overlap_px=192,
    ),
    "surface-few": Recipe(channels=("red", "green", "blue"), side_px=1152, overlap_px=192, steps=1000, frozen=True),
}


def build(recipe: Recipe, labels: int) -> CentreNet | FrozenNet:
    """The network of a recipe, untrained but for what it begins with."""
    if recipe.frozen:
        return FrozenNet(labels)
    return CentreNet(len(recipe.channels), labels, recipe.widths, recipe.blocks, recipe.head)
