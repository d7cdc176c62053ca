"""What this machine does in a few seconds: the engine on a few layers of a model's shape.

No checkpoint is needed: layers of random weights take as long as trained ones.
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
from token_influence.influence.measure import measure
from token_influence.influence.memory import PER_LOGIT, needed_without_recomputation

# Layers of so many weights × tokens together: beside their work, what a window takes itself is little.
WORK = 1e10
VOCABULARY = 256  # a head as large as the model's would be most of so few layers


MOST_WINDOWS = 500


class _Enough(Exception):
    """The calibration's time is over."""


@dataclass(frozen=True)
class Rate:
    """Operations per processor second of one thread, and bytes above the weights for one window."""

    operations: float
    memory: float


def few_layers(facts: Mapping[str, Any], length: int) -> int:
    """How many layers stand for the model's."""
    wanted = round(WORK / length * facts["layers"] / linear_weights(facts))
    return max(min(wanted, facts["layers"]), 1)


def stack(facts: Mapping[str, Any], rows: int, layers: int) -> PreTrainedModel:
    """`layers` random layers with the model's width, heads and number of weights per layer."""
    width = facts["width"]
    weights = linear_weights(facts) / facts["layers"]
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=facts["heads"],
        # Attention takes 4 width² of a layer's weights, the rest is three matrices here.
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
    """Rate of the engine on windows of `length` tokens, of which `count` positions are measured.

    Measures windows for about `seconds` of processor time, at least two, with the number of threads
    that torch is set to; processor time, so that a busy machine tells the same.
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
    # Between the windows' ends: the trial of the model and the first window, which warms up, are out.
    each = (ends[-1] - ends[0]) / (len(ends) - 1)
    rate = of_window(small, spread.tolist()) / each
    return Rate(rate, _memory(facts, model, windows.head(1), length))


def _memory(
    facts: Mapping[str, Any], model: PreTrainedModel, window: pd.DataFrame, length: int
) -> float:
    """Bytes above the weights for one window, at the model's number of layers and vocabulary."""
    layers = model.config.num_hidden_layers
    few = needed_without_recomputation(model, window)
    more = needed_without_recomputation(stack(facts, length, 2 * layers), window)
    logits = PER_LOGIT * len(window["positions"][0]) * (facts["vocabulary"] - VOCABULARY)
    return few + (more - few) / layers * (facts["layers"] - layers) + logits
