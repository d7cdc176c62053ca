"""How much of a run is done and how long the rest takes, from the jobs that have ended so far.

A job is expected to take what the jobs of its rule took in this run. Before any of them has ended, it
is what `cost.jobs` says, times a factor for this machine: how much longer or shorter all ended jobs
took than that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

PRIOR_SECONDS = 30.0  # of jobs that are taken to have run just as fast as `cost.jobs` says


@dataclass
class Work:
    """The jobs of a run. Times are seconds on any one clock, `now` among them.

    planned: how many by rule; seconds: what one takes by rule, before any has run; cores: how many jobs
    run at once.
    """

    planned: Mapping[str, int]
    seconds: Mapping[str, float]
    cores: int
    running: dict[int, tuple[str, float]] = field(default_factory=dict)  # rule and start by number
    ended: dict[str, list[float]] = field(default_factory=dict)  # seconds by rule

    def start(self, job: int, rule: str, now: float) -> None:
        """Note that a job has started."""
        self.running[job] = (rule, now)

    def end(self, job: int, now: float) -> None:
        """Note that a job has ended, well or not."""
        rule, started = self.running.pop(job)
        self.ended.setdefault(rule, []).append(now - started)

    @property
    def jobs(self) -> int:
        """The number of all jobs."""
        return sum(self.planned.values())

    @property
    def done(self) -> int:
        """The number of jobs that have ended."""
        return sum(map(len, self.ended.values()))

    def expected(self, rule: str) -> float:
        """Seconds that one more job of the rule takes."""
        took = self.ended.get(rule, [])
        foreseen = sum(self.seconds[each] * len(times) for each, times in self.ended.items())
        measured = sum(map(sum, self.ended.values()))
        factor = (measured + PRIOR_SECONDS) / (foreseen + PRIOR_SECONDS)
        return (sum(took) + factor * self.seconds[rule]) / (len(took) + 1)

    def left(self, now: float) -> float:
        """Seconds until the end of the run."""
        running = self._of_running(now)
        return max(sum([self._waiting(), *running]) / self.cores, *running, 0.0)

    def share(self, now: float) -> float:
        """The part of the work that is done, from 0 to 1."""
        done = sum(map(sum, self.ended.values()))
        done += sum(now - started for _, started in self.running.values())
        left = sum([self._waiting(), *self._of_running(now)])
        return done / (done + left) if done + left else 1.0

    def _of_running(self, now: float) -> list[float]:
        """Seconds that each running job still takes."""
        return [
            max(self.expected(rule) - (now - started), 0.0)
            for rule, started in self.running.values()
        ]

    def _waiting(self) -> float:
        """Seconds of all jobs that have not started."""
        rules = [rule for rule, _ in self.running.values()]
        return sum(
            max(number - len(self.ended.get(rule, [])) - rules.count(rule), 0) * self.expected(rule)
            for rule, number in self.planned.items()
        )
