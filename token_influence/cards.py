"""GPUs that are lent to one run at a time.

A card that somebody has assigned already, as SLURM does through `CUDA_VISIBLE_DEVICES`, is used.
Otherwise a run takes a card by locking a file, which the system unlocks when the run ends.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

ASSIGNED = "CUDA_VISIBLE_DEVICES"
FOLDER = Path(tempfile.gettempdir()) / "token-influence-cards"
POLL_SECONDS = 1.0


def cards() -> list[str]:
    """The identities of the cards of this machine (UUIDs), as `nvidia-smi` tells; none without it."""
    command = ["nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.split()


def lease(among: Sequence[str], folder: Path) -> tuple[str, FileLock]:
    """A card that nobody holds, and its lock, which must be kept; waits until one is free.

    among: identities of cards, not empty. folder: the place of the locks, the same for all users of
    the machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid == os.geteuid():
        folder.chmod(0o777)  # also for other users of the machine
    while True:
        for card in among:
            lock = FileLock(folder / f"{card}.lock", mode=0o666)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                continue
            return card, lock
        time.sleep(POLL_SECONDS)


def assign() -> FileLock | None:
    """Have this process and those that it starts see one card alone, which is leased.

    Returns the lock of the card, which must be kept. None where cards are assigned already, or there is
    none.
    """
    if ASSIGNED in os.environ or not (found := cards()):
        return None
    card, lock = lease(found, FOLDER)
    os.environ[ASSIGNED] = card
    return lock
