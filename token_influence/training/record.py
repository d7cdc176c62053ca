"""The record of a training: each checkpoint's files, its losses and those of the baselines."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from token_influence.models.description import describe_model
from token_influence.models.loading import load_model
from token_influence.training.baselines import Bigram, Unigram
from token_influence.training.data import Material
from token_influence.training.losses import Predictor, baseline_loss, bits_per_byte, model_loss
from token_influence.training.run import Settings
from token_influence.training.tokenizer import bytes_of

Record = dict[str, Any]
BASELINES: dict[str, Callable[[np.ndarray, int], Predictor]] = {
    "unigram": Unigram,
    "bigram": Bigram,
}


def record(material: Material, settings: Settings, folder: Path) -> Record:
    """The record of a finished training whose checkpoints lie in `folder`.

    `learnt` and `held_out` (documents, characters, tokens by corpus); `baselines` (`{corpus:
    {baseline: losses}}`); `checkpoints`, for each `stepN`: `step`, `tokens_seen`, `epochs` over the
    text, `held_out` (losses by corpus), `facts` and `files`. Losses: `loss` in nats per token and
    `bits_per_byte`, over the same tokens for all.
    """
    byte_counts = bytes_of(material.tokenizer)
    fitted = {
        name: kind(material.sequences.ravel(), len(byte_counts)) for name, kind in BASELINES.items()
    }
    checkpoints = {}
    for step in settings.checkpoints:
        seen = step * settings.batch * settings.context
        checkpoints[f"step{step}"] = {
            "step": step,
            "tokens_seen": seen,
            "epochs": seen / material.sequences.size,
            **_checkpoint(folder / f"step{step}", material.judged, byte_counts),
        }
    return {
        "learnt": material.learnt,
        "held_out": material.held_out,
        "baselines": {
            corpus: {
                name: _losses(baseline_loss(predictor, sequences), sequences, byte_counts)
                for name, predictor in fitted.items()
            }
            for corpus, sequences in material.judged.items()
        },
        "checkpoints": checkpoints,
    }


def _checkpoint(
    folder: Path, judged: Mapping[str, np.ndarray], byte_counts: Sequence[int]
) -> Record:
    model = load_model(folder, device="cpu", attention="sdpa")
    losses = {
        corpus: _losses(model_loss(model, sequences), sequences, byte_counts)
        for corpus, sequences in judged.items()
    }
    facts = describe_model(folder)
    return {"files": facts.pop("files"), "facts": facts, "held_out": losses}


def _losses(loss: float, sequences: np.ndarray, byte_counts: Sequence[int]) -> Record:
    return {"loss": loss, "bits_per_byte": bits_per_byte(loss, sequences, byte_counts)}
