"""How long the longest job takes, and how many windows a part should have so that it is shorter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from token_influence.cost.jobs import MEASURE_START_SECONDS, PARAMETERS
from token_influence.cost.operations import Facts
from token_influence.cost.responses import Changes

# Of a job for a part: short enough to lose, but so many times as long as its start.
PART_SECONDS, PART_STARTS = 600, 10


@dataclass(frozen=True)
class Slowest:
    """Processor seconds of the slowest window, of the start of its job, and of the longest job."""

    window: float
    start: float
    longest: float

    @property
    def part(self) -> int:
        """The number of windows that a part should have."""
        return windows_of_part(self.window, self.start)

    @property
    def proposed(self) -> float | None:
        """Seconds of such a part; None if the longest job is at most twice as long."""
        seconds = self.part * self.window + self.start
        return seconds if self.longest > 2 * seconds else None


def windows_of_part(window: float, start: float) -> int:
    """How many windows a part should have: a power of two, since batches of a GPU are such.

    They take at most PART_SECONDS, or PART_STARTS times the start of a job if that is more. window,
    start: seconds of one window and of a start.
    """
    most = max(PART_SECONDS, PART_STARTS * start) / window
    return 1 << max(int(most).bit_length() - 1, 0)


def start_seconds(parameters: int) -> float:
    """Processor seconds until a job has its model: imports, checksums, loading."""
    return MEASURE_START_SECONDS * parameters / PARAMETERS


def slowest_change(
    changes: Sequence[Changes], facts: Mapping[str, Facts], rate: float, per_job: int | None
) -> Slowest:
    """The slowest of the jobs that change inputs.

    facts: the sizes of each model; rate: operations per second; per_job: windows of a job, None for all.
    """
    starts = [start_seconds(facts[each.model]["parameters"]) for each in changes]
    windows = [each.operations / rate for each in changes]
    numbers = [min(each.windows, per_job or each.windows) for each in changes]
    jobs = [s + n * w for s, n, w in zip(starts, numbers, windows, strict=True)]
    return Slowest(*max(zip(windows, starts, strict=True)), longest=max(jobs))
