"""How much memory a measurement needs, estimated before it runs, and how to make it fit."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import psutil
import torch
from torch import Tensor
from transformers import PreTrainedModel

from token_influence.influence.access import check_model, untouched
from token_influence.influence.backward import GRADIENTS_PER_PASS, batched, methods
from token_influence.influence.batches import Window, read_windows
from token_influence.influence.recomputation import Tape, recomputing
from token_influence.influence.segments import can_continue, can_recompute, read, segment_ends
from token_influence.models.configuration import context_length

# Activations are counted on windows of so many rows and of half as many, to get a·rows + b·rows².
SAMPLE = 64
# A backward pass works on one layer at a time; its gradients and intermediate results take as much
# memory as the activations of so many layers.
WORKING_LAYERS = 3
# Bytes per logit: for itself, its gradient, and the statistics in float64.
PER_LOGIT = 48
# The share of a GPU's memory to fill; fragmentation and libraries take some of the rest.
FILL = 0.8
LARGEST_BATCH = 256
# From this size in bytes on, glibc maps a separate block, which it returns to the system as a whole.
MAPPED = 32 * 2**20


@dataclass(frozen=True)
class Plan:
    """How to call `measure`; peak memory beside the loaded model and available memory, in bytes."""

    batch_size: int
    recompute: bool
    needed: int
    available: int

    def __str__(self) -> str:
        method = f"batches of {self.batch_size}" + (", layers recomputed" if self.recompute else "")
        need = f"about {self.needed / 1e9:.2f} GB above the model, {method}"
        warning = "" if self.needed <= self.available else ", which may be too little"
        return f"{need}; {self.available / 1e9:.2f} GB are available{warning}"


def plan(
    model: PreTrainedModel, windows: pd.DataFrame, *, bos_id: int | None, limit: int | None = None
) -> Plan:
    """How to measure `windows` (as for `measure`) in the available memory.

    limit: the most that this process may hold in all, in bytes (on the CPU, where free memory is a limit
    too). Layers are recomputed only where the largest window does not fit otherwise. A GPU gets
    as many windows at once as fit; a CPU gets one, since more would not be faster.

    Raises what `measure` raises for a model or a window that cannot be measured.
    """
    with untouched(model), torch.inference_mode(False), torch.enable_grad():
        check_model(model)
        todo = read_windows(windows, model, bos_id)
        estimate, split = estimate_of(model, todo, bos_id)
        room = available(model.device, limit)
        needed, recompute = estimate.plain(), False
        if needed > room and can_recompute(model, split):
            needed, recompute = estimate.recomputed(), True
    fitting = int(FILL * room / needed)
    batch = _batch_size(fitting, len(todo)) if model.device.type == "cuda" else 1
    return Plan(batch, recompute, batch * needed, room)


def estimate_of(
    model: PreTrainedModel, todo: Sequence[Window], bos_id: int | None
) -> tuple["_Estimate", bool]:
    """The need of the largest window, and whether it is read in several segments."""
    largest = max(todo, key=lambda window: window.positions.max())
    ends = segment_ends([largest.positions.tolist()])
    # On a GPU several windows share a batch; their positions differ, so they rarely share segments.
    split = len(ends) > 1 and model.device.type != "cuda" and can_continue(model)
    return _Estimate(model, largest, ends if split else ends[-1:], bos_id), split


def _batch_size(fitting: int, windows: int) -> int:
    """A power of two, so that slightly more or less free memory gives equal bits."""
    return 1 << (max(min(fitting, windows, LARGEST_BATCH), 1).bit_length() - 1)


def available(device: torch.device, limit: int | None = None) -> int:
    """Free bytes on `device`; on the CPU within the limits of the container and of this process."""
    if device.type == "cuda":
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return torch.cuda.mem_get_info(device)[0] + unused
    free = [psutil.virtual_memory().available, *_free_in_container()]
    if limit is not None:
        free.append(limit - psutil.Process().memory_info().rss)
    return max(min(free), 0)


def _free_in_container() -> list[int]:
    """Free bytes within the limit of the control group (cgroup v2); empty where there is none."""
    folder = Path("/sys/fs/cgroup")
    try:
        limit = int((folder / "memory.max").read_text())  # "max" where there is no limit
        held = int((folder / "memory.current").read_text())
        stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return []
    # Cached files count as held, but they can be dropped.
    return [limit - held + int(stat.get("inactive_file", 0))]


class _Estimate:
    """Peak bytes beside the model for one window, extrapolated from short windows."""

    def __init__(self, model: PreTrainedModel, window: Window, ends: list[int], bos_id: int | None):
        self.model = model
        self.stops = [int(window.positions[end - 1]) + 1 + (bos_id is not None) for end in ends]
        self.count = len(window.positions)
        text = model.config.get_text_config()
        self.layers = text.num_hidden_layers
        self.logits = self.count * PER_LOGIT * text.vocab_size
        self.activations = self._extrapolate(self._activations)

    def plain(self) -> int:
        """All activations of the window, the work of a backward pass on one layer, and the holes.

        Gradients that share a pass do all their work in the holes, where it finds room there (measured).
        """
        kept, holes = sum(self.activations), self._holes()
        work = kept * WORKING_LAYERS / self.layers
        several = batched in methods(self.model) and len(self.stops) > 1
        beside = max(GRADIENTS_PER_PASS * work, holes) if several else work + holes
        return round(kept + beside) + self.logits

    def recomputed(self) -> int:
        """The inputs of all layers, one layer's activations and work, and gradients between layers."""
        width = self.model.get_input_embeddings().get_parameter("weight").shape[1]
        gradients = 2 * self.count * self.stops[-1] * width * self.model.dtype.itemsize
        layer = sum(self.activations) * (1 + WORKING_LAYERS) / self.layers
        inputs = sum(self._extrapolate(self._inputs))
        return round(inputs + layer + self._holes() / 2) + gradients + self.logits

    def _holes(self) -> float:
        """Memory that the C library cannot reuse: about one large tensor per layer and segment.

        Small tensors that are kept lie in the holes that large ones leave. Mapped blocks leave no holes.
        """
        if self.model.device.type != "cpu":
            return 0
        unmapped = sorted((size for size in self.activations if size < MAPPED), reverse=True)
        return sum(unmapped[: self.layers * len(self.stops)])

    def _extrapolate(self, sizes: Callable[[int], list[int]]) -> list[float]:
        """The sizes of all tensors for the whole window; `sizes(rows)` gives those for `rows` rows."""
        rows = self.stops[-1]
        more = min(SAMPLE, context_length(self.model.config) or SAMPLE)
        few = more // 2
        extrapolated = []
        for small, large in zip(sizes(few), sizes(more), strict=False):
            slope = max(large / more - small / few, 0) / (more - few)
            extrapolated.append((small / few + slope * (rows - few)) * rows)
        return extrapolated

    def _read(self, rows: int, tape: Tape | None = None) -> list[tuple]:
        """Read a window of `rows` rows, in segments like those of the real window."""
        stops = sorted({max(round(stop * rows / self.stops[-1]), 1) for stop in self.stops})
        device = self.model.device
        ids = torch.zeros(1, rows, dtype=torch.long, device=device)
        last_rows = [torch.tensor([[stop - 1]], device=device) for stop in stops]
        return list(read(self.model, ids, last_rows, tape))

    def _activations(self, rows: int) -> list[int]:
        """Bytes of the tensors that autograd keeps."""
        with counting(self.model) as storages:
            graph = self._read(rows)  # kept, so that no address is used twice
        del graph
        return list(storages.values())

    def _inputs(self, rows: int) -> list[int]:
        """Bytes of the tensors that a tape keeps."""
        with recomputing(self.model) as tape:
            self._read(rows, tape)
            return list(_storages(tape.held()).values())


@contextmanager
def counting(model: PreTrainedModel) -> Iterator[dict[int, int]]:
    """Count what autograd keeps while this runs: bytes by address, without the model's own tensors."""
    own = _storages([*model.parameters(), *model.buffers()])
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        kept.update((key, size) for key, size in _storages([tensor]).items() if key not in own)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        yield kept


def _storages(tensors: Sequence[Tensor]) -> dict[int, int]:
    """Bytes by address of the tensors' memory, which they may share."""
    storages = [tensor.untyped_storage() for tensor in tensors]
    return {storage.data_ptr(): storage.nbytes() for storage in storages}
