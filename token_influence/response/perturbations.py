"""Finite steps of one input embedding: how the score changes, and what the gradient predicts of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from transformers import PreTrainedModel

from token_influence.influence.access import untouched
from token_influence.response.continuing import Continuing
from token_influence.response.effects import divergences
from token_influence.response.exact import exact_copy
from token_influence.response.gradients import fisher_traces, score_gradient
from token_influence.response.predictions import Prediction
from token_influence.response.single import can_reuse_prefixes
from token_influence.seeds import stream

GRADIENT, RANDOM = "gradient", "random"
SMALL = 1e-3  # steps up to it are measured in float64: at far distances float32 rounds them away


@dataclass(frozen=True)
class Steps:
    """Which steps are made.

    distances: in tokens, ascending; epsilons: lengths, as shares of ‖x_j‖; directions: number of random
    ones beside the gradient; probes: of the trace of the Fisher information; seed: of what is drawn.
    """

    distances: Sequence[int]
    epsilons: Sequence[float]
    directions: int
    probes: int
    seed: int


def measure_perturbations(
    model: PreTrainedModel, predictions: Iterable[Prediction], steps: Steps
) -> pd.DataFrame:
    """The response of each prediction to all steps of the inputs at all distances.

    One row per window, position, distance, direction (`gradient`, `random`), draw and epsilon, with the
    columns `width` (d), `length` (‖x_j‖), `influence` (G, the gradient's length), `slope` (the
    gradient's component along the direction), `measured` (the change of the true token's logit),
    `divergence` (KL in nats) and `trace` (Hutchinson's estimate of tr F_j), float64.

    Steps up to `SMALL`, and the gradients beside them, are computed by a copy of the model in float64,
    on the CPU where the device has no float64. The model is left as it was.
    """
    exact = exact_copy(model) if min(steps.epsilons) <= SMALL else model
    with untouched(model), untouched(exact):
        cached = can_reuse_prefixes(model)
        tables = [_of_prediction(model, exact, one, steps, cached) for one in predictions]
    return pd.concat(tables, ignore_index=True)


def _of_prediction(
    model: PreTrainedModel,
    exact: PreTrainedModel,
    prediction: Prediction,
    steps: Steps,
    cached: bool,
) -> pd.DataFrame:
    sources = [prediction.position - r for r in steps.distances]
    first = prediction.row(sources[-1])
    embeddings = prediction.embeddings(exact)
    # One reader of each precision, whose cached prefix all passes continue.
    readers = {
        small: Continuing(of, embeddings, cached=cached)
        for small, of in ((True, exact), (False, model))
    }
    gradients = score_gradient(readers[True], first, prediction.target)
    probing = stream(steps.seed, "response probes", prediction.window, prediction.position)
    traces = fisher_traces(readers[False], first, steps.probes, probing)
    tables = []
    # From the farthest source on, so that the rows before it are read once.
    for distance, source in zip(reversed(steps.distances), reversed(sources), strict=True):
        row = prediction.row(source)
        x = embeddings[row].cpu().double()
        drawing = stream(
            steps.seed, "response directions", prediction.window, prediction.position, distance
        )
        moves, table = _steps(x, gradients[row - first], steps, drawing)
        small = table["epsilon"].to_numpy() <= SMALL
        for precise, of_precision in readers.items():
            rows = np.flatnonzero(small == precise)
            if len(rows):
                effects = _effects(of_precision, row, x, moves[rows], prediction.target)
                table.loc[rows, ["measured", "divergence"]] = effects
        tables.append(table.assign(trace=float(traces[row - first]), distance=np.int32(distance)))
    return pd.concat(tables[::-1]).assign(
        window=np.int32(prediction.window), position=np.int32(prediction.position)
    )


def _effects(reader: Continuing, row: int, x: Tensor, moves: Tensor, target: int) -> np.ndarray:
    """Change of the target's logit, and KL divergence, of each move [N, d] of x [d]: [N, 2]."""
    # The unchanged input is read in the same batch, so that both have the same rounding.
    logits = reader.logits(row, torch.cat([x[None], x + moves])[:, None])
    change = logits[1:, target] - logits[0, target]
    return torch.stack([change, divergences(logits[0], logits[1:])], dim=1).numpy()


def _steps(
    x: Tensor, gradient: Tensor, steps: Steps, generator: np.random.Generator
) -> tuple[Tensor, pd.DataFrame]:
    """The N steps of one input x [d], float64 [N, d], and their table."""
    drawn = torch.from_numpy(generator.standard_normal((steps.directions, len(x))))
    influence, length = float(gradient.norm()), float(x.norm())
    directions = torch.cat([gradient[None] / influence, drawn / drawn.norm(dim=1, keepdim=True)])
    number, sizes = len(directions), len(steps.epsilons)
    epsilons = torch.tensor(steps.epsilons, dtype=torch.float64)
    table = pd.DataFrame(
        {
            "direction": np.repeat([GRADIENT, *[RANDOM] * steps.directions], sizes),
            "draw": np.repeat([0, *range(steps.directions)], sizes).astype("int32"),
            "epsilon": np.tile(epsilons.numpy(), number),
            "width": np.int32(len(x)),
            "length": length,
            "influence": influence,
            "slope": np.repeat((directions @ gradient).numpy(), sizes),
            "measured": np.nan,
            "divergence": np.nan,
        }
    )
    moves = directions[:, None] * (epsilons * length)[:, None]
    return moves.flatten(0, 1), table
