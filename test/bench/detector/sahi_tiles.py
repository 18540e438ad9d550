"""Finds defects in a large frame with SAHI (full tiling) and the same ONNX file: the anchor of `npm run bench -- detector`.

`python sahi_tiles.py MANIFEST IMAGE ROUNDS PRECISION` prints one JSON object: ms of each round, boxes of the last.
IMAGE has the tested frame in its first channel and the golden in its second.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from sahi.models.base import DetectionModel
from sahi.predict import get_sliced_prediction
from sahi.prediction import ObjectPrediction

manifest_path, image_path, rounds, precision = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
manifest = json.loads(manifest_path.read_text())
labels, tile = manifest["labels"], manifest["tile"]


class PairModel(DetectionModel):
    """The centre head of a pair model, as SAHI wants a detector."""

    def load_model(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.add_session_config_entry("session.x64quantprecision", precision)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        file = str(manifest_path.parent / manifest["file"])
        self.model = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        self.category_mapping = {str(i): name for i, name in enumerate(labels)}

    @property
    def num_categories(self) -> int:
        return len(labels)

    @property
    def has_mask(self) -> bool:
        return False

    @property
    def category_names(self) -> list[str]:
        return labels

    def perform_inference(self, image: np.ndarray) -> None:
        tiles = np.ascontiguousarray(image[:, :, :2].transpose(2, 0, 1))[None]
        self._original_predictions = self.model.run(["heat", "box"], {manifest["input"]["name"]: tiles})

    def _create_object_prediction_list_from_original_predictions(self, shift_amount_list=None, full_shape_list=None) -> None:
        heat, box = (part[0] for part in self._original_predictions)
        shift = np.array(shift_amount_list).reshape(-1, 2)[0].tolist() if shift_amount_list is not None else [0, 0]
        shape = np.array(full_shape_list).reshape(-1, 2)[0].tolist() if full_shape_list is not None else None
        side = tile["sidePx"]
        found = []
        for label, row, col in zip(*np.nonzero(heat >= manifest["threshold"]), strict=True):
            x, y = (col + 0.5) * 4, (row + 0.5) * 4
            left, top, right, bottom = box[:, row, col]
            corners = [max(0, float(x - left)), max(0, float(y - top)), min(side, float(x + right)), min(side, float(y + bottom))]
            found.append(ObjectPrediction(
                bbox=corners, category_id=int(label), category_name=labels[label], score=float(heat[label, row, col]),
                shift_amount=shift, full_shape=shape,
            ))  # fmt: skip
        self._object_prediction_list_per_image = [found]


model = PairModel(model_path=str(manifest_path), confidence_threshold=manifest["threshold"], device="cpu")
image = cv2.cvtColor(cv2.imread(image_path, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
share = tile["overlapPx"] / tile["sidePx"]
times = []
for _ in range(rounds):
    begin = time.perf_counter()
    result = get_sliced_prediction(
        image, model, slice_height=tile["sidePx"], slice_width=tile["sidePx"],
        overlap_height_ratio=share, overlap_width_ratio=share, perform_standard_pred=False, verbose=0,
    )  # fmt: skip
    times.append((time.perf_counter() - begin) * 1000)
boxes = [[*p.bbox.to_xyxy(), p.category.name] for p in result.object_prediction_list]
print(json.dumps({"ms": times, "boxes": boxes}))
