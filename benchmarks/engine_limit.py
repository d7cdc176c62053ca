"""The least time that a measurement's matrix products take, at the rate of these very products.

The rate of the linear products is that of the fastest kernel there is here, whether or not the engine
uses it: torch's own choice (MKL in the builds for x86), oneDNN, and the BLAS of numpy (OpenBLAS).
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

# Processor time instead, of one thread, is what a busy machine can measure.
clock = time.perf_counter
# Threads of one library still spin for some milliseconds after their last product, and slow down the
# next library on the same cores, up to twenty times (seen on two cores of an Intel Xeon).
PAUSE = 0.2


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
        self.linear_times: dict[str, list[float]] = {name: [] for name in _kernels(model)}
        self.attention_times: list[float] = []

    def measure(self) -> None:
        """Time one forward's worth of products on `rows_all` rows, by every kernel."""
        seconds = dict.fromkeys(self.linear_times, 0.0)
        for shape in set(self.linear):
            left = torch.randn(self.rows_all, shape[0], **self.like)
            right = torch.randn(*shape, **self.like)
            for name in seconds:
                product = KERNELS[name](left, right)
                time.sleep(PAUSE)
                seconds[name] += self.linear.count(shape) * median_seconds(product)
        for name, times in self.linear_times.items():
            times.append(seconds[name])
        time.sleep(PAUSE)
        size = (self.heads, self.rows_all)
        left = torch.randn(*size, self.head_width, **self.like)
        square = torch.randn(*size, self.rows_all, **self.like)
        both = median_seconds(lambda: left @ left.mT) + median_seconds(lambda: square @ left)
        self.attention_times.append(self.layers * both)

    def _seconds(self, rows: int) -> float:
        """One pass of products on the first `rows` rows; attention is quadratic in them."""
        share = rows / self.rows_all
        linear = statistics.median(self.linear_times[self.best()]) * share
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

    def best(self) -> str:
        """The kernel with the fastest linear products."""
        return min(self.linear_times, key=lambda name: statistics.median(self.linear_times[name]))

    def rate(self, kernel: str | None = None) -> float:
        """Measured floating-point operations per second of the linear products, by the best kernel."""
        work = 2 * self.rows_all * sum(a * b for a, b in self.linear)
        return work / statistics.median(self.linear_times[kernel or self.best()])


def _torch(left: Tensor, right: Tensor) -> Callable[[], Any]:
    return lambda: left @ right


def _onednn(left: Tensor, right: Tensor) -> Callable[[], Any]:
    weight = right.T.contiguous()
    return lambda: torch.ops.mkldnn._linear_pointwise(left, weight, None, "none", [], "")


def _numpy(left: Tensor, right: Tensor) -> Callable[[], Any]:
    a, b = left.numpy(), right.numpy()
    return lambda: a @ b


KERNELS = {"torch": _torch, "oneDNN": _onednn, "numpy": _numpy}
"""Ways to multiply [rows, in] by [in, out]: each prepares the operands and returns what is timed."""


def _kernels(model: PreTrainedModel) -> list[str]:
    """Those that can run here; numpy has no bfloat16, and torch calls oneDNN for it anyway."""
    if model.device.type != "cpu" or model.dtype != torch.float32:
        return ["torch"]
    return [name for name in KERNELS if name != "oneDNN" or torch.backends.mkldnn.is_available()]


def _shape(module: nn.Module) -> tuple[int, int] | None:
    if isinstance(module, nn.Linear):
        return module.in_features, module.out_features
    if isinstance(module, Conv1D):
        return module.nx, module.nf
    return None


def median_seconds(product: Callable[[], Any]) -> float:
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
