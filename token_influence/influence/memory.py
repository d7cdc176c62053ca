"""What a measurement will take of the memory, before it runs, and how to make it fit."""

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
from token_influence.influence.backward import TOGETHER, together, ways
from token_influence.influence.batches import Window, read_windows
from token_influence.influence.recomputation import Tape, recomputing
from token_influence.influence.segments import can_continue, can_recompute, read, segment_ends
from token_influence.models.configuration import context_length

# Activations are counted on windows of so many rows and of half of them: a·rows + b·rows².
SAMPLE = 64
# A backward pass works on one layer at a time: its gradients, and their parts, beside what is kept.
WORKING_LAYERS = 3
# Logits, their gradient, and the statistics in float64, in bytes per logit.
PER_LOGIT = 48
# What fragmentation and libraries may take beside, on a device that is filled on purpose.
FILL = 0.8
LARGEST_BATCH = 256
# From this size on, glibc maps a block of its own and gives it back whole.
MAPPED = 32 * 2**20


@dataclass(frozen=True)
class Plan:
    """How to call `measure`, and the peak memory above the loaded model, in bytes, that is expected."""

    batch_size: int
    recompute: bool
    needed: int
    available: int

    def __str__(self) -> str:
        how = f"batches of {self.batch_size}" + (", layers recomputed" if self.recompute else "")
        text = f"about {_gigabytes(self.needed)} above the model, {how}"
        verdict = "" if self.needed <= self.available else ", which may be too little"
        return f"{text}; {_gigabytes(self.available)} are available{verdict}"


def plan(
    model: PreTrainedModel,
    windows: pd.DataFrame,
    *,
    bos_id: int | None,
    limit: int | None = None,
) -> Plan:
    """How to measure `windows` (as for `measure`) in the memory at hand.

    `limit` bounds what this process may hold in all, in bytes (on the CPU; what is free counts too).
    Layers are computed again only where the largest window does not fit otherwise; a GPU is filled
    with as many windows as fit, a CPU reads one at a time (more gain nothing there).

    Raises what `measure` raises for a model or a window that won't do.
    """
    with untouched(model), torch.inference_mode(False), torch.enable_grad():
        check_model(model)
        todo = read_windows(windows, model, bos_id)
        estimate, split = _estimate(model, todo, bos_id)
        room = available(model.device, limit)
        needed, recompute = estimate.plain(), False
        if needed > room and can_recompute(model, split):
            needed, recompute = estimate.recomputed(), True
    batch = _batch(int(FILL * room / needed), len(todo)) if model.device.type == "cuda" else 1
    return Plan(batch, recompute, batch * needed, room)


def needed_plainly(model: PreTrainedModel, windows: pd.DataFrame, bos_id: int | None = None) -> int:
    """Peak bytes above the model for the largest of `windows`, with nothing computed again."""
    with untouched(model), torch.inference_mode(False), torch.enable_grad():
        return _estimate(model, read_windows(windows, model, bos_id), bos_id)[0].plain()


def _estimate(
    model: PreTrainedModel, todo: Sequence[Window], bos_id: int | None
) -> tuple["_Estimate", bool]:
    """What the largest window takes, and whether it is read in several segments."""
    largest = max(todo, key=lambda window: window.positions.max())
    ends = segment_ends([largest.positions.tolist()])
    # Windows of a batch, with positions of their own, seldom have a segment's end in common.
    split = len(ends) > 1 and model.device.type != "cuda" and can_continue(model)
    return _Estimate(model, largest, ends if split else ends[-1:], bos_id), split


def _batch(fit: int, windows: int) -> int:
    """A power of two, so that a little more or less of free memory gives equal bits."""
    return 1 << (max(min(fit, windows, LARGEST_BATCH), 1).bit_length() - 1)


def available(device: torch.device, limit: int | None = None) -> int:
    """Free bytes on `device`; on the CPU within the container's bound and the process's `limit`."""
    if device.type == "cuda":
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return torch.cuda.mem_get_info(device)[0] + unused
    bounds = [psutil.virtual_memory().available, *_container()]
    if limit is not None:
        bounds.append(limit - psutil.Process().memory_info().rss)
    return max(min(bounds), 0)


