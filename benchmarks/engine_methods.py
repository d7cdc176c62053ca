"""Ways to the same profiles: ours, plain autograd, attribution libraries (extra `bench`)."""

import argparse
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from engine_models import model_of, tokenizer_of, windows
from transformers import PreTrainedModel

from token_influence.influence.measure import measure

# Windows in, a profile by distance per window and position out.
Run = Callable[[pd.DataFrame], list[np.ndarray]]
Make = Callable[[PreTrainedModel, Any], Run | None]


def ours(recompute: bool = False) -> Make:
    """The engine of this project."""

    def make(model: PreTrainedModel, _: Any) -> Run:
        def run(frame: pd.DataFrame) -> list[np.ndarray]:
            found = measure(model, frame, ["true_logit"], bos_id=None, recompute=recompute)
            each = found.influence.groupby(["window", "position"]).influence
            return [group.to_numpy() for _, group in each]

        return run

    return make


def predictions(frame: pd.DataFrame) -> Iterator[tuple[list[int], int]]:
    """The token ids of its window and the position of each prediction."""
    for token_ids, positions in zip(frame.token_ids, frame.positions, strict=True):
        yield from ((token_ids, position) for position in positions)


def each_prediction(model: PreTrainedModel, gradient: Callable, prefix: bool) -> Run:
    """One call of `gradient(embeddings, position, target)` per prediction, as a user would."""

    def run(frame: pd.DataFrame) -> list[np.ndarray]:
        profiles = []
        for token_ids, position in predictions(frame):
            ids = token_ids[: position + 1] if prefix else token_ids[:-1]
            embeddings = model.get_input_embeddings()(torch.tensor([ids], device=model.device))
            embeddings = embeddings.detach().requires_grad_()
            found = gradient(embeddings, position, token_ids[position + 1])
            norms = found[0, : position + 1].float().norm(dim=-1)
            profiles.append(norms.flip(0).cpu().numpy())
        return profiles

    return run


def plain(prefix: bool) -> Make:
    """One backward pass per prediction through `model(...).logits`."""

    def make(model: PreTrainedModel, _: Any) -> Run:
        def gradient(embeddings: torch.Tensor, position: int, target: int) -> torch.Tensor:
            score = model(inputs_embeds=embeddings, use_cache=False).logits[0, position, target]
            return torch.autograd.grad(score, embeddings)[0]

        return each_prediction(model, gradient, prefix)

    return make


def captum(prefix: bool) -> Make:
    """`captum.attr.Saliency` on the input embeddings."""

    def make(model: PreTrainedModel, _: Any) -> Run | None:
        if find_spec("captum") is None:
            return None
        from captum.attr import Saliency

        def gradient(embeddings: torch.Tensor, position: int, target: int) -> torch.Tensor:
            def forward(inputs: torch.Tensor) -> torch.Tensor:
                return model(inputs_embeds=inputs, use_cache=False).logits[:, position]

            return Saliency(forward).attribute(embeddings, target=target, abs=False)

        return each_prediction(model, gradient, prefix)

    return make


def inseq(model: PreTrainedModel, tokenizer: Any) -> Run | None:
    """`inseq` saliency of the logit, a prefix and one more token at a time (it knows no other way).

    It reads text and tokenises it itself. Where the text of the tokens comes back as other tokens (as
    that of random ones does), it measures another input, and nothing can be compared: ValueError.
    """
    if find_spec("inseq") is None or tokenizer is None:
        return None
    import inseq as library

    attribution = library.load_model(model, "saliency", tokenizer=tokenizer)

    def run(frame: pd.DataFrame) -> list[np.ndarray]:
        profiles = []
        for token_ids, position in predictions(frame):
            ids = token_ids[: position + 2]
            texts = [tokenizer.decode(ids[:-1]), tokenizer.decode(ids)]
            if [tokenizer(text)["input_ids"] for text in texts] != [ids[:-1], ids]:
                raise ValueError(f"The text up to position {position} comes back as other tokens.")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = attribution.attribute(
                    input_texts=texts[0],
                    generated_texts=texts[1],
                    attributed_fn="logit",
                    show_progress=False,
                )
            scores = found.sequence_attributions[0].target_attributions[: position + 1, 0]
            profiles.append(scores.float().norm(dim=-1).flip(0).numpy())
        return profiles

    return run


METHODS: dict[str, Make] = {
    "ours": ours(),
    "ours, layers recomputed": ours(recompute=True),
    "plain, whole window": plain(prefix=False),
    "plain, prefix": plain(prefix=True),
    "captum, whole window": captum(prefix=False),
    "captum, prefix": captum(prefix=True),
    "inseq, prefix": inseq,
}

_CHILD = """
import sys
sys.path[:0] = {path!r}
from engine_methods import child
child({name!r}, {dtype!r}, {arguments!r})
"""


def peak_memory(name: str, dtype: str, arguments: argparse.Namespace) -> float:
    """Megabytes above the loaded model that one window takes, in a process of its own."""
    code = _CHILD.format(path=sys.path, name=name, dtype=dtype, arguments=vars(arguments))
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8"
    )
    return float(done.stdout.split()[-1])


def child(name: str, dtype: str, values: dict) -> None:
    """Print the growth of this process's peak while `name` measures one window."""
    arguments = argparse.Namespace(**values)
    torch.set_num_threads(arguments.threads)
    model, tokenizer = model_of(arguments, dtype), tokenizer_of(arguments)
    run = METHODS[name](model, tokenizer)
    assert run is not None
    run(windows(tokenizer, 1, 16, 2))  # libraries and buffers that are there once
    before = peak(model, reset=True)
    run(windows(tokenizer, 1, arguments.length, arguments.positions))
    print((peak(model) - before) / 1e6)


def peak(model: PreTrainedModel, reset: bool = False) -> int:
    """The most bytes so far, or, with `reset`, those held now, from where the peak counts anew.

    Of the device where there is one, else of the process as Linux keeps it.
    """
    if model.device.type == "cuda":
        if reset:
            torch.cuda.reset_peak_memory_stats(model.device)
        return torch.cuda.max_memory_allocated(model.device)
    if reset:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    # Not getrusage: its peak begins with that of the process which started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024
