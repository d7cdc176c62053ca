"""Make way for a run after one was killed: `make resume` (docs/reliability.md).

What a killed run leaves are Snakemake's lock, jobs that still work without it, and what they had half
written. Jobs are waited for, since they would write the same files as the new run; the rest is removed.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

FOLDERS = ("results", "resources")
POLL_SECONDS = 1.0


def working_here() -> Iterator[psutil.Process]:
    """The processes of this folder's runs: Snakemake itself, and the scripts that it started."""
    here, scripts = str(Path.cwd()), str(Path.cwd() / ".snakemake/scripts")
    own = {psutil.Process().pid, *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            script = any(word.startswith(scripts) for word in words)
            snakemake = any(Path(word).name == "snakemake" for word in words[:3])
            if process.pid not in own and (script or (snakemake and process.cwd() == here)):
                yield process
        except psutil.Error:  # it has ended, or it is somebody else's
            continue


def is_job(process: psutil.Process) -> bool:
    """Whether the process is a script of a job, and not Snakemake itself."""
    try:
        return any("/.snakemake/scripts/" in word for word in process.cmdline())
    except psutil.Error:
        return True  # it has ended


def half_written() -> Iterator[Path]:
    """Temporary files and folders below the results and the inputs."""
    for folder in map(Path, FOLDERS):
        yield from folder.rglob(".*.tmp*")
    # Of a conversion (token_influence/models/gguf.py); beside it lie only the checkpoints themselves.
    yield from Path("resources/models").glob("*/.*.????????")


def main() -> None:
    told = 0
    while working := list(working_here()):
        if runs := [process.pid for process in working if not is_job(process)]:
            sys.exit(f"A run still works in this folder (process {runs[0]}): nothing was done.")
        if len(working) != told:
            told = len(working)
            print(f"Still working, of the killed run: {told} jobs. Waiting for them …", flush=True)
        time.sleep(POLL_SECONDS)
    for path in list(half_written()):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        print(f"Removed {path}, which was half written.")
    subprocess.run([sys.executable, "-m", "snakemake", "--unlock", "--quiet", "all"], check=True)


if __name__ == "__main__":
    main()
