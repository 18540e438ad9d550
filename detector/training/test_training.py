"""Quick checks of the parts of training that can be wrong in silence. `python -m pytest detector/training`"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from detector.training import checkpoint, train
from detector.training.coco import Sample, label_names, read, split
from detector.training.crops import CropSource, standing_out
from detector.training.decode import ANY_LABEL_IOU, INSIDE, SAME_LABEL_IOU, Detections, merge, peaks
from detector.training.export import write_onnx
from detector.training.geometry import crop_map, map_boxes, warp
from detector.training.models import RECIPES
from detector.training.net import CentreNet, Deployed
from detector.training.predict import Predictor, starts
from detector.training.quantize import quantize
from detector.training.score import rank
from detector.training.shipped import start_from_onnx
from detector.training.targets import make_target


def a_sample(boxes: list[list[float]], group: str = "a") -> Sample:
    count = len(boxes)
    return Sample(1, Path("x"), None, np.array(boxes, np.float32).reshape(-1, 4), np.zeros(count, np.int64), ((),) * count, group, "set")


def some(boxes: list[list[float]], scores: list[float]) -> Detections:
    return Detections(np.array(boxes, np.float32), np.zeros(len(boxes), np.int64), np.array(scores))


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("mirror", [False, True])
def test_boxes_follow_the_pixels(turns: int, mirror: bool) -> None:
    pixels = np.zeros((200, 200, 1), np.uint8)
    pixels[90:110, 100:130] = 255
    to_crop = crop_map((108.0, 96.0), 96, 1.0, turns, mirror)
    crop = warp(pixels, to_crop, 96)
    rows, cols = np.nonzero(crop[:, :, 0] > 127)
    seen = [cols.min(), rows.min(), cols.max() + 1, rows.max() + 1]
    assert map_boxes(np.array([[100, 90, 130, 110]], np.float32), to_crop)[0].tolist() == seen


def test_a_target_read_back_is_the_box() -> None:
    box = np.array([[20, 30, 52, 58]], np.float32)
    target = make_target(box, np.array([1]), np.zeros((96, 96), np.uint8), 3)
    found = peaks(np.where(target.heat >= 1, target.heat, 0), target.box, 0.5)
    assert found.labels.tolist() == [1]
    assert found.boxes[0].tolist() == box[0].tolist()


def test_a_defect_whose_centre_is_outside_the_crop_is_not_taught() -> None:
    target = make_target(np.array([[-30, 10, 10, 40]], np.float32), np.array([0]), np.zeros((96, 96), np.uint8), 1)
    assert target.heat.max() == 0
    assert target.care[3:10, :2].max() == 0 and target.care[:, 4:].min() == 1


def test_groups_never_are_on_both_sides_of_a_split() -> None:
    samples = [a_sample([], group=str(i % 5)) for i in range(50)]
    train, held = split(samples, [], 0.2, seed=3)
    assert held and train and not {s.group for s in train} & {s.group for s in held}


def test_pooled_ap_of_worked_numbers() -> None:
    sample = a_sample([[0, 0, 10, 10], [50, 50, 60, 60]])
    found = some([[0, 0, 10, 10], [80, 80, 90, 90], [50, 50, 60, 61]], [0.9, 0.8, 0.7])
    ranking = rank([sample], [found], 0.33)
    assert ranking.average_precision() == pytest.approx((1 + 2 / 3) / 2)
    assert ranking.f_at(0.5) == pytest.approx(2 * 2 / (3 + 2))


def test_a_piece_of_a_defect_is_merged_into_the_whole() -> None:
    kept = merge(some([[0, 0, 40, 40], [5, 5, 15, 15], [100, 0, 140, 40]], [0.9, 0.8, 0.7]))
    assert kept.scores.tolist() == [0.9, 0.7]


def test_tiles_cover_the_frame_with_the_overlap_asked_for() -> None:
    for length in (640, 641, 1000, 4608):
        at = starts(length, 640, 96)
        assert at[0] == 0 and at[-1] + 640 == length
        assert all(b - a <= 640 - 96 for a, b in zip(at, at[1:], strict=False))


def test_merging_has_the_limits_of_the_runtime() -> None:
    source = (Path(__file__).parents[1] / "merge-detections.ts").read_text()
    stated = re.search(r"mergeLimits: MergeLimits = \{ sameLabelIou: (.+), anyLabelIou: (.+), inside: (.+) \}", source)
    assert stated and [float(one) for one in stated.groups()] == [SAME_LABEL_IOU, ANY_LABEL_IOU, INSIDE]


def test_the_deployed_graph_keeps_only_peaks_and_takes_any_multiple_of_32() -> None:
    net = Deployed(CentreNet(2, 3, (16, 32, 64, 96), (1, 1, 1), 32)).eval()
    heat, box, mask = net(torch.randint(0, 255, (2, 2, 96, 160), dtype=torch.uint8))
    assert heat.shape == (2, 3, 24, 40) and box.shape == (2, 4, 24, 40) and mask.shape == (2, 1, 24, 40)
    assert (heat == 0).float().mean() > 0.5 and box.min() >= 0


def test_the_same_seed_draws_the_same_batch_from_any_coco_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    cv2.imwrite(str(tmp_path / "t.png"), rng.integers(0, 255, (200, 220), np.uint8))
    cv2.imwrite(str(tmp_path / "p.png"), rng.integers(0, 255, (200, 220), np.uint8))
    (tmp_path / "c.json").write_text(
        json.dumps(
            {
                "images": [{"id": 7, "file_name": "p.png", "width": 220, "height": 200, "template": "t.png", "lot": "L1"}],
                "annotations": [{"id": 1, "image_id": 7, "category_id": 4, "bbox": [40, 50, 30, 20], "area": 600, "iscrowd": 0}],
                "categories": [{"id": 4, "name": "scratch"}],
            }
        )
    )
    labels = label_names([tmp_path / "c.json"])
    one = read(tmp_path / "c.json", tmp_path, labels, "lot")
    assert labels == ["scratch"] and one.samples[0].group == "L1"
    source = CropSource(one.samples, RECIPES["pcb-pair"], 1)
    first, again = (source.batch(np.random.default_rng([1, 5])) for _ in range(2))
    assert all(torch.equal(first[k], again[k]) for k in first)


@pytest.mark.parametrize("bits", [32, 8])
def test_a_network_started_from_its_own_export_answers_as_before(tmp_path: Path, bits: int) -> None:
    torch.manual_seed(3)
    first, second = (CentreNet(2, 3, (8, 16, 16, 16), (1, 1, 1), 16) for _ in range(2))
    tiles = [torch.randint(0, 255, (2, 2, 96, 96), dtype=torch.uint8) for _ in range(3)]
    first.train()
    for batch in tiles * 4:
        first(batch)
    write_onnx(first.eval(), tmp_path / "model.onnx")
    if bits == 8:
        quantize(tmp_path / "model.onnx", tmp_path / "model.onnx", [one for batch in tiles for one in batch.numpy()])
    start_from_onnx(second, tmp_path / "model.onnx", tiles)
    with torch.no_grad():
        for mine, theirs in zip(second.eval()(tiles[0]), first(tiles[0]), strict=True):
            assert torch.allclose(mine, theirs, atol=1e-3 if bits == 32 else 0.1)
        trained = second.train()(tiles[0])
    assert all(torch.isfinite(one).all() for one in trained)


def test_another_network_is_refused_by_its_shape(tmp_path: Path) -> None:
    write_onnx(CentreNet(2, 3, (8, 16, 16, 16), (1, 1, 1), 16).eval(), tmp_path / "model.onnx")
    with pytest.raises(SystemExit, match="another network"):
        start_from_onnx(CentreNet(2, 3, (8, 16, 16), (1, 1), 16), tmp_path / "model.onnx", [torch.zeros(1, 2, 96, 96)])


def test_eight_bits_answer_nearly_as_well(tmp_path: Path) -> None:
    torch.manual_seed(4)
    write_onnx(CentreNet(2, 3, (8, 16, 16, 16), (1, 1, 1), 16).eval(), tmp_path / "model.onnx")
    tiles = [np.random.default_rng(i).integers(0, 255, (2, 96, 96), np.uint8) for i in range(4)]
    quantize(tmp_path / "model.onnx", tmp_path / "small.onnx", tiles)
    answers = [Predictor(tmp_path / name, ["tested", "template"]).session.run(["heat", "box"], {"tiles": np.stack(tiles)}) for name in ("model.onnx", "small.onnx")]
    for mine, theirs in zip(*answers, strict=True):
        assert np.abs(mine - theirs).mean() < 0.02 * np.abs(theirs).mean() + 1e-3


def a_command(folder: Path, *more: str, label: str = "dent", image: str = "p.png") -> list[str]:
    """A training command for four images of two groups, written to `folder`."""
    cv2.imwrite(str(folder / "p.png"), np.full((200, 220, 3), 90, np.uint8))
    document = {
        "images": [{"id": i, "file_name": image, "group": f"g{i % 2}"} for i in range(4)],
        "annotations": [{"id": i, "image_id": i, "category_id": 1, "bbox": [40, 50, 30, 20]} for i in range(4)],
        "categories": [{"id": 1, "name": label}],
    }
    (folder / "c.json").write_text(json.dumps(document))
    return ["train", "--model", "surface", "--coco", str(folder / "c.json"), "--root", str(folder), "--out", str(folder / "run"), "--steps", "50", *more]


def a_run(folder: Path, **other: object) -> None:
    """What a run leaves that stopped after 40 steps with the group g0 held out."""
    (folder / "run").mkdir()
    checkpoint.save(folder / "run" / "checkpoint.pt", {"step": 40})
    (folder / "run" / "run.json").write_text(json.dumps({"recipe": "surface", "labels": ["dent"], "holdout": ["g0"]} | other))


@pytest.mark.parametrize(
    ("made", "more", "said"),
    [
        ({"label": "missing print"}, [], r"'missing print'\] cannot be labels"),
        ({"image": "q.png"}, [], r"4 of 4 files are not there, the first is .*q\.png"),
        ({}, ["--model", "pcb-pair"], "4 of 4 images name no template"),
    ],
)
def test_data_that_no_model_comes_of_is_refused_before_the_first_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: dict[str, str], more: list[str], said: str
) -> None:
    monkeypatch.setattr(sys, "argv", a_command(tmp_path, *more, **made))
    with pytest.raises(SystemExit, match=said):
        train.main()
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--holdout", "g0"], "holds a run of 40 steps"),
        (["--holdout", "g1", "--resume"], r"begun with holdout \['g0'\], this command has \['g1'\]"),
    ],
)
def test_a_run_is_neither_written_over_nor_resumed_as_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str], said: str) -> None:
    a_run(tmp_path)
    before = (tmp_path / "run" / "run.json").read_text()
    monkeypatch.setattr(sys, "argv", a_command(tmp_path, *more))
    with pytest.raises(SystemExit, match=said):
        train.main()
    assert (tmp_path / "run" / "run.json").read_text() == before


def test_a_finished_run_that_is_resumed_says_so_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    a_run(tmp_path)
    before = (tmp_path / "run" / "run.json").read_text()
    monkeypatch.setattr(sys, "argv", a_command(tmp_path, "--holdout", "g0", "--resume", "--steps", "30"))
    train.main()
    assert "has 40 steps already" in capsys.readouterr().out
    assert (tmp_path / "run" / "run.json").read_text() == before


def test_an_image_without_a_defect_lures_where_something_stands_out() -> None:
    image = np.full((120, 200, 3), 150, np.uint8)
    image[60:68, 140:148] = 30
    assert np.argmax(standing_out(image).sum(0)) in range(139, 149) and standing_out(image)[10, 10] == 0


def test_no_more_than_the_strongest_thousand_peaks_of_a_plain_surface_are_merged() -> None:
    corners = np.stack(np.meshgrid(np.arange(60), np.arange(60)), -1).reshape(-1, 2) * 20.0
    boxes = np.concatenate([corners, corners + 10], 1)
    kept = merge(Detections(boxes, np.zeros(len(boxes), int), np.linspace(0.9, 0.1, len(boxes))))
    assert len(kept.scores) == 1000 and kept.scores.min() > 0.6
