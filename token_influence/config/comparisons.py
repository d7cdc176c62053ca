"""Which arms of a study are compared with each other."""

from collections.abc import Sequence

from token_influence.config.derived import Arm


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


def intact_and_shuffled(arms: Sequence[Arm]) -> list[tuple[Arm, str]]:
    """Each intact arm and objective that the same arm in shuffled order measures too."""

    def pairs(order: str) -> list[tuple[Arm, str]]:
        return [
            (arm, objective) for arm in arms if arm.order == order for objective in arm.objectives
        ]

    shuffled = {
        (arm.model, arm.weights, arm.corpus, objective) for arm, objective in pairs("shuffled")
    }
    return [
        (arm, objective)
        for arm, objective in pairs("intact")
        if (arm.model, arm.weights, arm.corpus, objective) in shuffled
    ]
