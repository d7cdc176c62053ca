"""Whether a number type is faster than float32 on a device, measured on one matrix product."""

import time
from statistics import median

import torch

from token_influence.errors import ModelError
from token_influence.models.loading import DTYPES, resolve_device

SMALL, LARGE = (256, 512, 1024), (512, 1024, 4096)
"""Tokens, width and width of the hidden layer. Small on a CPU: one without units for a type may take
fifty times as long as in float32, and this should take a second. Large elsewhere, where a small product
would time its start alone."""
ROUNDS = 3


def seconds_of_product(dtype: str, device: str) -> float:
    """The median time of one product in this type on this device, in seconds."""
    tokens, width, hidden = SMALL if torch.device(device).type == "cpu" else LARGE
    left, right = (
        torch.ones(size, dtype=DTYPES[dtype], device=device)
        for size in ((tokens, width), (width, hidden))
    )

    def once() -> float:
        start = time.perf_counter()
        (left @ right)[0, 0].item()  # waits for the device
        return time.perf_counter() - start

    once()  # the first product also prepares the kernel
    return median(once() for _ in range(ROUNDS))


def refuse_slow(dtype: str, device: str, allow: str) -> None:
    """Raise ModelError if `dtype` is slower than float32 on this device; float32 itself is not measured.

    device: as for `load_model`; allow: what the user can set to have it all the same, in words.
    """
    if dtype == "float32":
        return
    place = resolve_device(device)
    times = seconds_of_product(dtype, place) / seconds_of_product("float32", place)
    if times > 1:
        raise ModelError(
            f"A matrix product in {dtype} takes {times:.1f} times as long as in float32 on this device "
            f"({place}), so measuring would be slower and less exact; use float32, or {allow}."
        )
