"""The vocabulary: 256 bytes, the special tokens of Qwen2.5-VL, and whole chunks of the answer as user-defined tokens.

A byte-level tokenizer of the GPT-2 kind needs no merges then: an answer is twelve tokens, and any other text is bytes.
"""

from __future__ import annotations

from .terms import LABELS, PAIR, ALONE, SEVERITIES, SIDE, SYSTEM, VERDICTS

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>")
KEYS = ('{"verdict":"', '","bbox_2d":[', ',"label":"', '","severity":"', '"}')
ROLES = ("system", "user", "assistant", SYSTEM, PAIR, ALONE)
FOLLOWED = tuple(f"{n}," for n in range(SIDE + 1))  # a coordinate with its comma
LAST = tuple(f"{n}]" for n in range(SIDE + 1))  # the last one with its bracket: bare digits are bytes already


def byte_letters() -> list[str]:
    """The printable stand-in of each byte, as GPT-2 defines it."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters, spare = {b: chr(b) for b in plain}, 256
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(spare)
            spare += 1
    return [letters[b] for b in range(256)]


BYTES = byte_letters()
MERGED = BYTES[32] * 2  # the loader wants at least one merge; two spaces never stand in our texts
USER = (*KEYS, *VERDICTS, *LABELS, *SEVERITIES, *ROLES, *FOLLOWED, *LAST)
VOCABULARY = (*BYTES, MERGED, *SPECIAL, *USER)
ID = {text: index for index, text in enumerate(VOCABULARY)}
assert len(ID) == len(VOCABULARY), "a token stands twice"
END = ID["<|im_end|>"]
PAD = ID["<|endoftext|>"]
FIRST_FOLLOWED, FIRST_LAST = ID[FOLLOWED[0]], ID[LAST[0]]

_longest_first = sorted((*SPECIAL, *USER), key=len, reverse=True)


def encode(text: str) -> list[int]:
    """Longest chunk first, bytes for the rest: as llama.cpp does with user-defined tokens."""
    out: list[int] = []
    at = 0
    while at < len(text):
        chunk = next((c for c in _longest_first if text.startswith(c, at)), None)
        if chunk is None:
            out.extend(text[at].encode())
            at += 1
        else:
            out.append(ID[chunk])
            at += len(chunk)
    return out


def decode(ids: list[int]) -> str:
    """Text of tokens; special ones are left out."""
    raw = bytearray()
    for i in ids:
        if i < 256:
            raw.append(i)
        elif VOCABULARY[i] == MERGED:
            raw += b"  "
        elif VOCABULARY[i] not in SPECIAL:
            raw += VOCABULARY[i].encode()
    return raw.decode("utf8", "replace")
