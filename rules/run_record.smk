# The run record, results/run.json: when, where and from which commit the last run ended well. It is no
# result and no input, so that it may differ between equal runs.
import datetime
import json
import platform
import subprocess
import time
from pathlib import Path

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
        "python": platform.python_version(),
        "seconds": round(time.time() - STARTED, 1),
    }
    Path(RESULTS).mkdir(parents=True, exist_ok=True)  # models or corpora alone make no results
    Path(RESULTS, "run.json").write_text(json.dumps(record, indent=2) + "\n")


onsuccess:
    RESULTS_CHECK.save()
    if not workflow.touch:
        record_run()


onerror:
    RESULTS_CHECK.save()
