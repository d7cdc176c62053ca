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
from token_influence.influence.backward import Way, one_by_one, ways
from token_influence.influence.batches import Window, next_batch, read_windows
from token_influence.influence.objectives import Objective, Outputs, resolve
from token_influence.influence.recomputation import Tape, recomputing
from token_influence.influence.segments import can_continue, can_recompute, read, segment_ends

KEYS = ["window", "position", "objective", "distance"]


@dataclass(frozen=True)
class Measurement:
    """`influence`: a row per window, position, objective and distance 0..position, in that order.

    Columns `window` `position` `distance` int32, `objective` category, `influence` float32
    (float64 for a model in float64).
    `predictions`: one row per window and position; columns in `predictions.DTYPES`, then float32
    records of the objectives that were asked for.
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

    `windows` has the columns `window`, `token_ids` (T+1 ints) and `positions` (ints in 0..T−1);
    others are ignored. `bos_id`, where not None, is put before every window; it is never a source
    and shifts neither positions nor distances. `on_window` is called with each window's number as
    soon as it is measured. `batch_size` windows of one shape share a pass; results agree across
    batch sizes to rounding. `recompute` keeps the activations of one layer at a time, for windows too
    long for memory: equal numbers for about one forward pass more (`memory.plan` tells when). The model
    comes back as it was, also after an exception.

    Raises ModelError (not a causal language model, or weights that are not finite), WindowError (a
    window that does not fit the model), InfluenceError (an unknown objective, or a gradient that is
    not finite or zero at the predicting position, naming window and position).

    >>> from transformers import LlamaConfig, LlamaForCausalLM
    >>> config = LlamaConfig(
    ...     vocab_size=8, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
    ...     num_attention_heads=2,
    ... )
    >>> windows = pd.DataFrame({"window": [0], "token_ids": [[1, 2, 3, 4]], "positions": [[2]]})
    >>> found = measure(LlamaForCausalLM(config), windows, ["true_logit"], bos_id=None)
    >>> found.influence[["window", "position", "objective", "distance"]].values.tolist()
    [[0, 2, 'true_logit', 0], [0, 2, 'true_logit', 1], [0, 2, 'true_logit', 2]]
    >>> bool((found.influence["influence"] > 0).all())
    True
    """
    chosen = resolve(objectives)
    # A caller inside no_grad or inference_mode gets the same gradients.
    with untouched(model), torch.inference_mode(False), torch.enable_grad():
        check_model(model)
        todo = read_windows(windows, model, bos_id)
        several = any(len(segment_ends([window.positions.tolist()])) > 1 for window in todo)
        split, back = _way(model) if several else (False, one_by_one)
        if recompute and not can_recompute(model, split):
            raise ModelError(f"The layers of {type(model).__name__} can't be computed again.")
        parts = _Parts([objective.name for objective in chosen])
        with recomputing(model) if recompute else nullcontext() as tape:
            back = back if tape is None else tape.gradients
            while batch := next_batch(todo, batch_size):
                try:
                    results = list(_measure_batch(model, batch, chosen, bos_id, split, back, tape))
                except torch.OutOfMemoryError:
                    batch_size = _smaller(batch)
                    continue
                parts.add(batch, results)
                todo = todo[len(batch) :]
                for window in batch:
                    if on_window is not None:
                        on_window(window.number)
    return parts.measurement([name for objective in chosen for name in objective.records])


def _way(model: PreTrainedModel) -> tuple[bool, Way]:
    """Whether windows may be read in segments, and how gradients are found then."""
    for back in ways(model):
        if can_continue(model, back):
            return True, back
    return False, one_by_one


def _smaller(batch: list[Window]) -> int:
    """Half of a batch that was too large for the device; ModelError when it was one window."""
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


@dataclass(frozen=True)
class _Segment:
    """What was read of a batch up to some positions: embeddings [B, S', d], scores [B, P]."""

    embeddings: Tensor
    outputs: Outputs
    scores: dict[str, Tensor]
    records: dict[str, Tensor]

    def source(self, name: str, k: int) -> str:
        """The objective whose gradient at the k-th position serves `name`: mostly itself.

        Where the arg-max is the true token, both logits are one.
        """
        same = torch.equal(self.outputs.true_ids[:, k], self.outputs.predicted_ids[:, k])
        return "predicted_logit" if name in _LOGITS <= self.scores.keys() and same else name

    def each(self) -> list[tuple[str, int]]:
        """Every objective and position."""
        return [(name, k) for name, values in self.scores.items() for k in range(values.shape[1])]


