"""What every script shares: its log, its provenance, and one sentence for a user's mistake.

Scripts import it before any library, because it takes the hub's client offline: all that a job reads
is on disk, and only fetch_source, which says so itself, asks the network.
"""

import gc
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read once, when transformers or datasets is imported

from token_influence.disk import FULL
from token_influence.errors import TokenInfluenceError
from token_influence.files import sha256
from token_influence.provenance.records import Record, digests, read_input, write_record

gc.disable()  # until the job begins: it takes up to a second while libraries are imported

# Parameters that say where things lie; what they hold is told by the manifests.
PLACES = {"recipe", "folder", "folders"}


@contextmanager
def job(snakemake: Any) -> Iterator[TextIO]:
    """Yield the job's log; write the record of each output at the end.

    A user's mistake or a full disk is printed as one sentence, its traceback going to the log.
    """
    gc.enable()
    try:
        with Path(snakemake.log[0]).open("w", encoding="utf-8", buffering=1) as log, _logged(log):
            params = digests(dict(snakemake.params.items()))
            inputs = {path: read_input(path) for path in snakemake.input}
            yield log
            for path in snakemake.output:
                write_record(path, Record(params, inputs, sha256(path)))
    except TokenInfluenceError as error:
        sentence = str(error)
    except OSError as error:
        if error.errno not in FULL:
            raise
        sentence = f"{FULL[error.errno].format(folder=Path.cwd())}."
    else:
        return
    print(f"{snakemake.rule}: {sentence}", file=sys.stderr)
    raise SystemExit(1)


@contextmanager
def _logged(log: TextIO) -> Iterator[None]:
    """Write the traceback of an error to the log, where the disk still takes it."""
    try:
        yield
    except Exception:
        with suppress(OSError):
            traceback.print_exc(file=log)
        raise


def provenance(snakemake: Any) -> dict[str, Any]:
    """What determines the bytes of this job's results: its code, libraries and slice of the config."""
    params = dict(snakemake.params.items())
    identity = params.pop("code")
    return {**identity, "config": {key: params[key] for key in params.keys() - PLACES}}
