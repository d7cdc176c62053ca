"""The other side of `outside`: the process that does the work and answers."""

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from threading import Thread
from typing import Any

from token_influence.errors import TokenInfluenceError

SECONDS_BETWEEN_LOOKS = 1.0


def answer(work: Callable[..., Any]) -> None:
    """Do what `outside.run_outside` asks, in the process that it started.

    The request's items are the keyword arguments of `work`. Standard output is kept for the answer;
    progress goes to standard error. If the asking process ends, so does this one.
    """
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    try:
        with redirect_stdout(sys.stderr):
            result = work(**json.load(sys.stdin))
    except TokenInfluenceError as error:
        kind, trace = type(error).__name__, traceback.format_exc()
        print(json.dumps({"kind": kind, "message": str(error), "traceback": trace}))
        sys.exit(1)
    print(json.dumps({"result": result}))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    os._exit(1)
