"""Mutated files, read one after the other by a process of their own, in bounded memory and time."""

import multiprocessing
import random
import resource
from collections.abc import Callable
from pathlib import Path


def ends(
    outcome: Callable[[int, Path], str],
    name: Callable[[int], object],
    folder: Path,
    *,
    files: int,
    memory: int,
    seconds: float,
) -> list[str]:
    """What `outcome(seed, folder)` gives for so many neighbouring seeds, which are printed.

    memory: bytes of the process; seconds: for each file; name: what an error says of its seed.
    """
    first = random.SystemRandom().randrange(10**9)
    print(f"seeds {first} to {first + files - 1}")
    found = []
    limit = (resource.RLIMIT_AS, (memory, memory))
    with multiprocessing.get_context("spawn").Pool(1, resource.setrlimit, limit) as child:
        for seed in range(first, first + files):
            try:
                found.append(child.apply_async(outcome, (seed, folder)).get(seconds))
            except BaseException as error:
                error.add_note(f"seed {seed}: {name(seed)}")
                raise
    return found