_LOGITS = {"predicted_logit", "true_logit"}


def _measure_batch(
    model: PreTrainedModel,
    batch: list[Window],
    objectives: list[Objective],
    bos_id: int | None,
    split: bool,
    back: Way,
    tape: Tape | None,
) -> Iterator[Result]:
    """One forward pass, then one backward pass per objective and position.

    Yields, for each segment, the norms [B, P, S] by source for each objective, and the records
    [B, P] of the predictions at its positions.
    """
    segments = list(_read(model, batch, objectives, bos_id, split, tape))
    # Gradients by how many of the segments, and of which score.
    wanted = [
        (end, name, k)
        for end, segment in enumerate(segments, start=1)
        for name, k in segment.each()
        if segment.source(name, k) == name
    ]
    # Windows of a batch don't touch each other: the sum has each one's own gradient.
    scores = [(end, segments[end - 1].scores[name][:, k].sum()) for end, name, k in wanted]
    gradients = back(scores, [segment.embeddings for segment in segments])
    norms = dict(zip(wanted, map(_norms, gradients), strict=True))
    bos = int(bos_id is not None)
    for end, segment in enumerate(segments, start=1):
        columns: dict[str, list[Tensor]] = defaultdict(list)
        for name, k in segment.each():
            columns[name].append(norms[end, segment.source(name, k), k][:, bos:])
        yield {name: torch.stack(parts, dim=1) for name, parts in columns.items()}, segment.records


def _read(
    model: PreTrainedModel,
    batch: list[Window],
    objectives: list[Objective],
    bos_id: int | None,
    split: bool,
    tape: Tape | None,
) -> Iterator[_Segment]:
    """The segments of the batch, one unless windows may be `split`, and what is asked of each."""
    bos = [] if bos_id is None else [bos_id]
    ids = torch.tensor([bos + window.token_ids.tolist() for window in batch], device=model.device)
    positions = [window.positions.tolist() for window in batch]
    rows = torch.tensor(positions, device=model.device) + len(bos)
    ends = segment_ends(positions) if split else [len(positions[0])]
    pieces = rows.tensor_split(ends[:-1], dim=1)
    for here, (embeddings, logits, hidden) in zip(
        pieces, read(model, ids, pieces, tape), strict=True
    ):
        true_ids = ids.gather(1, here + 1)
        outputs = Outputs(logits, hidden, true_ids, predictions.predicted_ids(logits))
        records, scores = predictions.describe(outputs), {}
        for objective in objectives:
            scores[objective.name], extra = objective.function(outputs)
            records |= extra
        yield _Segment(embeddings, outputs, scores, records)


def _norms(gradient: Sequence[Tensor]) -> Tensor:
    """Norms [B, S] over the hidden axis of a gradient that comes in segments [B, S', d]."""
    precise = torch.promote_types(gradient[0].dtype, torch.float32)
    norms = [torch.linalg.vector_norm(part, dim=-1, dtype=precise) for part in gradient]
    return torch.cat(norms, dim=1)


class _Parts:
    """Collects the results of the batches; refuses what is not usable."""

    def __init__(self, objectives: list[str]):
        self.objectives = objectives
        self.influence: dict[str, list[np.ndarray]] = defaultdict(list)
        self.predictions: dict[str, list] = defaultdict(list)

    def add(self, batch: list[Window], results: list[Result]) -> None:
        """What `_measure_batch` gives for the segments of a batch."""
        positions = np.stack([window.positions for window in batch])
        for norms, records in results:
            here, positions = np.split(positions, [records["true_id"].shape[1]], axis=1)
            sources = {name: values.cpu().numpy() for name, values in norms.items()}
            for (b, k), position in np.ndenumerate(here):
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
        if not self.influence:
            raise InfluenceError("There is no window to measure.")
        influence = pd.DataFrame(
            {name: np.concatenate(parts) for name, parts in self.influence.items()}
        )
        names = pd.CategoricalDtype(self.objectives)
        influence["objective"] = pd.Categorical.from_codes(influence["objective"], dtype=names)
        influence = influence.sort_values(KEYS, ignore_index=True)
        return Measurement(influence, predictions.frame(self.predictions, records))
