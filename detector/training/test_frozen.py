"""Quick checks of the network for few defects. `python -m pytest detector/training`"""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import torch

from detector.training import train
from detector.training.cells import aims_of, drawn
from detector.training.coco import Sample
from detector.training.frozen import KEPT, FrozenNet, Judge, around
from detector.training.folds import answer
from detector.training.models import RECIPES, build
from detector.training.net import Deployed


def a_sample(path: Path, boxes: list[list[float]]) -> Sample:
    cv2.imwrite(str(path), np.full((96, 160, 3), 128, np.uint8))
    count = len(boxes)
    return Sample(1, path, None, np.array(boxes, np.float32), np.zeros(count, np.int64), ((),) * count, "a", "set")


def test_the_deployed_graph_has_the_shapes_of_the_other_networks() -> None:
    net = Deployed(build(RECIPES["surface-few"], 2)).eval()
    heat, box, mask = net(torch.randint(0, 255, (2, 3, 96, 160), dtype=torch.uint8))
    assert heat.shape == (2, 2, 24, 40) and box.shape == (2, 4, 24, 40) and mask.shape == (2, 1, 24, 40)
    assert box.min() >= 0


def test_the_encoder_is_not_trained() -> None:
    net = FrozenNet(1).train()
    assert not any(p.requires_grad for p in net.encoder.parameters())
    assert not any(module.training for module in net.encoder.modules())


def test_one_judge_sees_what_all_cells_of_a_tile_have_in_common_and_the_other_does_not() -> None:
    plain, relative = FrozenNet(1).judges
    features = torch.randn(1, KEPT, 12, 20)
    lamp = torch.randn(1, KEPT, 1, 1)

    def seen(judge: Judge, one: torch.Tensor) -> torch.Tensor:
        return judge.seen(around(one), one.mean((2, 3), keepdim=True))

    assert torch.allclose(seen(relative, features), seen(relative, features + lamp), atol=1e-4)
    assert not torch.allclose(seen(plain, features), seen(plain, features + lamp), atol=1e-4)


def test_aims_name_the_middle_of_a_defect_its_sides_and_its_region(tmp_path: Path) -> None:
    aims = aims_of(a_sample(tmp_path / "x.png", [[40, 24, 88, 72], [0, 0, 6, 6]]), (12, 20))
    assert (aims.label[5:7, 7:9] == 0).all() and aims.label[3, 5] == -2 and aims.label[11, 19] == -1
    assert aims.label[0, 0] == 0, "one cell at least, however small the defect"
    assert aims.box[5, 7].tolist() == [60 - 40, 44 - 24, 88 - 60, 72 - 44]
    assert (aims.region[3:9, 5:11] == 1).all() and aims.region[10, 10] == 0


def test_each_defect_counts_as_much_as_another_and_its_surroundings_not_at_all(tmp_path: Path) -> None:
    aims = aims_of(a_sample(tmp_path / "x.png", [[40, 24, 88, 72], [120, 8, 126, 14]]), (12, 20))
    cells = drawn(torch.zeros(4, 12, 20), aims, np.random.default_rng(0))
    assert torch.isclose(cells.weight[cells.label == 0].sum(), torch.tensor(2.0))
    assert (cells.weight[cells.label == -2] == 0).all() and (cells.label == -2).any()


def test_it_learns_dark_spots_from_a_few_images_and_finds_them_on_another(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    images, annotations = [], []
    for number in range(6):
        pixels = np.clip(150 + rng.normal(0, 6, (256, 320, 3)), 0, 255).astype(np.uint8)
        for x, y in ((rng.integers(40, 280), rng.integers(40, 216)),):
            cv2.circle(pixels, (int(x), int(y)), 12, (40, 40, 40), -1)
            box = [float(x) - 12, float(y) - 12, 25.0, 25.0]
            annotations.append({"id": number, "image_id": number, "category_id": 1, "bbox": box, "area": 625, "iscrowd": 0})
        cv2.imwrite(str(tmp_path / f"{number}.png"), pixels)
        images.append({"id": number, "file_name": f"{number}.png", "width": 320, "height": 256, "lot": f"L{number // 5}"})
    coco = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "spot"}]}
    (tmp_path / "c.json").write_text(json.dumps(coco))
    out = tmp_path / "run"
    args = ["--model", "surface-few", "--coco", str(tmp_path / "c.json"), "--root", str(tmp_path), "--out", str(out)]
    train.main([*args, "--split-by", "lot", "--holdout", "L1", "--steps", "60"])
    assert not (out / "features").exists(), "what takes 8 MB an image is thrown away"
    held, found, _ = answer(out, [], None)
    assert len(held) == 1 and len(found[0].scores) > 0
    x1, y1, x2, y2 = found[0].boxes[0]
    middle = np.array([(x1 + x2) / 2, (y1 + y2) / 2])
    wanted = (held[0].boxes[0][:2] + held[0].boxes[0][2:]) / 2
    assert np.abs(middle - wanted).max() < 8
    assert found[0].scores[0] > 2 * found[0].scores[1:].max(initial=0)
