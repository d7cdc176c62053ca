"""The engine's speed over time: one line for each run of the benchmark, in a CSV file.

`python benchmarks/engine_history.py CSV_FILE FIGURE` draws it (.svg or .png).
"""

import csv
import re
import subprocess
import sys
from collections import defaultdict
from itertools import cycle
from pathlib import Path

from token_influence.figures import style
from token_influence.provenance.machine import CPUINFO, processor

# A run is compared with the last one for which these are equal.
MACHINE = ("processor", "instructions", "dtype", "threads")
MEASURED = ("ratio_to_best_peer", "share_of_limit")
DROP = 0.10
COLOURS = (style.BLUE, style.VERMILLION, style.GREEN, style.INK, style.MUTED)
# The sets of instructions that matrix products are made of, by their names in Linux.
SETS = ("fma", "avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "sve", "bf16")


def append(path: Path, dtype: str, threads: int, ratio: float, share: float) -> list[str]:
    """Add this run to the file at `path`; a sentence for each number that fell by more than a tenth.

    ratio: time of the best peer over ours; share: of the limit, rows that can be non-zero.
    """
    run = {
        "commit": _commit(),
        "processor": processor() or "unknown",
        "instructions": instructions(),
        "dtype": dtype,
        "threads": str(threads),
        "ratio_to_best_peer": f"{ratio:.3f}",
        "share_of_limit": f"{share:.3f}",
    }
    new, known = not path.exists(), _read(path)
    alike = [old for old in known if all(old[key] == run[key] for key in MACHINE)]
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(run), lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(run)
    return [
        f"{dtype}: {key.replace('_', ' ')} fell from {last[key]} (commit {last['commit']}) "
        f"to {run[key]}."
        for last in alike[-1:]
        for key in MEASURED
        if float(run[key]) < (1 - DROP) * float(last[key])
    ]


def instructions() -> str:
    """Which of `SETS` the processor has; empty where the system does not tell."""
    text = CPUINFO.read_text(encoding="utf-8") if CPUINFO.is_file() else ""
    found = re.search(r"^(?:flags|Features)\s*: (.+)$", text, re.MULTILINE)
    return " ".join(name for name in SETS if found and name in found[1].split())


@style.styled
def draw(path: Path, figure_path: str) -> None:
    """Both numbers by commit, in the order of the file, a line for each kind of machine and type."""
    runs, lines = _read(path), defaultdict(list)
    commits = list(dict.fromkeys(run["commit"] for run in runs))
    for run in runs:
        lines[f"{run['processor']}, {run['dtype']}, threads: {run['threads']}"].append(run)
    figure = style.TWO_COLUMNS.figure(9, 3.2)
    panels = figure.subplots(1, len(MEASURED))
    titles = ("Time of the best peer over ours", "Share of the limit")
    for axes, key, title in zip(panels, MEASURED, titles, strict=True):
        for (label, own), colour in zip(lines.items(), cycle(COLOURS), strict=False):
            values = [float(run[key]) for run in own]
            places = [commits.index(run["commit"]) for run in own]
            axes.plot(places, values, "o-", color=colour, label=label, clip_on=False)
        axes.set_xticks(range(len(commits)), commits, rotation=90)
        axes.set_xlim(-0.5, len(commits) - 0.5)
        axes.set_ylim(0, 1.1 * max(float(run[key]) for run in runs))
        axes.set_title(title)
        axes.set_xlabel("Commit of the run")
    style.legend_below(figure, style.labelled(*panels), columns=2)
    figure.savefig(figure_path, metadata={"Date": None} if figure_path.endswith(".svg") else None)


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _commit() -> str:
    """The commit of this code, with "-dirty" where files other than the history are changed."""
    folder = Path(__file__).parent

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *arguments], capture_output=True, encoding="utf-8", cwd=folder
        )

    commit = git("rev-parse", "--short", "HEAD").stdout.strip()
    changed = git("diff", "--quiet", "HEAD", "--", ":/", ":(exclude)history.csv").returncode
    return f"{commit}{'-dirty' if changed else ''}" if commit else "unknown"


if __name__ == "__main__":
    draw(Path(sys.argv[1]), sys.argv[2])
