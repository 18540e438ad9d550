"""Write a trained run as the engine loads it: `python -m vlm.training.export --run DIR --out vlm/models/embedded`.

`model.gguf` is the language model with its vocabulary, `mmproj.gguf` the vision part, `manifest.json` both digests and
the words the model knows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from detector.training import checkpoint

from . import gguf
from .batches import MEAN, STD
from .net import Block, QwenVl, Sizes
from .terms import AFTER_IMAGE, ALONE, BENIGN, DEFECTS, FACTOR, NONE, PAIR, SIDE, before_image
from .tokens import END, MERGED, PAD, SPECIAL, USER, VOCABULARY

NAME = "hairline-embedded-reviewer"
PATCH = "v.patch_embd.weight"
TOKEN_NORMAL, TOKEN_CONTROL, TOKEN_USER = 1, 3, 4
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}"
    "{% else %}<|vision_start|><|image_pad|><|vision_end|>{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def values(weight: Tensor) -> np.ndarray:
    return weight.detach().numpy()


def linear(name: str, layer: nn.Linear) -> list[tuple[str, np.ndarray]]:
    bias = [(f"{name}.bias", values(layer.bias))] if layer.bias is not None else []
    return [(f"{name}.weight", values(layer.weight)), *bias]


def block_tensors(block: Block, names: dict[str, str]) -> list[tuple[str, np.ndarray]]:
    norms = [(f"{names['norm1']}.weight", values(block.norm1.weight)), (f"{names['norm2']}.weight", values(block.norm2.weight))]
    layers = {"q": block.q, "k": block.k, "v": block.v, "out": block.out, "gate": block.feed.gate, "up": block.feed.up, "down": block.feed.down}
    return norms + [t for part, layer in layers.items() for t in linear(names[part], layer)]


def language_names(index: int) -> dict[str, str]:
    at = f"blk.{index}."
    return {"norm1": at + "attn_norm", "norm2": at + "ffn_norm", "out": at + "attn_output"} | {
        **{p: f"{at}attn_{p}" for p in "qkv"}, **{p: f"{at}ffn_{p}" for p in ("gate", "up", "down")}
    }


def vision_names(index: int) -> dict[str, str]:
    at = f"v.blk.{index}."
    return {"norm1": at + "ln1", "norm2": at + "ln2", "out": at + "attn_out"} | {
        **{p: f"{at}attn_{p}" for p in "qkv"}, **{p: f"{at}ffn_{p}" for p in ("gate", "up", "down")}
    }


def language_tensors(net: QwenVl) -> list[tuple[str, np.ndarray]]:
    """The weights themselves, not copies, by their names in `model.gguf`."""
    tensors = [("token_embd.weight", values(net.embedding.weight)), ("output_norm.weight", values(net.norm.weight))]
    return tensors + [t for index, block in enumerate(net.blocks) for t in block_tensors(block, language_names(index))]


def vision_tensors(net: QwenVl) -> list[tuple[str, np.ndarray]]:
    """The weights themselves, not copies, by their names in `mmproj.gguf`; those of the patches stand there halved."""
    vision = net.vision
    tensors = [("v.post_ln.weight", values(vision.norm.weight)), *linear("mm.0", vision.merge1), *linear("mm.2", vision.merge2)]
    return tensors + [t for index, block in enumerate(vision.blocks) for t in block_tensors(block, vision_names(index))]


def kind_of(token: str) -> int:
    if token in SPECIAL:
        return TOKEN_CONTROL
    return TOKEN_USER if token in USER else TOKEN_NORMAL


def write_language(net: QwenVl, path: Path) -> None:
    sizes, own = net.sizes, "qwen2vl"
    entries = [
        ("general.architecture", "str", own),
        ("general.name", "str", NAME),
        ("general.file_type", "u32", 0),
        (f"{own}.context_length", "u32", 512),
        (f"{own}.embedding_length", "u32", sizes.width),
        (f"{own}.block_count", "u32", sizes.layers),
        (f"{own}.feed_forward_length", "u32", sizes.feed),
        (f"{own}.attention.head_count", "u32", sizes.heads),
        (f"{own}.attention.head_count_kv", "u32", sizes.kv_heads),
        (f"{own}.attention.layer_norm_rms_epsilon", "f32", 1e-6),
        (f"{own}.rope.freq_base", "f32", sizes.theta),
        (f"{own}.rope.dimension_sections", "[i32]", [*sizes.sections, 0]),
        ("tokenizer.ggml.model", "str", "gpt2"),
        ("tokenizer.ggml.pre", "str", "qwen2"),
        ("tokenizer.ggml.tokens", "[str]", VOCABULARY),
        ("tokenizer.ggml.token_type", "[i32]", [kind_of(t) for t in VOCABULARY]),
        ("tokenizer.ggml.merges", "[str]", [f"{MERGED[0]} {MERGED[1]}"]),
        ("tokenizer.ggml.eos_token_id", "u32", END),
        ("tokenizer.ggml.padding_token_id", "u32", PAD),
        ("tokenizer.ggml.bos_token_id", "u32", PAD),
        ("tokenizer.ggml.add_bos_token", "bool", False),
        ("tokenizer.chat_template", "str", TEMPLATE),
    ]
    gguf.write(path, entries, language_tensors(net))


def write_vision(net: QwenVl, path: Path) -> None:
    sizes, own = net.sizes, "clip.vision"
    entries = [
        ("general.architecture", "str", "clip"),
        ("general.type", "str", "mmproj"),
        ("general.name", "str", NAME),
        ("general.file_type", "u32", 0),
        ("clip.has_vision_encoder", "bool", True),
        ("clip.projector_type", "str", "qwen2.5vl_merger"),
        ("clip.use_silu", "bool", True),
        (f"{own}.image_size", "u32", SIDE),
        (f"{own}.patch_size", "u32", FACTOR // 2),
        (f"{own}.embedding_length", "u32", sizes.vision_width),
        (f"{own}.feed_forward_length", "u32", sizes.vision_feed),
        (f"{own}.projection_dim", "u32", sizes.width),
        (f"{own}.attention.head_count", "u32", sizes.vision_heads),
        (f"{own}.attention.layer_norm_epsilon", "f32", 1e-6),
        (f"{own}.block_count", "u32", sizes.vision_layers),
        (f"{own}.n_wa_pattern", "u32", sizes.full_every),
        (f"{own}.image_mean", "[f32]", [float(v) for v in MEAN]),
        (f"{own}.image_std", "[f32]", [float(v) for v in STD]),
    ]
    half = values(net.vision.patch.weight) * 0.5  # the architecture sees an image as two equal frames
    gguf.write(path, entries, [(PATCH, half), (f"{PATCH}.1", half), *vision_tensors(net)])


def read_model(net: QwenVl, folder: Path) -> None:
    """Give `net` the weights of an exported model, to train on from there."""
    stored = {**gguf.read_tensors(folder / "model.gguf"), **gguf.read_tensors(folder / "mmproj.gguf")}
    for name, own in [*language_tensors(net), *vision_tensors(net)]:
        own[...] = stored[name]
    values(net.vision.patch.weight)[...] = 2 * stored[PATCH]


def load_run(run: Path) -> tuple[QwenVl, dict, dict]:
    """The averaged weights of a run, what it says of itself, and its state."""
    about = json.loads((run / "run.json").read_text())
    state = checkpoint.load(run / "checkpoint.pt")
    sizes = Sizes(**{**about["sizes"], "sections": tuple(about["sizes"]["sections"])})
    net = QwenVl(sizes, len(VOCABULARY)).eval()
    net.load_state_dict(state["ema"])
    return net, about, state


def file_entry(path: Path) -> dict:
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}


def manifest(out: Path, about: dict, state: dict, version: str) -> dict:
    return {
        "schemaVersion": 1,
        "name": NAME,
        "version": version,
        "architecture": "Qwen2.5-VL architecture, trained by Hairline, not Qwen2.5-VL-7B",
        "parameters": about["parameters"],
        "language": file_entry(out / "model.gguf"),
        "vision": file_entry(out / "mmproj.gguf"),
        "sidePx": SIDE,
        "labels": list(DEFECTS),
        "benignCauses": list(BENIGN),
        "none": NONE,
        "prompt": {"pair": before_image(PAIR), "alone": before_image(ALONE), "after": AFTER_IMAGE},
        "training": {
            **({"startedFrom": about["startedFrom"]} if "startedFrom" in about else {}),
            "steps": state["step"],
            "crops": state["step"] * about["batch"],
            "seed": about["seed"],
            "data": [{k: d[k] for k in ("name", "licence", "images", "crops", "holdout")} for d in about["data"]],
        },
    }


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m vlm.training.export", description=__doc__.splitlines()[0])
    parser.add_argument("--run", required=True, type=Path, help="folder of vlm.training.train")
    parser.add_argument("--out", required=True, type=Path, help="folder of the model, e.g. vlm/models/embedded")
    parser.add_argument("--version", default="1.0.0")
    return parser.parse_args()


def main() -> None:
    args = parse()
    torch.set_num_threads(1)
    net, about, state = load_run(args.run)
    args.out.mkdir(parents=True, exist_ok=True)
    write_language(net, args.out / "model.gguf")
    write_vision(net, args.out / "mmproj.gguf")
    made = manifest(args.out, about, state, args.version)
    (args.out / "manifest.json").write_text(json.dumps(made, indent=2) + "\n")
    print(f"{args.out}: {made['parameters']} parameters, step {state['step']}")


if __name__ == "__main__":
    main()
