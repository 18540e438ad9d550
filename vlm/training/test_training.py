"""`python -m pytest vlm/training` (or run this file's functions by hand): what must hold before hours are spent."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import torch

from . import gguf, tokens, windows
from .batches import AFTER, collate, ruled, turned
from .export import read_model, write_language, write_vision
from .heads import touched
from .loss import answer_loss
from .net import QwenVl, Sizes
from .terms import LABELS, PAIR, SIDE, Answer, before_image, verdict_of, written

SMALL = Sizes(width=32, layers=1, heads=1, kv_heads=1, feed=48, vision_width=32, vision_layers=2, vision_heads=2, vision_feed=40, full_every=2)


def test_an_answer_is_json_of_twelve_tokens_and_comes_back_whole() -> None:
    for label in LABELS:
        text = written(Answer(verdict_of(label), (0, 7, 64, SIDE), label))
        ids = tokens.encode(text)
        assert len(ids) == 12
        assert tokens.decode(ids) == text
        assert json.loads(text)["label"] == label


def test_no_token_stands_twice_and_prompts_need_no_merges() -> None:
    assert len(set(tokens.VOCABULARY)) == len(tokens.VOCABULARY)
    assert tokens.decode(tokens.encode(before_image(PAIR))).startswith("system\nInspect.")


def test_a_window_holds_its_box_and_stays_in_the_image() -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        low = rng.uniform(0, 560, 2)
        box = np.concatenate([low, low + rng.uniform(6, 80, 2)])
        window = windows.window_for(box, (640, 640), rng)
        assert (window >= 0).all() and (window <= 640).all()
        assert (window[:2] <= np.floor(box[:2])).all() and (window[2:] >= np.ceil(np.minimum(box[2:], 640))).all()


def test_a_box_turns_with_its_crop() -> None:
    rng = np.random.default_rng(2)
    pixels, box = np.zeros((3, SIDE, SIDE), np.uint8), np.array([10, 20, 40, 90])
    pixels[:, 20:90, 10:40] = 255
    for _ in range(20):
        shown, moved = turned(pixels, box, rng)
        ys, xs = np.nonzero(shown[0])
        assert [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1] == list(moved)


def test_the_ruler_leaves_red_and_green_alone() -> None:
    shown = ruled(np.full((1, 3, SIDE, SIDE), 9, np.uint8))[0]
    assert (shown[:2] == 9).all()
    assert list(shown[2, :2, -1]) == [255, 2] and list(shown[2, -1, :1]) == [255]


def test_an_empty_box_touches_no_image_token() -> None:
    hit = touched(torch.tensor([[0.0, 0, 0, 0], [0, 0, 29, 28]]))
    assert hit.sum(1).tolist() == [0, 2]


def test_training_lowers_the_loss_of_a_batch_it_sees_again_and_again() -> None:
    torch.manual_seed(1)
    net = QwenVl(SMALL, len(tokens.VOCABULARY))
    images = [np.full((3, SIDE, SIDE), v, np.float32) for v in (40, 200)]
    answers = [Answer("uncertain", (0, 0, 0, 0), "none"), Answer("defect", (4, 8, 40, 50), "spur")]
    batch = collate(images, answers, [PAIR, PAIR])
    optimizer = torch.optim.AdamW(net.parameters(), 3e-3)
    losses = []
    for _ in range(20):
        loss = answer_loss(net(batch.images, batch.before, batch.after)[0], batch.after)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert batch.after.shape[1] == len(AFTER) + 13
    assert losses[-1] < 0.6 * losses[0]


def test_files_are_gguf_with_every_tensor(tmp_path: Path) -> None:
    net = QwenVl(SMALL, len(tokens.VOCABULARY))
    write_language(net, tmp_path / "model.gguf")
    write_vision(net, tmp_path / "mmproj.gguf")
    for name, count in (("model.gguf", 2 + 12), ("mmproj.gguf", 3 + 4 + 2 * 16)):
        raw = (tmp_path / name).read_bytes()
        assert raw[:4] == b"GGUF" and struct.unpack("<IQ", raw[4:16]) == (3, count)
        assert len(raw) % gguf.ALIGNMENT == 0


def test_an_exported_model_is_read_back_as_it_was(tmp_path: Path) -> None:
    torch.manual_seed(1)
    made, read = (QwenVl(SMALL, len(tokens.VOCABULARY)) for _ in range(2))
    write_language(made, tmp_path / "model.gguf")
    write_vision(made, tmp_path / "mmproj.gguf")
    read_model(read, tmp_path)
    for name, weight in made.state_dict().items():
        assert torch.equal(weight, read.state_dict()[name]), name
