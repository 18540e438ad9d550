"""Start from a model that was exported: the weights of its ONNX file, put back into a network that can learn.

The export folds each batch norm into the convolution before it. Here the norm is made anew from the statistics of what
the convolution gives on a few batches, so that the network answers as the file does and trains as one that never left.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from .export import write_onnx
from .net import CentreNet


def start_from_onnx(net: CentreNet, path: Path, batches: list[Tensor]) -> None:
    """Take over the convolutions of `path`; `batches` are tiles [N, C, S, S] like those to come.

    Another label list is fine: the layer that names labels stays as it is. Any other difference of shape is an error.
    """
    theirs = convolutions_of(path)
    mine = by_name(net, batches[0][:1])
    if theirs.keys() != mine.keys():
        raise SystemExit(f"{path} has other convolutions than this recipe: it is another network")
    norms: list[nn.BatchNorm2d] = []
    for name, conv in mine.items():
        weight, bias = theirs[name]
        if conv.weight.shape != weight.shape:
            if conv is net.heat:
                continue
            raise SystemExit(f"{path}: a convolution of {tuple(weight.shape)} where {tuple(conv.weight.shape)} is wanted")
        conv.weight.data.copy_(weight)
        norm = norm_after(net, conv)
        if norm is None:
            conv.bias.data.copy_(bias)
        else:
            norm.weight.data.fill_((1 + norm.eps) ** 0.5)
            norm.bias.data.copy_(bias)
            norms.append(norm)
    renew(net, norms, batches)


def convolutions_of(path: Path) -> dict[str, tuple[Tensor, Tensor]]:
    """Weight and bias of each convolution by the name of its node, in float, also of a model in eight bits."""
    graph = onnx.load(path).graph
    values = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    for node in graph.node:
        if not all(name in values for name in node.input):
            continue
        if node.op_type == "Identity":  # weights that are alike are stored once
            values[node.output[0]] = values[node.input[0]]
        if node.op_type == "DequantizeLinear":
            stored, scale, zero = (values[name].float() for name in node.input)
            shape = (-1,) + (1,) * (stored.dim() - 1)
            values[node.output[0]] = (stored - zero.reshape(shape)) * scale.reshape(shape)
    return {n.name: (values[n.input[1]], values[n.input[2]]) for n in graph.node if n.op_type == "Conv"}


@torch.no_grad()
def by_name(net: CentreNet, tiles: Tensor) -> dict[str, nn.Conv2d]:
    """The convolutions by the names that the export gives their nodes: both come in the order of a forward pass."""
    met: list[nn.Conv2d] = []
    hooks = [m.register_forward_hook(lambda m, *_: met.append(m)) for m in net.modules() if isinstance(m, nn.Conv2d)]
    net.eval()(tiles)
    for hook in hooks:
        hook.remove()
    with tempfile.TemporaryDirectory() as folder:
        write_onnx(net, Path(folder) / "own.onnx")
        return dict(zip(convolutions_of(Path(folder) / "own.onnx"), met, strict=True))


def norm_after(net: CentreNet, conv: nn.Conv2d) -> nn.BatchNorm2d | None:
    for group in net.modules():
        if isinstance(group, nn.Sequential) and len(group) > 1 and group[0] is conv and isinstance(group[1], nn.BatchNorm2d):
            return group[1]
    return None


@torch.no_grad()
def renew(net: CentreNet, norms: list[nn.BatchNorm2d], batches: list[Tensor]) -> None:
    """Give each norm the mean and variance of its own input, and take them back out in its scale and shift."""
    sums = {norm: [0.0, 0.0, 0.0] for norm in norms}

    def note(norm: nn.BatchNorm2d, inputs: tuple[Tensor, ...], _: Tensor) -> None:
        x = inputs[0].double()
        sums[norm][0] += x.numel() / x.shape[1]
        sums[norm][1] = sums[norm][1] + x.sum((0, 2, 3))
        sums[norm][2] = sums[norm][2] + (x * x).sum((0, 2, 3))

    hooks = [norm.register_forward_hook(note) for norm in norms]
    for tiles in batches:
        net.eval()(tiles)
    for hook in hooks:
        hook.remove()
    for norm, (count, total, square) in sums.items():
        mean = total / count
        variance = (square / count - mean * mean).clamp(min=1e-6)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.bias.add_(mean)
        norm.weight.copy_((variance + norm.eps).sqrt())
    net.train()
