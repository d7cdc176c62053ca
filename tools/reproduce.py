"""Run Snakemake, and show one line: how much is done, how long the rest takes, and the current jobs.

`python tools/reproduce.py ARGUMENTS OF SNAKEMAKE`. Whatever else Snakemake and its jobs say is shown
above the line, as it came. On a terminal the line is redrawn; elsewhere it is printed about once a
minute. The exit status is Snakemake's.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from snakemake_logger_plugin_events import MARK
from tqdm import tqdm

from token_influence.config import load_study, read_config
from token_influence.cost.jobs import job_seconds, sizes
from token_influence.cost.remaining import Work

SECONDS_BETWEEN_LINES = 60.0
MOST_SHOWN = 3  # kinds of running jobs


class Line:
    """The line of progress, on standard error."""

    def __init__(self) -> None:
        self.work: Work | None = None
        self.cores = 1
        self.bar: Any = None
        self.last = time.monotonic()
        self.terminal = sys.stderr.isatty()

    def read(self, line: str) -> None:
        """Take a line that Snakemake or one of its jobs has written."""
        # A job's words may lack their newline.
        words, mark, event = line.partition(MARK)
        if words.strip() or not mark:
            self.show(words.removesuffix("\n"))
        if mark:
            self.take(json.loads(event), time.monotonic())

    def take(self, event: dict[str, Any], now: float) -> None:
        """Count what has happened, an event of the plugin."""
        if "cores" in event:
            self.cores = event["cores"]
        elif "planned" in event:
            self.begin(event["planned"])
        elif self.work is not None and "started" in event:
            self.work.start(event["started"], event["rule"], now)
        elif self.work is not None and event["ended"] in self.work.running:
            self.work.end(event["ended"], now)

    def begin(self, planned: dict[str, int]) -> None:
        """Say what there is to do."""
        study = load_study(read_config(Path("config.yaml")))
        self.work = Work(planned, job_seconds(study, sizes(study), planned), self.cores)
        about = told(self.work.left(0.0))
        self.show(f"{self.work.jobs} jobs, {about} on {self.cores} cores; what they say: logs/")

    def show(self, words: str) -> None:
        """Print words as they are, above the line."""
        with tqdm.external_write_mode(file=sys.stderr):
            print(words, file=sys.stderr, flush=True)

    def draw(self) -> None:
        """Bring the line up to date; elsewhere than on a terminal, print it once in a while."""
        now = time.monotonic()
        if self.work is None or not self.work.running:
            return
        if not self.terminal:
            if now - self.last >= SECONDS_BETWEEN_LINES:
                self.last = now
                self.show(f"{self.work.share(now):.0%}, {state(self.work, now)}")
            return
        if self.bar is None:
            form = "{percentage:3.0f}%|{bar:20}| {desc}"
            # Told its size, since tqdm shows nothing on a terminal that does not say how large it is.
            self.bar = tqdm(total=1.0, bar_format=form, leave=False, ncols=80, nrows=24)
        self.bar.ncols = shutil.get_terminal_size().columns  # 80 if it does not say
        self.bar.n = self.work.share(now)
        self.bar.set_description_str(state(self.work, now))

    def close(self) -> None:
        """Remove the line from the terminal."""
        if self.bar is not None:
            self.bar.close()


def state(work: Work, now: float) -> str:
    """The remaining time, the number of jobs and the current ones in words."""
    rules = Counter(rule for rule, _ in work.running.values())
    shown = [rule + (f" ({n})" if n > 1 else "") for rule, n in rules.most_common(MOST_SHOWN)]
    current = ", ".join([*shown, *(["…"] if len(rules) > MOST_SHOWN else [])])
    return f"{told(work.left(now))} left, {work.done} of {work.jobs} jobs; now {current or 'none'}"


def told(seconds: float) -> str:
    """A duration in words."""
    if seconds < 60:
        return "less than a minute"
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes < 120 else f"about {minutes / 60:.1f} h"


def lines_of(stream: IO[str]) -> Iterator[str | None]:
    """The lines of a stream as they come, and None after each second without one."""
    queue: SimpleQueue[str] = SimpleQueue()

    def read() -> None:
        for line in stream:
            queue.put(line)
        queue.put("")  # the end

    Thread(target=read, daemon=True).start()
    while True:
        try:
            line = queue.get(timeout=1.0)
        except Empty:
            yield None
            continue
        if not line:
            return
        yield line


def missing_configs(arguments: Sequence[str]) -> list[str]:
    """The files after `--configfile` that are not there; Snakemake itself would show a traceback."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile", "--configfiles", nargs="+", action="extend", default=[])
    known, _ = parser.parse_known_args(arguments)
    return [name for name in known.configfile if not Path(name).is_file()]


def main() -> int:
    for name in missing_configs(sys.argv[1:]):
        print(f"--configfile: found {name!r}, but there is no such file.", file=sys.stderr)
        return 1
    tools = Path(__file__).parent
    path = os.pathsep.join(filter(None, [str(tools), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "snakemake", "--logger=events", *sys.argv[1:]]
    snakemake = subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    # Ctrl-C reaches Snakemake too, which stops its jobs and says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: snakemake.terminate())
    assert snakemake.stdout is not None
    line = Line()
    try:
        for words in lines_of(snakemake.stdout):
            if words is not None:
                line.read(words)
            line.draw()
    finally:
        line.close()
    status = snakemake.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
