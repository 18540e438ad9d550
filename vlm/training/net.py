"""The architecture of Qwen2.5-VL, small (Bai et al. "Qwen2.5-VL Technical Report", arXiv 2502.13923).

Vision: 14 px patches, RMSNorm, SwiGLU, 2-D rotary positions, attention in windows of 112 px except in every third
block, then 2 x 2 patches merged into one image token. Language: grouped-query attention with multimodal rotary
positions (time, row, column). Weights and tensor names fit llama.cpp's `qwen2vl` and `qwen2.5vl_merger`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PATCH = 14
WINDOW = 8  # patches: 112 px


@dataclass(frozen=True)
class Sizes:
    """Widths and depths; `sections` share out half a head's width among time, row and column."""

    width: int = 96
    layers: int = 3
    heads: int = 3
    kv_heads: int = 1
    feed: int = 256
    vision_width: int = 96
    vision_layers: int = 3
    vision_heads: int = 4
    vision_feed: int = 192
    full_every: int = 3
    theta: float = 1e6
    sections: tuple[int, int, int] = (4, 6, 6)


class Norm(nn.Module):
    """Root-mean-square norm."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, x.shape[-1:], self.weight.to(x.dtype), 1e-6)


def rotate(x: Tensor, angles: Tensor) -> Tensor:
    """x [..., N, d] turned by angles [N, d/2], first half against second half."""
    a, b = x.chunk(2, -1)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class Gated(nn.Module):
    """SwiGLU."""

    def __init__(self, width: int, feed: int, bias: bool) -> None:
        super().__init__()
        self.gate = nn.Linear(width, feed, bias=bias)
        self.up = nn.Linear(width, feed, bias=bias)
        self.down = nn.Linear(feed, width, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Block(nn.Module):
    """Attention and feed-forward, both before a norm and added on."""

    def __init__(self, width: int, heads: tuple[int, int], feed: int, vision: bool) -> None:
        super().__init__()
        self.heads, self.kv_heads = heads
        self.head = width // self.heads
        self.norm1, self.norm2 = Norm(width), Norm(width)
        self.q = nn.Linear(width, width)
        self.k = nn.Linear(width, self.kv_heads * self.head)
        self.v = nn.Linear(width, self.kv_heads * self.head)
        self.out = nn.Linear(width, width, bias=vision)
        self.feed = Gated(width, feed, bias=vision)

    def forward(self, x: Tensor, angles: Tensor, mask: Tensor | None, causal: bool) -> Tensor:
        batch, count, width = x.shape
        y = self.norm1(x)
        q = rotate(self.q(y).view(batch, count, self.heads, self.head).transpose(1, 2), angles)
        k = rotate(self.k(y).view(batch, count, self.kv_heads, self.head).transpose(1, 2), angles)
        v = self.v(y).view(batch, count, self.kv_heads, self.head).transpose(1, 2)
        if self.kv_heads < self.heads:
            share = self.heads // self.kv_heads
            k, v = k.repeat_interleave(share, 1), v.repeat_interleave(share, 1)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
        x = x + self.out(seen.transpose(1, 2).reshape(batch, count, width))
        return x + self.feed(self.norm2(x))


class Vision(nn.Module):
    """Image [B, 3, H, W], normalized, to image tokens [B, H/28 * W/28, width]."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        wide = sizes.vision_width
        self.sizes = sizes
        self.patch = nn.Conv2d(3, wide, PATCH, PATCH, bias=False)
        heads = (sizes.vision_heads, sizes.vision_heads)
        self.blocks = nn.ModuleList(Block(wide, heads, sizes.vision_feed, vision=True) for _ in range(sizes.vision_layers))
        self.norm = Norm(wide)
        self.merge1 = nn.Linear(4 * wide, 4 * wide)
        self.merge2 = nn.Linear(4 * wide, sizes.width)

    def forward(self, image: Tensor) -> Tensor:
        x = self.patch(image)
        batch, wide, rows, cols = x.shape
        x = x.view(batch, wide, rows // 2, 2, cols // 2, 2).permute(0, 2, 4, 3, 5, 1).reshape(batch, rows * cols, wide)
        y, z = (in_merge_order(t) for t in torch.meshgrid(torch.arange(rows), torch.arange(cols), indexing="ij"))
        head = wide // self.sizes.vision_heads
        speed = 10000.0 ** (-torch.arange(head // 4).float() * 4 / head)
        angles = torch.cat([y[:, None] * speed, z[:, None] * speed], -1)
        window = (y // WINDOW) * cols + z // WINDOW
        near = window[:, None] == window[None] if rows > WINDOW or cols > WINDOW else None
        for index, block in enumerate(self.blocks):
            full = (index + 1) % self.sizes.full_every == 0
            x = block(x, angles, None if full else near, causal=False)
        x = self.norm(x).view(batch, rows * cols // 4, 4 * wide)
        return self.merge2(F.gelu(self.merge1(x), approximate="tanh"))


def in_merge_order(grid: Tensor) -> Tensor:
    """Values of a patch grid in the order in which patches stand: 2 x 2 that are merged stand together."""
    rows, cols = grid.shape
    return grid.view(rows // 2, 2, cols // 2, 2).permute(0, 2, 1, 3).reshape(-1).float()


class QwenVl(nn.Module):
    """Vision and language in one; the embedding is also the output layer."""

    def __init__(self, sizes: Sizes, vocabulary: int) -> None:
        super().__init__()
        self.sizes = sizes
        self.vision = Vision(sizes)
        self.embedding = nn.Embedding(vocabulary, sizes.width)
        heads = (sizes.heads, sizes.kv_heads)
        self.blocks = nn.ModuleList(Block(sizes.width, heads, sizes.feed, vision=False) for _ in range(sizes.layers))
        self.norm = Norm(sizes.width)
        for weight in self.parameters():
            if weight.dim() > 1:
                nn.init.normal_(weight, std=0.7 / math.sqrt(weight[0].numel()))
        nn.init.normal_(self.embedding.weight, std=0.05)

    def forward(self, image: Tensor, before: Tensor, after: Tensor) -> tuple[Tensor, Tensor]:
        """Logits for each token of `after` [B, n] and one beyond, and the image tokens."""
        seen = self.vision(image)
        rows, cols = image.shape[2] // (2 * PATCH), image.shape[3] // (2 * PATCH)
        x = torch.cat([self.embedding(before).to(seen.dtype), seen, self.embedding(after).to(seen.dtype)], 1)
        angles = self.angles(before.shape[1], (rows, cols), after.shape[1])
        for block in self.blocks:
            x = block(x, angles, None, causal=True)
        x = self.norm(x[:, before.shape[1] + rows * cols - 1 :])
        return x @ self.embedding.weight.t().to(x.dtype), seen

    def angles(self, before: int, grid: tuple[int, int], after: int) -> Tensor:
        """[N, d/2]: text counts on in all three; an image stays at one time and counts rows and columns from there."""
        rows, cols = grid
        lead = torch.arange(before).float()
        tail = torch.arange(after).float() + before + max(rows, cols)
        time = torch.cat([lead, torch.full((rows * cols,), float(before)), tail])
        row = torch.cat([lead, before + torch.arange(rows).float().repeat_interleave(cols), tail])
        col = torch.cat([lead, before + torch.arange(cols).float().repeat(rows), tail])
        head = self.sizes.width // self.sizes.heads
        speed = self.sizes.theta ** (-torch.arange(head // 2).float() * 2 / head)
        place = torch.cat([p[:, None].expand(-1, n) for p, n in zip((time, row, col), self.sizes.sections, strict=True)], 1)
        return place * speed
