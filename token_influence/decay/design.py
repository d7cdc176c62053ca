"""How wide an interval a design gives, and how many windows would decide a question."""

from math import ceil, isfinite, log10

from scipy.special import ndtri

CHANCE = 0.8
"""The share of studies in which the windows that are named shall decide."""
LEVEL = 0.975
"""The level of the upper limit of a 95 % interval."""
FARTHEST = 100
"""Numbers of windows beyond so many times the pilot's are not named: it does not say so much."""


def windows_to_decide(
    windows: int, estimate: float, low: float, high: float, bound: float
) -> int | None:
    """How many windows would put the interval wholly on one side of `bound` in 80 % of studies.

    estimate, [low, high]: a number and its 95 % interval from `windows` windows. It is assumed that
    the estimate is right and that the interval narrows with the square root of the number of windows.
    Rounded up to two digits. None for more than `FARTHEST` times as many, also at the bound itself.

    >>> windows_to_decide(32, 0.8, 0.6, 1.0, 0.7)
    270
    """
    half = estimate - low if estimate > bound else high - estimate
    distance = abs(estimate - bound)
    # An interval narrower by the root of m lies beyond the bound if the estimate, which varies as
    # much, does not come closer by more than what is left: m = (half / distance)² (1 + z₀.₈/z₀.₉₇₅)².
    if not isfinite(half) or distance == 0:
        return None
    needed = windows * (half / distance * (1 + ndtri(CHANCE) / ndtri(LEVEL))) ** 2
    if needed > FARTHEST * windows:
        return None
    step = 10 ** max(0, int(log10(needed)) - 1)
    return max(windows, ceil(needed / step) * step)
