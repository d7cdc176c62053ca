"""Which arms of a study are compared with each other."""

from collections.abc import Sequence

from token_influence.config.derived import Arm
from token_influence.orders import INTACT, PAIRED


def side_by_side(arms: Sequence[Arm], objective: str, model: str, corpus: str) -> list[Arm]:
    """The arms of one model and corpus that a figure of one objective shows side by side.

    Checkpoints of a training (`stepN`) are left out: they have a figure of their own.
    """
    return [
        arm
        for arm in arms
        if (arm.model, arm.corpus) == (model, corpus)
        and objective in arm.objectives
        and not arm.at_step
    ]


def intact_and_controls(arms: Sequence[Arm]) -> list[tuple[Arm, str, str]]:
    """Each intact arm, control and objective that are compared window by window.

    The control is a name in `orders.PAIRED`; the same arm in its order measures the objective too.
    """
    measured = {(*arm.names, objective) for arm in arms for objective in arm.objectives}
    return [
        (arm, control, objective)
        for arm in arms
        if arm.order == INTACT
        for control in PAIRED
        for objective in arm.objectives
        if (arm.model, arm.weights, arm.corpus, control, objective) in measured
    ]


def objectives_compared(arms: Sequence[Arm]) -> list[tuple[Arm, str, str]]:
    """Each arm, its first objective and another one, which are compared window by window.

    Checkpoints of a training (`stepN`) are left out.
    """
    return [
        (arm, arm.objectives[0], other)
        for arm in arms
        if not arm.at_step
        for other in arm.objectives[1:]
    ]
