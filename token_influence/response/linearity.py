"""How far the gradient's prediction of finite steps is off, and up to which step it holds."""

from dataclasses import replace

import numpy as np
import pandas as pd

from token_influence.decay.settings import Bootstrap
from token_influence.response.perturbations import RANDOM
from token_influence.response.resampled import by_windows, columns, table_of_groups

BOUND = 0.1
"""The linearity radius is the step at which the error passes this share of what the gradient can do."""
ROWS = ["seed", "window", "position", "draw"]


def with_errors(steps: pd.DataFrame) -> pd.DataFrame:
    """The table of `measure_perturbations` with `error` and `expected`, the divergence to second order.

    With a step of length ε‖x_j‖, the error is |Δs − ε‖x_j‖ · slope| / (ε‖x_j‖ G), also along random
    directions, where the slope itself is often near zero. The mean divergence over random directions is
    ε²‖x_j‖² tr F_j / (2 d) to second order, d the width (arXiv 2601.16407).
    """
    step = steps["epsilon"] * steps["length"]
    return steps.assign(
        error=(steps["measured"] - step * steps["slope"]).abs() / (step * steps["influence"]),
        expected=step**2 * steps["trace"] / (2 * steps["width"]),
    )


def crossings(epsilons: np.ndarray, errors: np.ndarray, bound: float = BOUND) -> np.ndarray:
    """The steps [N] at which `errors` [N, E] at ascending `epsilons` [E] first pass `bound`.

    Between two steps, the error is interpolated as a power of the step. The first or last step stands
    for a crossing outside of the measured steps.

    >>> crossings(np.array([0.01, 0.1, 1.0]), np.array([[0.01, 0.05, 0.2], [0.2, 0.3, 0.4]])).round(3)
    array([0.316, 0.01 ])
    """
    beyond = errors > bound
    after = np.where(beyond.any(axis=1), beyond.argmax(axis=1), errors.shape[1])
    place = np.clip(after, 1, errors.shape[1] - 1)
    heights = np.log(np.maximum(errors, np.finfo(np.float64).tiny))
    low, high = (np.take_along_axis(heights, place[:, None] - k, 1)[:, 0] for k in (1, 0))
    logs = np.log(epsilons)
    # Where the two steps do not lie on both sides of the bound, this is not used.
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        share = (np.log(bound) - low) / (high - low)
        inside = np.exp(logs[place - 1] + share * (logs[place] - logs[place - 1]))
    outside = np.where(after == 0, epsilons[0], epsilons[-1])
    return np.where((after > 0) & (after < errors.shape[1]), inside, outside)


def errors_table(steps: pd.DataFrame, keys: list[str], bootstrap: Bootstrap) -> pd.DataFrame:
    """One row per arm (`keys`), direction, distance and epsilon.

    `error`: the median over predictions (and draws); `divergence_ratio`, of random directions: the
    summed divergence over the summed `expected` one; both with intervals over windows.
    """

    def rows(group: pd.DataFrame) -> list[dict[str, object]]:
        errors = by_windows(group, ROWS, "epsilon", "error", bootstrap)
        found = [
            {"epsilon": epsilon, "n": len(errors.values)} | columns("error", one)
            for epsilon, one in zip(
                sorted(set(group["epsilon"])), errors.median_intervals(), strict=True
            )
        ]
        if group["direction"].iloc[0] == RANDOM:
            measured = by_windows(group, ROWS, "epsilon", "divergence", bootstrap)
            expected = by_windows(group, ROWS, "epsilon", "expected", bootstrap)
            ratios = measured.values.sum(axis=0) / expected.values.sum(axis=0)
            resampled = measured.resampled_sums / expected.resampled_sums
            for k, row in enumerate(found):
                one = measured.interval(float(ratios[k]), resampled[:, k])
                row |= columns("divergence_ratio", one)
        return found

    return table_of_groups(steps, [*keys, "direction", "distance"], rows)


def radius_table(steps: pd.DataFrame, keys: list[str], bootstrap: Bootstrap) -> pd.DataFrame:
    """One row per arm (`keys`), direction and distance: the linearity radius.

    `radius`: the median over predictions (and draws) of the step at which the error passes `BOUND`,
    with its interval over windows; `radius_joint_low`, `radius_joint_high`: the interval that holds at
    all distances at once (Bonferroni); `share_below`, `share_above`: of those whose error passes it
    before the first step, or at none of them; `epsilon_min`, `epsilon_max`: the first and last step.
    """

    share = (1 - bootstrap.interval) / steps["distance"].nunique()
    jointly = replace(bootstrap, interval=1 - share)

    def rows(group: pd.DataFrame) -> list[dict[str, object]]:
        errors = group.pivot(index=ROWS, columns="epsilon", values="error")
        epsilons, values = errors.columns.to_numpy(np.float64), errors.to_numpy(np.float64)
        radii = errors.index.to_frame(index=False).assign(
            radius=crossings(epsilons, values), measure="radius"
        )
        found, joint = (
            by_windows(radii, ROWS, "measure", "radius", one).median_intervals()[0]
            for one in (bootstrap, jointly)
        )
        beyond = values > BOUND
        row = {
            "windows": len(radii[["seed", "window"]].drop_duplicates()),
            "n": len(radii),
            **columns("radius", found),
            "radius_joint_low": joint.low,
            "radius_joint_high": joint.high,
            "share_below": float(beyond[:, 0].mean()),
            "share_above": float((~beyond.any(axis=1)).mean()),
            "epsilon_min": epsilons[0],
            "epsilon_max": epsilons[-1],
        }
        return [row]

    return table_of_groups(steps, [*keys, "direction", "distance"], rows)
