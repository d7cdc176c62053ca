"""Which readings go through the model together."""

from collections.abc import Sequence
from itertools import groupby

# Lengths are rounded up to a multiple of this many tokens; readings of one rounded length go together.
LENGTH_STEP = 8


def similar(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Indices of `lengths`, in batches of at most `size` of similar length, short ones first.

    Lengths of a batch differ by less than `LENGTH_STEP`, so little of a padded batch is padding. Within
    one rounded length the order is that of `lengths`.
    """
    rounded = [-(-length // LENGTH_STEP) for length in lengths]
    order = sorted(range(len(lengths)), key=rounded.__getitem__)
    batches = []
    for _, group in groupby(order, key=rounded.__getitem__):
        alike = list(group)
        batches += [alike[begin : begin + size] for begin in range(0, len(alike), size)]
    return batches
