"""Write the convolution by which the runtime asks a CPU whether its eight-bit sums saturate (detector/onnx/eight-bit-sums.ts).

`python -m detector.training.sums_probe detector/onnx/eight-bit-sums.onnx`

All inputs 255 and all weights 127: two products alone, 64,770, are more than the 16 bits hold in which a CPU with AVX2 and
without VNNI adds them. The true sum comes out as 200.
"""

from __future__ import annotations

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

PLANES, SIDE, KERNEL = 16, 8, 3
TRUE_SUM, COMES_OUT_AS = PLANES * KERNEL * KERNEL * 255 * 127, 200


def main(path: str) -> None:
    one = np.float32(1)
    values = {
        "one": one, "zero": np.uint8(0), "zeroOfWeights": np.int8(0), "step": np.float32(TRUE_SUM / COMES_OUT_AS),
        "weights": np.full((PLANES, PLANES, KERNEL, KERNEL), 127, np.int8),
    }  # fmt: skip
    inputs = ["levels", "one", "zero", "weights", "one", "zeroOfWeights", "step", "zero"]
    node = helper.make_node("QLinearConv", inputs, ["sums"])
    shapes = [("levels", SIDE), ("sums", SIDE - KERNEL + 1)]
    ends = [helper.make_tensor_value_info(name, TensorProto.UINT8, [1, PLANES, side, side]) for name, side in shapes]
    stored = [numpy_helper.from_array(np.asarray(value), name) for name, value in values.items()]
    graph = helper.make_graph([node], "eight-bit sums", ends[:1], ends[1:], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


if __name__ == "__main__":
    main(sys.argv[1])
