"""Files that are known by their checksums, made again by a process of its own when they are lost.

A job reads a cache of files behind a small manifest that holds their checksums. While they are what
the manifest says, nothing else runs. Where some are missing or damaged, code that downloads and
converts makes them again. That code is no part of the job's identity, so that changing the number of
retries measures nothing again. This is safe because it cannot change what the job reads: it runs in
another process, and the job compares every file with its checksum afterwards, by code that is part
of the job's identity. All that this code decides is whether the job gets its files.

Only this module may start such a process: `references` refuses other ways to start one.
"""

import json
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from typing import Any

from token_influence import errors


def restore(module: str, request: Mapping[str, Any]) -> None:
    """Run `python -m module` and have it make files again as `request`, plain data, says.

    The module calls `answer`. An error of the project that it meets is raised here, with the same
    class and message and with its traceback as the cause. The caller verifies the files afterwards.
    """
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(request),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return
    if not done.stdout:  # a fault of the code or of the machine; its traceback is on stderr
        raise subprocess.CalledProcessError(done.returncode, done.args)
    error = json.loads(done.stdout)
    raise getattr(errors, error["kind"])(error["message"]) from RuntimeError(error["traceback"])


def answer(make_again: Callable[..., object]) -> None:
    """Carry out the request of `restore`, in the process that it started.

    The request's items are the keyword arguments of `make_again`. Standard output is kept for the
    error; progress goes to standard error.
    """
    try:
        with redirect_stdout(sys.stderr):
            make_again(**json.load(sys.stdin))
    except errors.TokenInfluenceError as error:
        kind, trace = type(error).__name__, traceback.format_exc()
        print(json.dumps({"kind": kind, "message": str(error), "traceback": trace}))
        sys.exit(1)
