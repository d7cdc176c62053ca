# The run record, results/run.json: when, where and from which commit the last run ended well. It is no
# result and no input, so that it may differ between equal runs; nor is run.js, which hands it to the page.
# Here is also what a run does before its first job.
import datetime
import platform
import subprocess
import sys
import time

from token_influence.errors import TokenInfluenceError
from token_influence.files import write_json
from token_influence.page.run_file import write_run_file
from token_influence.provenance.machine import processor

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
    if Path(PAGE).exists():
        write_run_file(record, Path(BENCHMARKS), Path(PAGE).with_name("run.js"))


def reported(write):
    """Write a file that no result depends on; a failure is reported and fails no run."""
    try:
        write()
    except (TokenInfluenceError, OSError) as error:
        print(f"Not written: {error}", file=sys.stderr)


onstart:
    if workflow.is_main_process:
        check_storage(claim=True)
        take_card()


onsuccess:
    reported(RESULTS_CHECK.save)
    if not workflow.touch:
        reported(record_run)


onerror:
    reported(RESULTS_CHECK.save)
