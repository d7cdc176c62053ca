"""The rate of this machine: the engine on a few layers with a model's sizes, for a few seconds.

No checkpoint is needed: layers with random weights take as long as trained ones.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from transformers import AutoModelForCausalLM, LlamaConfig, PreTrainedModel

from token_influence.cost.operations import linear_weights, of_window
from token_influence.influence.access import untouched
from token_influence.influence.batches import read_windows
from token_influence.influence.measure import measure
from token_influence.influence.memory import PER_LOGIT, estimate_of

# Weights × tokens of the layers that are measured: so many that the overhead per window is small.
WORK = 1e10
# A small one, since a head as large as the model's would take most of the time beside so few layers.
VOCABULARY = 256
MOST_WINDOWS = 500


class _Enough(Exception):
    """Ends a calibration whose time is over."""


@dataclass(frozen=True)
class Rate:
    """Operations per second of processor time, and bytes beside the weights for one window."""

    operations: float
    memory: float


def few_layers(facts: Mapping[str, Any], length: int) -> int:
    """The number of layers that are measured in place of all."""
    wanted = round(WORK / length * facts["layers"] / linear_weights(facts))
    return max(min(wanted, facts["layers"]), 1)


def stack(facts: Mapping[str, Any], rows: int, layers: int) -> PreTrainedModel:
    """A model of random layers with the width, heads and weights per layer that `facts` give.

    rows: the longest window that it can read.
    """
    width = facts["width"]
    weights = linear_weights(facts) / facts["layers"]
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=facts["heads"],
        # Attention has 4 width² of a layer's weights; the others are three matrices in this model.
        intermediate_size=max(round((weights - 4 * width**2) / (3 * width)), 8),
        max_position_embeddings=rows,
        tie_word_embeddings=False,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    return model.eval().requires_grad_(False)


def calibrate(
    facts: Mapping[str, Any], length: int, positions: range, count: int, seconds: float
) -> Rate:
    """The rate of the engine on windows of `length` tokens with `count` of `positions` measured.

    Measures at least two windows, for about `seconds` of processor time, with torch's present number of
    threads. Processor time is the same on a busy machine.
    """
    spread = np.linspace(positions.start, positions.stop - 1, count).round().astype(int)
    layers = few_layers(facts, length)
    model = stack(facts, length, layers)
    tokens = np.arange(length + 1) % VOCABULARY
    windows = pd.DataFrame(
        {
            "window": range(MOST_WINDOWS),
            "token_ids": [tokens] * MOST_WINDOWS,
            "positions": [spread] * MOST_WINDOWS,
        }
    )
    ends: list[float] = []

    def note(_: int) -> None:
        ends.append(time.process_time())
        if len(ends) > 1 and ends[-1] - ends[0] >= seconds:
            raise _Enough

    with suppress(_Enough):
        measure(model, windows, ["true_logit"], bos_id=None, on_window=note)
    small = dict(facts) | {"layers": layers, "vocabulary": VOCABULARY, "tied": False}
    small["parameters"] = sum(parameter.numel() for parameter in model.parameters())
    # From the end of the first window on: without the trial of the model and a first slow window.
    per_window = (ends[-1] - ends[0]) / (len(ends) - 1)
    rate = of_window(small, spread.tolist()) / per_window
    return Rate(rate, _memory(facts, model, windows.head(1), length))


def _memory(
    facts: Mapping[str, Any], model: PreTrainedModel, window: pd.DataFrame, length: int
) -> float:
    """Bytes beside the weights for one window, for the model's number of layers and vocabulary.

    The memory grows linearly with the layers, so that of twice as many layers gives the slope.
    """
    layers = model.config.num_hidden_layers
    few = _needed(model, window)
    more = _needed(stack(facts, length, 2 * layers), window)
    logits = PER_LOGIT * len(window["positions"][0]) * (facts["vocabulary"] - VOCABULARY)
    return few + (more - few) / layers * (facts["layers"] - layers) + logits


def _needed(model: PreTrainedModel, window: pd.DataFrame) -> int:
    """Peak bytes beside the model for one window, where no layer is recomputed."""
    with untouched(model), torch.inference_mode(False), torch.enable_grad():
        return estimate_of(model, read_windows(window, model, None), None)[0].plain()
