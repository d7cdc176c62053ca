# The run record, results/run.json: when, where and from which commit the last run ended well. It is no
# result and no input, so that it may differ between equal runs.
import datetime
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

from token_influence.errors import TokenInfluenceError
from token_influence.files import write_json

STARTED = time.time()


def record_run():
    """Write the run record."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    record = {
        "commit": commit.stdout.strip() or None,
        "finished": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "host": platform.node(),
        "machine": platform.machine(),
        "processor": processor(),
        "python": platform.python_version(),
        "seconds": round(time.time() - STARTED, 1),
    }
    write_json(record, f"{RESULTS}/run.json")


def processor():
    """The model of the processor, as far as the system tells it."""
    described = Path("/proc/cpuinfo")
    text = described.read_text() if described.is_file() else ""
    model = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return model[1] if model else platform.processor() or None


def reported(write):
    """Write a file that no result depends on; a failure is reported and fails no run."""
    try:
        write()
    except (TokenInfluenceError, OSError) as error:
        print(f"Not written: {error}", file=sys.stderr)


onsuccess:
    reported(RESULTS_CHECK.save)
    if not workflow.touch:
        reported(record_run)


onerror:
    reported(RESULTS_CHECK.save)
