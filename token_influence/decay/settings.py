"""What is fitted to profiles, and how its intervals are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from token_influence.errors import DecayError
from token_influence.fitting.families import FAMILIES
from token_influence.ranges import range_label, span

SHORTEST_SWEPT = 10  # a range of the sweep holds at least so many distances


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made: from `resamples` draws of whole clusters, the central `interval`.

    method: "percentile" (Efron, 1979); "expanded", the percentile interval at the levels that give
    it Student's width for few clusters (Hesterberg, The American Statistician 69, 2015); or
    "bias_corrected" (Efron, 1981). cluster: "window", "document", or "auto" (see
    `clusters.choose_clusters`). seed: of the random draws.
    """

    resamples: int = 1000
    interval: float = 0.95
    method: str = "percentile"
    cluster: str = "window"
    seed: int = 0


@dataclass(frozen=True)
class Sweep:
    """Ranges that show how a fit depends on its limits, and the families fitted to them.

    A range goes from each of `lowest` to each of `highest` and to the largest distance there is.
    """

    families: Sequence[str]
    lowest: Sequence[int]
    highest: Sequence[int]

    def ranges(self, last: int) -> list[str]:
        """Labels of the ranges within 0..last that are not too short."""
        ends = sorted({end for end in self.highest if end < last} | {last})
        pairs = [(low, end) for low in sorted(set(self.lowest)) for end in ends]
        return [range_label(low, end) for low, end in pairs if end - low + 1 >= SHORTEST_SWEPT]


@dataclass(frozen=True)
class ChosenRange:
    """The distances lowest..highest under their label, where `skip` first sources are left out."""

    skip: int
    label: str
    lowest: int
    highest: int

    @property
    def span(self) -> tuple[int, int]:
        """Lowest and highest distance: where these are equal, so are the samples and the fits."""
        return self.lowest, self.highest


@dataclass(frozen=True)
class Settings:
    """What is fitted, and how.

    families: names in `FAMILIES`; ranges: labels such as "1..100", in distances, or "full";
    skip_sources: numbers of first positions left out as sources; scale: "linear" or "log";
    weighting: "uniform" or "inverse_variance". Raises DecayError for a family that is not known.

    >>> settings = Settings(families=["power_law"], ranges=["1..100"], skip_sources=[0])
    >>> settings.scale, settings.bootstrap.resamples
    ('linear', 1000)
    """

    families: Sequence[str]
    ranges: Sequence[str]
    skip_sources: Sequence[int]
    scale: str = "linear"
    weighting: str = "uniform"
    bootstrap: Bootstrap = field(default_factory=Bootstrap)
    sweep: Sweep | None = None

    def __post_init__(self) -> None:
        names = [*self.families, *self.swept_families]
        unknown = [name for name in names if name not in FAMILIES]
        if unknown:
            raise DecayError(f"family {unknown[0]!r} is none of {', '.join(FAMILIES)}")

    def chosen(self, skip: int, last: int) -> list[ChosenRange]:
        """The ranges to fit where `skip` first sources are left out.

        last: the largest distance that every prediction then has. Raises DecayError for a range
        that does not lie within 0..last.
        """
        return [ChosenRange(skip, label, *span(label, last)) for label in self.ranges]

    def swept(self, skip: int, last: int) -> list[ChosenRange]:
        """The ranges of the sweep, as `chosen` gives those to fit."""
        labels = self.sweep.ranges(last) if self.sweep else []
        return [ChosenRange(skip, label, *span(label, last)) for label in labels]

    @property
    def swept_families(self) -> Sequence[str]:
        """The families of the sweep; none without a sweep."""
        return self.sweep.families if self.sweep else ()


def settings_from(decay: Mapping[str, Any], skip_sources: Sequence[int]) -> Settings:
    """The settings of a job: the section `decay` of a study as plain values, and `skip_sources`.

    >>> sweep = {"families": ["power_law"], "lowest": [1], "highest": [100]}
    >>> decay = {"families": ["power_law"], "ranges": ["full"], "sweep": sweep, "bootstrap": {}}
    >>> settings_from(decay, [0, 4]).sweep.highest
    [100]
    """
    return Settings(
        **{
            **decay,
            "skip_sources": skip_sources,
            "bootstrap": Bootstrap(**decay["bootstrap"]),
            "sweep": Sweep(**decay["sweep"]),
        }
    )
