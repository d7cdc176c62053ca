"""What narrower intervals of p cost: for each trained arm, from its stored fits."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from token_influence.config import Study, arms, windows_of
from token_influence.config.corpora import Windows
from token_influence.cost.calibration import calibrate
from token_influence.cost.estimate import Reading
from token_influence.cost.operations import Facts, expected
from token_influence.decay.design import Design, Variance, cheapest, variance_from
from token_influence.fitting.families import POWER_LAW
from token_influence.tables.decay import headline_fits

POSITIONS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)  # in a window, to choose from


@dataclass(frozen=True)
class Advice:
    """How wide p's interval of one arm is expected to be, and what would give it another width.

    windows, positions: those of the stored results; interval: the coverage; best: the cheapest design
    for the wanted width, None if there is none.
    """

    variance: Variance
    windows: int
    positions: float
    interval: float
    best: Design | None

    @property
    def width(self) -> float:
        """The expected width with the windows and positions that there are."""
        return self.variance.width(self.windows, self.positions, self.interval)

    @property
    def shares(self) -> dict[str, float]:
        """The share of the present variance that each level makes up; documents only if told."""
        design, variance = (self.windows, self.positions), self.variance
        parts = {
            "windows": Variance(None, variance.windows, 0.0, 0.0),
            "positions": Variance(None, 0.0, variance.positions, 0.0),
        }
        if variance.documents is not None:
            alone = Variance(variance.documents, 0.0, 0.0, variance.shared)
            parts = {"documents": alone, **parts}
        return {name: part.of(*design) / variance.of(*design) for name, part in parts.items()}


def advise(
    study: Study, decay: pd.DataFrame, facts: Mapping[str, Facts], width: float, seconds: float
) -> Iterator[tuple[tuple[str, ...], Advice | None]]:
    """For each trained arm with its objective: what intervals of p of this `width` need.

    None where the fit does not determine p. decay: the study's table of decay, whose rows on the
    headline range are used. facts: the sizes of each model; seconds: of calibration for each model
    and shape of windows, since the cheapest design takes the least processor time on this machine.
    """
    fits = headline_fits(decay, study.headline.model_dump())
    fits = fits[(fits["family"] == POWER_LAW) & (fits["weights"] != "random")]
    costs: dict[tuple[object, ...], Callable[[int], float]] = {}
    for arm in arms(study):
        windows = Windows(**dict(windows_of(study, arm.corpus)))
        reading = Reading(arm.model, facts[arm.model], windows, len(arm.objectives), jobs=1)
        for _, row in fits[(fits[list(arm.keys)] == list(arm.names)).all(axis=1)].iterrows():
            profile, variance = (*arm.names, str(row["objective"])), variance_from(dict(row))
            if variance is None:
                yield profile, None
                continue
            key = (*reading.shape, reading.objectives)
            if key not in costs:
                costs[key] = _seconds_of_window(reading, seconds)
            interval = study.decay.bootstrap.interval
            numbers = [number for number in POSITIONS if number <= len(reading.measurable)]
            best = cheapest(variance, width, costs[key], numbers, interval)
            present = int(row["windows"]), row["predictions"] / row["windows"]
            yield profile, Advice(variance, *present, interval, best)


def _seconds_of_window(reading: Reading, seconds: float) -> Callable[[int], float]:
    """Processor seconds of one window on this machine, by its number of positions."""
    rate = calibrate(reading.facts, *reading.shape[1:], seconds).operations

    def cost(positions: int) -> float:
        return expected(reading.facts, reading.measurable, positions, reading.objectives) / rate

    return cost
