"""Progress of a long job: a bar on a terminal, and a plain line from time to time in the log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 30.0


class Log(Protocol):
    """Anything with a method `write`, such as an open file."""

    def write(self, line: str, /) -> Any:
        """Write one line."""


@contextmanager
def progress(
    total: int, description: str, log: Log | None = None, unit: str = "window"
) -> Iterator[Callable[..., None]]:
    """Yield a function to call after each of `total` steps (its arguments are ignored).

    On a terminal a bar shows rate and remaining time. `log` gets a line after the first step, after
    the last, and about every half minute between, so that it stays short.
    """
    started = time.monotonic()
    state = {"done": 0, "last_line": -SECONDS_BETWEEN_LINES}
    # disable=None: no bar where stderr is not a terminal.
    with tqdm(total=total, desc=description, disable=None, unit=unit) as bar:

        def advance(*_: object) -> None:
            bar.update()
            state["done"] += 1
            elapsed = time.monotonic() - started
            due = elapsed - state["last_line"] >= SECONDS_BETWEEN_LINES
            if log is not None and (due or state["done"] == total):
                state["last_line"] = elapsed
                left = elapsed / state["done"] * (total - state["done"])
                log.write(
                    f"{description}: {state['done']} of {total}, {state['done'] / elapsed:.3g}/s, "
                    f"{elapsed:.0f} s so far, about {left:.0f} s left\n"
                )

        yield advance
