"""The influence of earlier input embeddings on a prediction: G(i, j) = ‖∂s_i / ∂x_j‖₂, exactly.

Definitions, method and tolerances: docs/engine.md (after arXiv 2606.29139 and 2601.16407).
"""

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from transformers import PreTrainedModel

from token_influence.errors import InfluenceError, ModelError
from token_influence.influence import predictions
from token_influence.influence.access import check_model, untouched
from token_influence.influence.backward import GradientMethod, methods, one_by_one
from token_influence.influence.batches import Window, next_batch, read_windows
from token_influence.influence.objectives import Objective, Outputs, resolve
from token_influence.influence.recomputation import Tape, recomputing
from token_influence.influence.segments import can_continue, can_recompute, read, segment_ends

KEYS = ["window", "position", "objective", "distance"]


@dataclass(frozen=True)
class Measurement:
    """The tables of a measurement.

    influence: one row per window, position, objective and distance 0..position, in that order, with the
        columns `window`, `position`, `distance` (int32), `objective` (category) and `influence`
        (float32, or float64 for a model in float64).
    predictions: one row per window and position, with the columns in `predictions.DTYPES` and then the
        records of the measured objectives (float32).
    """

    influence: pd.DataFrame
    predictions: pd.DataFrame


def measure(
    model: PreTrainedModel,
    windows: pd.DataFrame,
    objectives: Sequence[str],
    *,
    bos_id: int | None,
    on_window: Callable[[int], None] | None = None,
    batch_size: int = 1,
    recompute: bool = False,
) -> Measurement:
    """Influence of every source j ≤ i on the predictions at the positions i that `windows` names.

    windows: the columns `window`, `token_ids` (T+1 ints) and `positions` (ints in 0..T−1); others are
        ignored.
    objectives: names in `objectives.OBJECTIVES`.
    bos_id: a begin-of-text token that is put before every window, if any; it is never a source, and
        shifts neither positions nor distances.
    on_window: called with the number of each window as soon as it is measured.
    batch_size: so many windows of one shape are read at once; it changes results by rounding alone.
    recompute: keep the activations of one layer at a time, for windows that are too long for the
        memory; the same numbers for about one more forward pass (`memory.plan` says when to do so).

    The model is left as it was, also after an exception. Raises ModelError (not a causal language model,
    or weights that are not finite), WindowError (a window that does not fit the model) and
    InfluenceError (an unknown objective, or a gradient that is not finite, or zero at the predicting
    position; window and position are named).

    >>> from transformers import LlamaConfig, LlamaForCausalLM
    >>> config = LlamaConfig(
    ...     vocab_size=8, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
    ...     num_attention_heads=2,
    ... )
    >>> windows = pd.DataFrame({"window": [0], "token_ids": [[1, 2, 3, 4]], "positions": [[2]]})
    >>> measured = measure(LlamaForCausalLM(config), windows, ["true_logit"], bos_id=None)
    >>> measured.influence[["window", "position", "objective", "distance"]].values.tolist()
    [[0, 2, 'true_logit', 0], [0, 2, 'true_logit', 1], [0, 2, 'true_logit', 2]]
    >>> bool((measured.influence["influence"] > 0).all())
    True
    """
    chosen = resolve(objectives)
    # The caller may be inside no_grad or inference_mode.
    with untouched(model), torch.inference_mode(False), torch.enable_grad():
        check_model(model)
        todo = read_windows(windows, model, bos_id)
        several = any(len(segment_ends([window.positions.tolist()])) > 1 for window in todo)
        split, gradients = _gradient_method(model) if several else (False, one_by_one)
        if recompute and not can_recompute(model, split):
            raise ModelError(f"The layers of {type(model).__name__} cannot be recomputed.")
        collected = _Collected([objective.name for objective in chosen])
        with recomputing(model) if recompute else nullcontext() as tape:
            if tape is not None:
                gradients = tape.gradients
            engine = _Engine(model, chosen, bos_id, split, tape, gradients)
            while batch := next_batch(todo, batch_size):
                try:
                    results = list(engine.measure(batch))
                except torch.OutOfMemoryError:
                    batch_size = _smaller_size(batch)
                    continue
                collected.add(batch, results)
                todo = todo[len(batch) :]
                for window in batch:
                    if on_window is not None:
                        on_window(window.number)
    return collected.measurement([name for objective in chosen for name in objective.records])


