"""Work that is done by a process of its own, and whose outcome the job verifies.

Files are downloaded, and lost ones made again, outside the jobs that need them. The code that does so
is no part of a job's identity, so that changing the number of retries measures nothing again. This is
safe because that code cannot change what a job reads: it runs in another process, and the job compares
every file with a checksum afterwards, by code that is part of the job's identity. All that the outside
work decides is whether the job gets its files.

Only this module may start such a process: `references` refuses other ways to start one.
"""

import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from threading import Thread
from typing import Any

from token_influence import errors

SECONDS_BETWEEN_LOOKS = 1.0


def run_outside(module: str, request: Mapping[str, Any]) -> Any:
    """Run `python -m module`, which calls `answer`, with `request`; return its result.

    Request and result are plain data. An error of the project that the process meets is raised here,
    with the same class and message and with its traceback as the cause. The caller verifies the files.
    """
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(request),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if not done.stdout:  # a fault of the code or of the machine; its traceback is on stderr
        raise subprocess.CalledProcessError(done.returncode, done.args)
    answered = json.loads(done.stdout)
    if done.returncode == 0:
        return answered["result"]
    kind = getattr(errors, answered["kind"])
    raise kind(answered["message"]) from RuntimeError(answered["traceback"])


def answer(work: Callable[..., Any]) -> None:
    """Do what `run_outside` asks, in the process that it started.

    The request's items are the keyword arguments of `work`. Standard output is kept for the answer;
    progress goes to standard error. If the asking process ends, so does this one.
    """
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    try:
        with redirect_stdout(sys.stderr):
            result = work(**json.load(sys.stdin))
    except errors.TokenInfluenceError as error:
        kind, trace = type(error).__name__, traceback.format_exc()
        print(json.dumps({"kind": kind, "message": str(error), "traceback": trace}))
        sys.exit(1)
    print(json.dumps({"result": result}))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    os._exit(1)
