"""Writes GGUF version 3, the file format of llama.cpp (ggml-org/ggml docs/gguf.md), and reads such files' tensors back. Tensors as 32-bit floats."""

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


class Reader:
    """Walks the head of a file that `write` made."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def take(self, form: str) -> tuple:
        out = struct.unpack_from(form, self.raw, self.at)
        self.at += struct.calcsize(form)
        return out

    def text(self) -> str:
        (length,) = self.take("<Q")
        return self.take(f"<{length}s")[0].decode()

    def skip(self, code: int) -> None:
        kinds = {number: kind for kind, number in CODES.items()}
        if code == LIST:
            inner, count = self.take("<IQ")
            for _ in range(count):
                self.skip(inner)
        elif kinds[code] == "str":
            self.text()
        else:
            self.take("<B" if kinds[code] == "bool" else "<I")


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """The tensors of a file that `write` made, by name, in numpy's order of axes."""
    reader = Reader(path.read_bytes())
    magic, version, count, entries = reader.take("<4sIQQ")
    if magic != b"GGUF" or version != 3:
        raise SystemExit(f"{path} is no GGUF file of version 3")
    for _ in range(entries):
        reader.text()
        reader.skip(reader.take("<I")[0])
    heads = []
    for _ in range(count):
        name = reader.text()
        shape = reader.take(f"<{reader.take('<I')[0]}Q")[::-1]
        heads.append((name, shape, reader.take("<IQ")))
    body = reader.at + -reader.at % ALIGNMENT
    out = {}
    for name, shape, (kind, offset) in heads:
        if kind != FLOAT_TENSOR:
            raise SystemExit(f"{path}: {name} is not of 32-bit floats")
        out[name] = np.frombuffer(reader.raw, np.float32, int(np.prod(shape)), body + offset).reshape(shape)
    return out