def _gradient_method(model: PreTrainedModel) -> tuple[bool, GradientMethod]:
    """Whether windows may be read in segments, and the method for the gradients then."""
    for method in methods(model):
        if can_continue(model, method):
            return True, method
    return False, one_by_one


def _smaller_size(batch: list[Window]) -> int:
    """Half the size of a batch that was too large for the device; ModelError for a single window."""
    if len(batch) == 1:
        raise ModelError(
            f"The device's memory is too small for one window of {batch[0].inputs} tokens."
        )
    torch.cuda.empty_cache()
    half = len(batch) // 2
    warnings.warn(
        f"Out of memory with {len(batch)} windows at once; going on with {half}.", stacklevel=3
    )
    return half


Result = tuple[dict[str, Tensor], dict[str, Tensor]]
"""Of one segment: norms [B, P, S] of each objective by source, and records [B, P] of predictions."""


@dataclass(frozen=True)
class _Segment:
    """One segment of a batch: its embeddings [B, S', d], and scores and records [B, P].

    right: of each position, whether the predicted token is the true one in all windows; read from the
    device in one piece, since a GPU would wait at each position otherwise. Empty where one of the
    logits is not measured.
    """

    embeddings: Tensor
    scores: dict[str, Tensor]
    records: dict[str, Tensor]
    right: list[bool]

    def differentiated(self, name: str, k: int) -> str:
        """The objective whose gradient at the k-th position is that of `name`: usually itself.

        Where the predicted token is the true one, both logits are the same number.
        """
        return "predicted_logit" if name in _LOGITS and self.right and self.right[k] else name

    def pairs(self) -> list[tuple[str, int]]:
        """Every pair of an objective and the index of a position."""
        return [(name, k) for name, values in self.scores.items() for k in range(values.shape[1])]


_LOGITS = {"predicted_logit", "true_logit"}


@dataclass(frozen=True)
class _Engine:
    """Measures batches: one forward pass each, then a backward pass per objective and position.

    split: whether windows are read in segments; gradients: the method for them; tape: for recomputation.
    """

    model: PreTrainedModel
    objectives: list[Objective]
    bos_id: int | None
    split: bool
    tape: Tape | None
    gradients: GradientMethod

    def measure(self, batch: list[Window]) -> Iterator[Result]:
        """The results of each segment of a batch."""
        segments = list(self._read(batch))
        # The gradients to compute: by how many of the segments, of which objective and position.
        wanted = [
            (end, name, k)
            for end, segment in enumerate(segments, start=1)
            for name, k in segment.pairs()
            if segment.differentiated(name, k) == name
        ]
        # Windows of a batch are independent, so the gradient of the sum holds that of each window.
        scores = [(end, segments[end - 1].scores[name][:, k].sum()) for end, name, k in wanted]
        gradients = self._method(segments)(scores, [segment.embeddings for segment in segments])
        norms = dict(zip(wanted, map(_norms, gradients), strict=True))
        bos = int(self.bos_id is not None)
        for end, segment in enumerate(segments, start=1):
            columns: dict[str, list[Tensor]] = defaultdict(list)
            for name, k in segment.pairs():
                columns[name].append(norms[end, segment.differentiated(name, k), k][:, bos:])
            stacked = {name: torch.stack(column, dim=1) for name, column in columns.items()}
            yield stacked, segment.records

    def _method(self, segments: list[_Segment]) -> GradientMethod:
        """The method for a batch: it depends on no other batch, so that parts give the same bits."""
        return self.gradients if len(segments) > 1 or self.tape is not None else one_by_one

    def _read(self, batch: list[Window]) -> Iterator[_Segment]:
        """The segments of the batch, a single one unless windows are `split`."""
        bos = [] if self.bos_id is None else [self.bos_id]
        device = self.model.device
        ids = torch.tensor([bos + window.token_ids.tolist() for window in batch], device=device)
        positions = [window.positions.tolist() for window in batch]
        rows = torch.tensor(positions, device=device) + len(bos)
        ends = segment_ends(positions) if self.split else [len(positions[0])]
        by_segment = rows.tensor_split(ends[:-1], dim=1)
        outputs = read(self.model, ids, by_segment, self.tape)
        for segment_rows, (embeddings, logits, hidden) in zip(by_segment, outputs, strict=True):
            true_ids = ids.gather(1, segment_rows + 1)
            yield self._scored(
                embeddings,
                Outputs(logits, hidden, true_ids, predictions.predicted_ids(logits)),
            )

    def _scored(self, embeddings: Tensor, outputs: Outputs) -> _Segment:
        """A segment with the scores of all objectives and the records of its predictions."""
        records, scores = predictions.describe(outputs), {}
        for objective in self.objectives:
            scores[objective.name], own_records = objective.function(outputs)
            records |= own_records
        right = []
        if scores.keys() >= _LOGITS:
            right = (outputs.true_ids == outputs.predicted_ids).all(dim=0).tolist()
        return _Segment(embeddings, scores, records, right)


