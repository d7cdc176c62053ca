"""Mutated model files, one after another in one process: `python fuzz_models.py KIND COUNT SEED`.

Ends with an error for the first mutant that raises anything but the project's own error, takes more
than `SECONDS`, or asks for more than `BYTES` of memory beyond what the process has at its start. A
library could hang in compiled code, so the process ends itself then, and the parent reads why.
"""

import faulthandler
import json
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import torch
from tiny_models import build, save_tokenizer, write_gguf
from transformers.utils import logging

from token_influence.corpora.tokens import tokenise
from token_influence.errors import TokenInfluenceError
from token_influence.influence.access import check_model, untouched
from token_influence.models.gguf import convert_gguf
from token_influence.models.loading import load_model
from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer
from token_influence.models.vocabulary import check_vocabulary

SECONDS = 15
BYTES = 2_000_000_000
EDGES = [0, 1, 2, 7, 255, 2**15, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**63, 2**64 - 1]
ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    3,
    2**31,
    2**63,
    10**30,
    1e308,
    "",
    "x",
    "F32",
    [],
    [0],
    {},
    {"x": 1},
]


def mutate_bytes(draw: random.Random, content: bytes, end: int) -> bytes:
    """`content` with one or two changes within its first `end` bytes."""
    changed = bytearray(content)
    for _ in range(draw.choice([1, 1, 2])):
        at, width = draw.randrange(end), draw.choice([1, 2, 4, 8])
        match draw.randrange(5):
            case 0:
                changed[at] = draw.randrange(256)
            case 1:
                value = draw.choice(EDGES) % 256**width
                changed[at : at + width] = value.to_bytes(width, "little")
            case 2:
                del changed[at : at + draw.randrange(1, 64)]
            case 3:
                changed[at:at] = changed[at : at + draw.randrange(1, 64)]
            case 4:
                changed = changed[: draw.randrange(1, len(changed) + 1)]
        end = max(1, min(end, len(changed)))
    return bytes(changed)


def mutate_json(draw: random.Random, text: bytes) -> bytes:
    """The JSON in `text` with one value replaced, taken away or put elsewhere; or broken as text."""
    if draw.random() < 0.15:
        return mutate_bytes(draw, text, len(text))
    content = json.loads(text)
    places = list(_places(content))
    holder, key = draw.choice(places)
    match draw.randrange(4):
        case 0:
            del holder[key]
        case 1:
            other, name = draw.choice(places)
            holder[key] = json.loads(
                json.dumps(other.get(name) if isinstance(other, dict) else other)
            )
        case _:
            holder[key] = draw.choice(ODD)
    return json.dumps(content).encode()


def _places(content: Any):
    """(holder, key) of every value in lists and objects."""
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        yield content, key
        if isinstance(value, dict | list):
            yield from _places(value)


def use_checkpoint(folder: Path) -> None:
    model = load_model(folder, device="cpu")
    with untouched(model):
        check_model(model)


def use_tokenizer(folder: Path) -> None:
    tokenizer = load_tokenizer(folder)
    check_vocabulary(tokenizer, build("llama").config)
    begin_of_text_id(tokenizer)
    tokenise(pd.DataFrame({"document_id": ["d"], "text": ["a bad cab"]}), tokenizer)


def use_gguf(folder: Path) -> None:
    convert_gguf(folder / "m.gguf", folder / "out")


def mutate_file(draw: random.Random, file: Path) -> None:
    content = file.read_bytes()
    if file.suffix == ".json":
        file.write_bytes(mutate_json(draw, content))
    elif file.suffix == ".gguf":
        file.write_bytes(mutate_bytes(draw, content, content.index(b"blk.1.ffn")))
    else:
        length = int.from_bytes(content[:8], "little")
        if draw.random() < 0.3:
            file.write_bytes(mutate_bytes(draw, content, length + 8))
        else:
            header = mutate_json(draw, content[8 : 8 + length])
            file.write_bytes(len(header).to_bytes(8, "little") + header + content[8 + length :])


# kind: (files that are mutated, what is done with them)
KINDS: dict[str, tuple[list[str], Callable[[Path], None]]] = {
    "gguf": (["m.gguf"], use_gguf),
    "weights": (["model.safetensors", "model.safetensors.index.json"], use_checkpoint),
    "config": (["config.json"], use_checkpoint),
    "tokenizer": (["tokenizer.json", "tokenizer.json", "tokenizer_config.json"], use_tokenizer),
}


def prepare(folder: Path) -> None:
    """One folder with everything: a sharded index that names the one file, too."""
    build("llama").save_pretrained(folder)
    save_tokenizer(folder, prepend="<s>")
    write_gguf(build("llama"), folder / "m.gguf")
    with (folder / "model.safetensors").open("rb") as file:
        names = json.loads(file.read(int.from_bytes(file.read(8), "little"))).keys() - {
            "__metadata__"
        }
    index = {"metadata": {}, "weight_map": dict.fromkeys(sorted(names), "model.safetensors")}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def run(kind: str, count: int, seed: int) -> None:
    draw, (files, use) = random.Random(seed), KINDS[kind]
    refused, slowest = 0, 0.0
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole"
        whole.mkdir()
        prepare(whole)
        use(whole)
        limit = psutil.Process().memory_info().vms + BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        for number in range(count):
            folder = Path(place) / "mutant"
            shutil.copytree(whole, folder, ignore=shutil.ignore_patterns("out"))
            mutate_file(draw, folder / draw.choice(files))
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            begun = time.perf_counter()
            try:
                use(folder)
            except TokenInfluenceError as error:
                if "\n" in str(error) or "memory" in str(error):
                    raise RuntimeError(f"mutant {number} of {kind}, seed {seed}") from error
                refused += 1
            except BaseException as error:
                raise RuntimeError(f"mutant {number} of {kind}, seed {seed}") from error
            faulthandler.cancel_dump_traceback_later()
            slowest = max(slowest, time.perf_counter() - begun)
            shutil.rmtree(folder)
    print(f"{kind}, seed {seed}: {refused} of {count} refused, the slowest in {slowest:.1f} s")


if __name__ == "__main__":
    torch.set_num_threads(1)
    logging.disable_progress_bar()
    logging.set_verbosity(logging.CRITICAL)
    run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
