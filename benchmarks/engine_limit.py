"""The least time that a measurement's matrix products take, at the rate of these very products."""

import statistics
import time

import torch
from torch import nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

# Processor time instead, of one thread, is what a busy machine can measure.
clock = time.perf_counter


def synchronise() -> None:
    """Wait for the device, so that a clock means something."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


class Limit:
    """Counts products of the model for one window; `measure` times them, once per call.

    Forward once for the window, backward (by the inputs alone: parameters are frozen) once per
    position, the head at the positions only, attention's two products per head. Nothing else is
    counted: no norm, softmax, rotation or copy, so the limit can't be reached.
    """

    def __init__(self, model: PreTrainedModel, count: int, positions: list[int]):
        self.rows_all = max(positions) + 1
        self.reads = [position + 1 for position in positions]
        self.count = count
        self.like = {"dtype": model.dtype, "device": model.device}
        head = model.get_output_embeddings()
        self.linear = [_shape(m) for m in model.modules() if _shape(m) and m is not head]
        self.head = _shape(head)
        config = model.config
        self.layers, self.heads = config.num_hidden_layers, config.num_attention_heads
        self.head_width = getattr(config, "head_dim", None) or config.hidden_size // self.heads
        self.linear_times: list[float] = []
        self.attention_times: list[float] = []

    def measure(self) -> None:
        """Time one forward's worth of products on `rows_all` rows."""
        seconds = 0.0
        for shape in set(self.linear):
            left = torch.randn(self.rows_all, shape[0], **self.like)
            right = torch.randn(*shape, **self.like)
            seconds += self.linear.count(shape) * _time(lambda a=left, b=right: a @ b)
        self.linear_times.append(seconds)
        size = (self.heads, self.rows_all)
        left = torch.randn(*size, self.head_width, **self.like)
        square = torch.randn(*size, self.rows_all, **self.like)
        both = _time(lambda: left @ left.mT) + _time(lambda: square @ left)
        self.attention_times.append(self.layers * both)

    def _seconds(self, rows: int) -> float:
        """One pass of products on the first `rows` rows; attention is quadratic in them."""
        share = rows / self.rows_all
        linear = statistics.median(self.linear_times) * share
        return linear + statistics.median(self.attention_times) * share**2

    def _backward(self, rows: int) -> float:
        """By the inputs: each linear product once more, each attention product twice."""
        share = rows / self.rows_all
        return self._seconds(rows) + statistics.median(self.attention_times) * share**2

    def all_rows(self) -> float:
        """Seconds for one window, every backward pass on all rows."""
        return self._seconds(self.rows_all) + self.count * self._backward(self.rows_all)

    def rows(self) -> float:
        """Seconds for one window, every backward pass on rows up to its position."""
        return self._seconds(self.rows_all) + sum(map(self._backward, self.reads))

    def rate(self) -> float:
        """Measured floating-point operations per second of the linear products."""
        work = 2 * self.rows_all * sum(a * b for a, b in self.linear)
        return work / statistics.median(self.linear_times)


def _shape(module: nn.Module) -> tuple[int, int] | None:
    if isinstance(module, nn.Linear):
        return module.in_features, module.out_features
    if isinstance(module, Conv1D):
        return module.nx, module.nf
    return None


def _time(product) -> float:
    """Median seconds of a product, after one to warm up."""
    product()
    synchronise()
    times = []
    for _ in range(5):
        started = clock()
        product()
        synchronise()
        times.append(clock() - started)
    return statistics.median(times)
