"""Whether the data determine a decay's parameters, and if not, why."""

from typing import Any

import numpy as np

from token_influence.decay.intervals import Bootstrap
from token_influence.fitting.families import Family
from token_influence.fitting.linear_scale import Fits

AT_BOUND = 1e-6  # relative distance to a bound that counts as being at it


def reason_against(
    family: Family,
    best: Fits,
    spread: Fits,
    distance_max: float,
    trend: dict[str, Any],
    bootstrap: Bootstrap,
) -> str | None:
    """Why the fit of a decay says nothing about its parameters, in words, or None if it does.

    best: the fit of the profile; spread: the fits of its resamples; trend: the trend record.
    A parameter at its bound in more of the resamples than the interval leaves out has no interval.
    """
    if not family.decays:
        return None
    if trend["direction"] != "falls":
        rho = trend["trend"]
        verb = "rises" if trend["direction"] == "rises" else "does not fall"
        return (
            f"the profile {verb} with distance (trend {rho['estimate']:.2f}, "
            f"{bootstrap.interval:.0%} interval {rho['low']:.2f} to {rho['high']:.2f})"
        )
    if best.beta[0] <= 0:
        return "the best fit is a constant (beta = 0)"
    tail = (1 - bootstrap.interval) / 2
    vanished = float(np.mean(spread.beta <= 0))
    if vanished > tail:
        return f"beta is 0 in {vanished:.0%} of the resamples"
    for at, shape in enumerate(family.shapes):
        for bound in shape.bounds(distance_max):
            near = AT_BOUND * abs(bound)
            if abs(best.theta[0, at] - bound) <= near:
                return f"{shape.name} is at its bound {bound:g}"
            share = float(np.mean(np.abs(spread.theta[:, at] - bound) <= near))
            if share > tail:
                return f"{shape.name} is at its bound {bound:g} in {share:.0%} of the resamples"
    return None