def _norms(gradient: Sequence[Tensor]) -> Tensor:
    """Norms [B, S] over the hidden axis, of a gradient in segments [B, S', d]."""
    precise = torch.promote_types(gradient[0].dtype, torch.float32)
    norms = [torch.linalg.vector_norm(segment, dim=-1, dtype=precise) for segment in gradient]
    return torch.cat(norms, dim=1)


class _Collected:
    """The results of all batches so far; refuses values that are not usable."""

    def __init__(self, objectives: list[str]):
        self.objectives = objectives
        self.influence: dict[str, list[np.ndarray]] = defaultdict(list)
        self.predictions: dict[str, list] = defaultdict(list)

    def add(self, batch: list[Window], results: list[Result]) -> None:
        """Add the results of the segments of a batch."""
        positions = np.stack([window.positions for window in batch])
        for norms, records in results:
            measured, positions = np.split(positions, [records["true_id"].shape[1]], axis=1)
            sources = {name: values.cpu().numpy() for name, values in norms.items()}
            for (b, k), position in np.ndenumerate(measured):
                self.predictions["window"].append(batch[b].number)
                self.predictions["position"].append(position)
                for name in self.objectives:
                    self._add_profile(batch[b].number, int(position), name, sources[name][b, k])
            for name, values in records.items():
                self.predictions[name].extend(values.detach().flatten().tolist())

    def _add_profile(self, window: int, position: int, name: str, sources: np.ndarray) -> None:
        profile = sources[: position + 1][::-1]
        where = f"window {window}, position {position}, objective {name}"
        if not np.isfinite(profile).all():
            raise InfluenceError(f"The gradient is not finite at {where}.")
        if not profile[0] > 0:
            raise InfluenceError(f"The influence of the predicting position is zero at {where}.")
        size = len(profile)
        self.influence["window"].append(np.full(size, window, dtype=np.int32))
        self.influence["position"].append(np.full(size, position, dtype=np.int32))
        code = self.objectives.index(name)
        self.influence["objective"].append(np.full(size, code, dtype=np.int8))
        self.influence["distance"].append(np.arange(size, dtype=np.int32))
        self.influence["influence"].append(profile)

    def measurement(self, records: list[str]) -> Measurement:
        """The tables of all results; records: the names of the objectives' records."""
        if not self.influence:
            raise InfluenceError("There is no window to measure.")
        influence = pd.DataFrame(
            {name: np.concatenate(arrays) for name, arrays in self.influence.items()}
        )
        names = pd.CategoricalDtype(self.objectives)
        influence["objective"] = pd.Categorical.from_codes(influence["objective"], dtype=names)
        influence = influence.sort_values(KEYS, ignore_index=True)
        return Measurement(influence, predictions.frame(self.predictions, records))