def _container() -> list[int]:
    """What a control group leaves, where there is one with a bound (cgroup v2)."""
    folder = Path("/sys/fs/cgroup")
    try:
        most = int((folder / "memory.max").read_text())  # "max" where there is no bound
        held = int((folder / "memory.current").read_text())
        stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return []
    # Files that were read and may be dropped count as held, but are not in the way.
    return [most - held + int(stat.get("inactive_file", 0))]


class _Estimate:
    """Peak bytes above the model for one window, from what short windows keep."""

    def __init__(self, model: PreTrainedModel, window: Window, ends: list[int], bos_id: int | None):
        self.model = model
        self.stops = [int(window.positions[end - 1]) + 1 + (bos_id is not None) for end in ends]
        self.count = len(window.positions)
        text = model.config.get_text_config()
        self.layers = text.num_hidden_layers
        self.logits = self.count * PER_LOGIT * text.vocab_size
        self.activations = self._extrapolate(self._activations)

    def plain(self) -> int:
        """All activations of the window, and one layer at work, perhaps for several gradients."""
        several = together in ways(self.model) and len(self.stops) > 1
        work = WORKING_LAYERS * (TOGETHER if several else 1) / self.layers
        return round(sum(self.activations) * (1 + work) + self._holes()) + self.logits

    def recomputed(self) -> int:
        """The inputs of all layers, one layer's activations and work, gradients between layers."""
        width = self.model.get_input_embeddings().get_parameter("weight").shape[1]
        gradients = 2 * self.count * self.stops[-1] * width * self.model.dtype.itemsize
        layer = sum(self.activations) * (1 + WORKING_LAYERS) / self.layers
        inputs = sum(self._extrapolate(self._inputs))
        return round(inputs + layer + self._holes() / 2) + gradients + self.logits

    def _holes(self) -> float:
        """What the C library can't use again: about one large tensor per layer and segment.

        Smaller tensors that stay lie in the holes that larger ones leave; those that are mapped
        leave none.
        """
        if self.model.device.type != "cpu":
            return 0
        unmapped = sorted((size for size in self.activations if size < MAPPED), reverse=True)
        return sum(unmapped[: self.layers * len(self.stops)])

    def _extrapolate(self, sizes: Callable[[int], list[int]]) -> list[float]:
        """What `sizes(rows)` would give for the whole window, tensor by tensor."""
        rows = self.stops[-1]
        more = min(SAMPLE, context_length(self.model.config) or SAMPLE)
        few = more // 2
        grown = []
        for small, large in zip(sizes(few), sizes(more), strict=False):
            slope = max(large / more - small / few, 0) / (more - few)
            grown.append((small / few + slope * (rows - few)) * rows)
        return grown

    def _read(self, rows: int, tape: Tape | None = None) -> list[tuple]:
        """Read a window of `rows` rows that is cut as the real one is."""
        stops = sorted({max(round(stop * rows / self.stops[-1]), 1) for stop in self.stops})
        device = self.model.device
        ids = torch.zeros(1, rows, dtype=torch.long, device=device)
        places = [torch.tensor([[stop - 1]], device=device) for stop in stops]
        return list(read(self.model, ids, places, tape))

    def _activations(self, rows: int) -> list[int]:
        """Bytes of what autograd keeps."""
        with counting(self.model) as storages:
            graph = self._read(rows)  # held, so that no address is used twice
        del graph
        return list(storages.values())

    def _inputs(self, rows: int) -> list[int]:
        """Bytes of what a tape keeps."""
        with recomputing(self.model) as tape:
            self._read(rows, tape)
            return list(_storages(tape.held()).values())


@contextmanager
def counting(model: PreTrainedModel) -> Iterator[dict[int, int]]:
    """Bytes by address of what autograd keeps within, the model's own tensors left out."""
    own = _storages([*model.parameters(), *model.buffers()])
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        kept.update((key, size) for key, size in _storages([tensor]).items() if key not in own)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        yield kept


def _storages(tensors: Sequence[Tensor]) -> dict[int, int]:
    """Bytes by address, for tensors that may share memory."""
    storages = [tensor.untyped_storage() for tensor in tensors]
    return {storage.data_ptr(): storage.nbytes() for storage in storages}


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB"
