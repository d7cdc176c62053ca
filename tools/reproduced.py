"""Compare a reproduction with the committed version: the last line of `make reproduce`."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from versions import FOLDER, copy_of, entries, holds

Outputs = Mapping[str, Mapping[str, Any]]
LOCK, METRICS = "dvc.lock", "results/metrics.json"


def compared(before: Outputs, now: Outputs, same_metrics: bool) -> list[str]:
    """What is equal to the byte, in one line, and a line that names the groups that are not.

    before, now: the outputs of a version by their paths, as dvc.lock has them. Without DVC's list of
    the recorded files of a group that differs, it is not known which of them are equal.
    """
    total = sum(output.get("nfiles", 1) for output in before.values())
    differing = [path for path, output in before.items() if output["md5"] != now_md5(now, path)]
    known = {path: equal_files(before[path]["md5"], now_md5(now, path)) for path in differing}
    equal = total - sum(before[path].get("nfiles", 1) - (known[path] or 0) for path in differing)
    at_least = "at least " if None in known.values() else ""
    metrics = "metrics; " if same_metrics else ""
    lines = [f"same as recorded: {metrics}{at_least}{equal} of {total} files to the byte"]
    if not same_metrics:
        lines.append("the metrics differ from the recorded ones: `dvc metrics diff` shows them")
    if differing:
        lines.append(f"files differ in {', '.join(differing)} (docs/versioning.md says when)")
    return lines


def now_md5(now: Outputs, path: str) -> str:
    return now[path]["md5"] if path in now else ""


def equal_files(before: str, now: str) -> int | None:
    """The number of equal files in two versions of a folder; None if a list of them is missing."""
    if not before.endswith(FOLDER) or not now.endswith(FOLDER):
        return 0
    if not all(holds(copy_of(md5), md5) for md5 in (before, now)):
        return None
    return len(set(entries(before)) & set(entries(now)))


def committed(path: str) -> str | None:
    """The text of a file at the last commit; None if there is none."""
    command = ["git", "show", f"HEAD:{path}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def outputs_of(lock: str) -> Outputs:
    return {output["path"]: output for output in yaml.safe_load(lock)["stages"]["study"]["outs"]}


def main() -> None:
    lock, metrics = committed(LOCK), committed(METRICS)
    if lock is None or metrics is None or not Path(LOCK).is_file():
        return  # no version is recorded
    same = json.loads(metrics) == json.loads(Path(METRICS).read_text())
    print(*compared(outputs_of(lock), outputs_of(Path(LOCK).read_text()), same), sep="\n")


if __name__ == "__main__":
    main()
