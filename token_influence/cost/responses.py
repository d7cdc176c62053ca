"""The cost of changing inputs (the section `response`), in rows that go through the layers."""

from collections.abc import Mapping
from dataclasses import dataclass

from token_influence.config import Study, response_arms, windows_of
from token_influence.cost.explanations import weights
from token_influence.cost.operations import Facts

# Readings of a few rows take longer than their operations say; and prefixes and small steps are read in
# float64, too. Both are what the jobs of the default study took on 22 November 2026 (docs/timings.md).
SLOWER = 2.3
TWICE = 2


@dataclass(frozen=True)
class Changes:
    """What one rule does with one arm: operations of one window, in so many windows of each seed."""

    rule: str
    model: str
    windows: int
    operations: float
    seeds: int

    @property
    def total(self) -> float:
        """Floating-point operations of all seeds."""
        return self.operations * self.windows * self.seeds


def response_changes(study: Study, facts: Mapping[str, Facts]) -> list[Changes]:
    """The work of each rule that changes inputs, arm by arm; none without the section.

    facts: the sizes of each model. A row takes 2 operations for each weight of the layers. The rows
    before the first changed one are read once for each prediction, those after it for each change.
    """
    section, found = study.response, []
    for arm in response_arms(study):
        assert section is not None
        drawn, each = windows_of(study, arm.corpus), section.predictions
        last = drawn.length - 1 if drawn.max_position is None else drawn.max_position
        before = (drawn.min_position + last) // 2 + 1  # in the mean
        changed = [distance + 1 for distance in section.distances]
        steps = len(section.epsilons) * (1 + section.directions)
        perturbed = before + steps * sum(changed) + section.probes * changed[-1]
        intervened = before + (1 + len(section.interventions)) * sum(changed)
        rows = {
            "measure_perturbations": (section.windows, each * perturbed * TWICE * SLOWER),
            "measure_interventions": (section.windows, each * intervened * SLOWER),
        }
        if (every := section.every_source) and arm.order == "intact":
            # Sources are read in large batches, half of the rows for each in the mean.
            rows["measure_sources"] = (every.windows, every.length**2 / 2)
        found += [
            Changes(rule, arm.model, windows, 2 * number * weights(facts[arm.model]), section.seeds)
            for rule, (windows, number) in rows.items()
        ]
    return found
