"""Interventions on tokens: what a prediction loses when one token is replaced, blanked or moved."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from transformers import PreTrainedModel

from token_influence.influence.access import untouched
from token_influence.response.ablation import Input
from token_influence.response.continuing import Continuing
from token_influence.response.effects import divergences, log_probability_changes
from token_influence.response.gradients import score_gradient
from token_influence.response.predictions import Prediction
from token_influence.response.replacements import mean_embedding, token_embeddings
from token_influence.response.single import can_reuse_prefixes, read_single_changes
from token_influence.seeds import stream


@dataclass(frozen=True)
class Context:
    """One source of a prediction, as an intervention sees it.

    embeddings: of all inputs [S, d]; row: that of the source; mean: the mean embedding [1, d];
    replacing: the embedding [1, d] of another token, drawn from the corpus; earliest: the first row that
    may be moved.
    """

    embeddings: Tensor
    row: int
    earliest: int
    mean: Tensor
    replacing: Tensor


Intervention = Callable[[Context], Tensor | None]
"""The new rows [2, d] of the token before the source and of the source; None where it cannot be done."""


def _replaced(context: Context, new: Tensor) -> Tensor:
    """The two rows, of which the second is `new` [1, d]. The first is the last one's neighbour."""
    return torch.cat(
        [context.embeddings[max(context.row - 1, 0)][None], new.to(context.embeddings)]
    )


def _swapped(context: Context) -> Tensor | None:
    """Source and the token before it exchanged; the first token has none before it."""
    if context.row == context.earliest:
        return None
    return context.embeddings[[context.row, context.row - 1]]


INTERVENTIONS: dict[str, Intervention] = {
    "unigram": lambda context: _replaced(context, context.replacing),
    "zeros": lambda context: _replaced(context, torch.zeros_like(context.mean)),
    "mean": lambda context: _replaced(context, context.mean),
    "swap": _swapped,
}
"""What is done to a token, by name."""


def measure_interventions(
    model: PreTrainedModel,
    predictions: Iterable[Prediction],
    names: Sequence[str],
    distances: Sequence[int],
    tokens: np.ndarray,
    seed: int,
) -> pd.DataFrame:
    """The effect of each intervention on each prediction, at all distances.

    names: of `INTERVENTIONS`; distances: ascending, in tokens; tokens: int [N] of the corpus, one of
    which, other than the token itself, replaces it (drawn by `seed`).

    One row per window, position, distance and intervention, with the columns `log_p` (the change of the
    true token's log-probability) and `divergence` (KL), in nats, float64. The first token has no swap.
    The model is left as it was.
    """
    with untouched(model):
        cached, mean = can_reuse_prefixes(model), mean_embedding(model)
        rows: list[dict[str, object]] = []
        for one in predictions:
            embeddings = one.embeddings(model)
            reader = Continuing(model, embeddings, cached=cached)
            for distance in reversed(distances):
                source = one.position - distance
                generator = stream(seed, "response tokens", one.window, one.position, distance)
                token = _other(tokens, int(one.token_ids[source]), generator)
                context = Context(
                    embeddings, one.row(source), one.row(0), mean, token_embeddings(model, [token])
                )
                keys = {"window": one.window, "position": one.position, "distance": distance}
                rows += [keys | effect for effect in _effects(reader, one, context, names)]
    return _table(rows)


def _effects(
    reader: Continuing, prediction: Prediction, context: Context, names: Sequence[str]
) -> list[dict[str, object]]:
    """The effects of all interventions at one source, which are read together."""
    found = {name: INTERVENTIONS[name](context) for name in names}
    changed = {name: rows for name, rows in found.items() if rows is not None}
    begin = max(context.row - 1, 0)
    plain = context.embeddings[begin : context.row + 1]
    rows = torch.stack([plain, *(new[-len(plain) :] for new in changed.values())])
    logits = reader.logits(begin, rows)
    log_p = log_probability_changes(logits[0], logits[1:], prediction.target)
    kl = divergences(logits[0], logits[1:])
    return [
        {"intervention": name, "log_p": float(log_p[k]), "divergence": float(kl[k])}
        for k, name in enumerate(changed)
    ]


def _other(tokens: np.ndarray, own: int, generator: np.random.Generator) -> int:
    """A token of the corpus that is not `own`."""
    others = tokens[tokens != own]
    return int(generator.choice(others if len(others) else tokens))


def measure_every_source(model: PreTrainedModel, predictions: Iterable[Prediction]) -> pd.DataFrame:
    """The effect of zeros at each source of each prediction, beside the source's influence.

    One row per window, position and distance, with the columns `influence` (G of the true token's
    logit), `log_p` and `divergence` as in `measure_interventions`. The model is left as it was.
    """
    with untouched(model):
        cached = can_reuse_prefixes(model)
        rows: list[dict[str, object]] = []
        for one in predictions:
            reader = Continuing(model, one.embeddings(model), cached=cached)
            plain = reader.logits(reader.embeddings.shape[0] - 1, reader.embeddings[None, -1:])[0]
            gradient = score_gradient(
                Continuing(model, reader.embeddings, cached=False), one.row(0), one.target
            )
            influence = gradient.norm(dim=1)

            def effect(source: int, logs: Tensor, one=one, plain=plain, influence=influence):
                changed = logs.double()[None]
                return {
                    "window": one.window,
                    "position": one.position,
                    "distance": one.position - source,
                    "influence": float(influence[source]),
                    "log_p": float(log_probability_changes(plain, changed, one.target)[0]),
                    "divergence": float(divergences(plain, changed)[0]),
                }

            reading = Input(one.token_ids.tolist(), one.position)
            rows += read_single_changes(
                model, reading, None, effect, bos_id=one.bos_id, cached=cached
            )
    return _table(rows)


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype({"window": "int32", "position": "int32", "distance": "int32"})
