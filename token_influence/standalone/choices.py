"""What one measurement measures and fits, with the defaults; light to import, for the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from token_influence.ranges import range_label

if TYPE_CHECKING:
    from token_influence.decay.settings import Settings

FAMILIES = ("power_law", "exponential", "constant")
USUAL_DISTANCE = 100
"""The largest distance fitted by default, as in the default study: r = 1..100."""
DTYPES = ("float32", "bfloat16")


@dataclass(frozen=True)
class Choices:
    """What is measured and fitted. The defaults of the command line are these.

    windows, length, positions, min_position: as for `draw_windows`; the default of min_position is half
    of `length`. objectives: names in `objectives.OBJECTIVES`. order: "intact" or "shuffled". device:
    as for `load_model`. dtype: one of `DTYPES`; bfloat16 is first compared with float32. slow_bfloat16:
    use it even where it is slower than float32. fits: the default is a power law, an exponential and a
    constant on r = 1..100, or on the part of this range that every prediction has.

    >>> choices = Choices(length=128)
    >>> choices.lowest_position, choices.settings.ranges
    (64, ('1..64',))
    """

    windows: int = 16
    length: int = 512
    positions: int = 4
    min_position: int | None = None
    objectives: Sequence[str] = ("true_logit",)
    order: str = "intact"
    seed: int = 0
    device: str = "auto"
    dtype: str = "float32"
    slow_bfloat16: bool = False
    fits: "Settings | None" = None

    @property
    def lowest_position(self) -> int:
        """The number of tokens that stand before every measured position at least."""
        return self.length // 2 if self.min_position is None else self.min_position

    @property
    def settings(self) -> "Settings":
        """What is fitted: `fits`, or the default."""
        return self.fits or fits_on(range_label(1, min(USUAL_DISTANCE, self.lowest_position)))


def fits_on(label: str, families: Sequence[str] = ()) -> "Settings":
    """The default families on another range of distances, "LOWEST..HIGHEST" or "full".

    families: further ones, fitted beside the default families.
    """
    # Imports numpy and SciPy, which `--help` needs not.
    from token_influence.decay.settings import Bootstrap, Settings

    return Settings(
        families=tuple(dict.fromkeys([*FAMILIES, *families])),
        ranges=(label,),
        skip_sources=(0,),
        bootstrap=Bootstrap(cluster="auto"),
    )
