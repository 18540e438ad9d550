"""What the frozen encoder sees of every training image: made once, and read for every round."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from .coco import Sample
from .encoder import WIDTH
from .export import OPSET
from .frozen import KEPT, FrozenNet
from .images import read_image
from .predict import up32

DRAWN_IMAGES = 150  # for the projection
DRAWN_CELLS = 400  # of each
SOFTEN = 0.05  # of the variance of a feature: directions that hardly differ are not blown up to noise
SAID_EVERY = 50


class Features:
    """Features by sample; those not yet in `folder` are made, which takes most of the time of a training."""

    def __init__(self, net: FrozenNet, folder: Path, threads: int) -> None:
        self.net, self.folder = net, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.session = encoder_session(net, folder / "encoder.onnx", threads)

    def make(self, samples: list[Sample]) -> None:
        """Makes what is lacking, and fits the projection of the network to these samples."""
        begun = time.time()
        for number, sample in enumerate(samples):
            is_there = self.path(sample).exists()
            self.encoded(sample)
            if number % SAID_EVERY == SAID_EVERY - 1 and not is_there:
                left = (len(samples) - number - 1) * (time.time() - begun) / (number + 1) / 60
                print(f"features of {number + 1}/{len(samples)} images, {left:.0f} min left", flush=True)
        weight, bias = projection([self.encoded(s) for s in samples[:: max(1, len(samples) // DRAWN_IMAGES)]])
        self.net.project.weight.data.copy_(torch.from_numpy(weight)[:, :, None, None])
        self.net.project.bias.data.copy_(torch.from_numpy(bias))

    @torch.no_grad()
    def get(self, sample: Sample) -> Tensor:
        """[1, KEPT, h, w] of one image, padded to a multiple of 32 px."""
        return self.net.projected(torch.from_numpy(self.encoded(sample)).float()[None])

    def path(self, sample: Sample) -> Path:
        # By its content: ids and names of two data sets may be the same.
        return self.folder / f"{hashlib.sha256(sample.image.read_bytes()).hexdigest()}.npy"

    def encoded(self, sample: Sample) -> np.ndarray:
        """[WIDTH, h, w] half-precision floats of the whole image."""
        path = self.path(sample)
        if path.exists():
            return np.load(path)
        pixels = read_image(sample.image, colour=True).transpose(2, 0, 1)
        _, height, width = pixels.shape
        tiles = np.pad(pixels, ((0, 0), (0, up32(height) - height), (0, up32(width) - width)), mode="edge")
        features = self.session.run(None, {"tiles": tiles[None]})[0][0].astype(np.float16)
        aside = path.with_suffix(".part.npy")
        np.save(aside, features)
        aside.replace(path)
        return features


def encoder_session(net: FrozenNet, path: Path, threads: int) -> onnxruntime.InferenceSession:
    """The encoder in ONNX Runtime, which takes a tenth of the time of torch for its depthwise convolutions."""
    if not path.exists():
        tiles = torch.zeros((1, 3, 96, 128), dtype=torch.uint8)
        axes = {"tiles": {2: "h", 3: "w"}, "features": {2: "hs", 3: "ws"}}
        aside = path.with_suffix(".part")
        torch.onnx.export(
            net.encoder, (tiles,), str(aside), input_names=["tiles"], output_names=["features"],
            dynamic_axes=axes, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
        aside.replace(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def projection(maps: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Principal directions of the features (Pearson 1901), each brought to the same spread: weight [KEPT, WIDTH], bias [KEPT]."""
    rng = np.random.default_rng(0)
    rows = [one.reshape(WIDTH, -1).astype(np.float32) for one in maps]
    drawn = np.concatenate([r[:, rng.choice(r.shape[1], min(DRAWN_CELLS, r.shape[1]), replace=False)] for r in rows], 1)
    mean, spread = drawn.mean(1, keepdims=True), drawn.std(1, keepdims=True) + 1e-3
    share, direction = np.linalg.eigh(np.cov((drawn - mean) / spread))
    share, direction = share[::-1][:KEPT], direction[:, ::-1][:, :KEPT]
    weight = (direction / np.sqrt(share + SOFTEN)).T / spread.T
    return weight.astype(np.float32), (-weight @ mean)[:, 0].astype(np.float32)

