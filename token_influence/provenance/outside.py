"""Work that is done by a process of its own, and whose outcome the job verifies.

Files are downloaded, and lost ones made again, outside the jobs that need them. The code that does so
is no part of a job's identity, so that changing the number of retries measures nothing again. This is
safe because that code cannot change what a job reads: it runs in another process, and the job compares
every file with a checksum afterwards, by code that is part of the job's identity. All that the outside
work decides is whether the job gets its files.

Only this module may start such a process: `references` refuses other ways to start one.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from token_influence import errors


def run_outside(module: str, request: Mapping[str, Any]) -> Any:
    """Run `python -m module`, which calls `answering.answer`, with `request`; return its result.

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
