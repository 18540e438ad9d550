"""Writes GGUF version 3, the file format of llama.cpp (ggml-org/ggml docs/gguf.md). Tensors as 32-bit floats."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ALIGNMENT = 32
FLOAT_TENSOR = 0
Value = bool | int | float | str | Sequence[int] | Sequence[float] | Sequence[str]
CODES = {"u32": 4, "i32": 5, "f32": 6, "bool": 7, "str": 8}
LIST = 9


def text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def scalar(kind: str, value: object) -> bytes:
    if kind == "str":
        return text(str(value))
    return struct.pack({"u32": "<I", "i32": "<i", "f32": "<f", "bool": "<B"}[kind], value)


def entry(key: str, kind: str, value: Value) -> bytes:
    """One key; kind `[x]` is a list of x."""
    if kind.startswith("["):
        inner, items = kind[1:-1], list(value)
        return text(key) + struct.pack("<IIQ", LIST, CODES[inner], len(items)) + b"".join(scalar(inner, v) for v in items)
    return text(key) + struct.pack("<I", CODES[kind]) + scalar(kind, value)


def padded(raw: bytes) -> bytes:
    return raw + b"\0" * (-len(raw) % ALIGNMENT)


def write(path: Path, entries: list[tuple[str, str, Value]], tensors: list[tuple[str, np.ndarray]]) -> None:
    """`tensors` in numpy's order of axes; the format counts them from the innermost."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entry(*e) for e in entries)
    body, offset = [], 0
    for name, values in tensors:
        raw = padded(np.ascontiguousarray(values, np.float32).tobytes())
        shape = values.shape[::-1]
        head += text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", d) for d in shape)
        head += struct.pack("<IQ", FLOAT_TENSOR, offset)
        body.append(raw)
        offset += len(raw)
    path.write_bytes(padded(head) + b"".join(body))
