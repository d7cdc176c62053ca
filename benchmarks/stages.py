"""How long each stage of the last run took, from Snakemake's benchmark files.

Run in the repository after a study: `python benchmarks/stages.py`. Prints a Markdown table: jobs,
their wall time summed and at most, processor time, and the largest resident memory of one job.
"""

import sys
from pathlib import Path

import pandas as pd

BENCHMARKS = Path("logs/benchmarks")


def main() -> None:
    files = sorted(BENCHMARKS.rglob("*.tsv"), key=lambda file: file.stat().st_mtime)
    if not files:
        sys.exit(f"There are no benchmark files in {BENCHMARKS}: run a study first.")
    jobs = pd.concat(
        [pd.read_csv(file, sep="\t", na_values="NA").assign(rule=stage(file)) for file in files]
    )
    print(
        "| rule | jobs | wall time, sum (s) | longest job (s) | CPU time, sum (s) | memory (MB) |"
    )
    print("|---|---:|---:|---:|---:|---:|")
    for rule, part in jobs.groupby("rule", sort=False):
        print(
            f"| `{rule}` | {len(part)} | {part['s'].sum():.0f} | {part['s'].max():.0f} "
            f"| {part['cpu_time'].sum():.0f} | {part['max_rss'].max():.0f} |"
        )


def stage(file: Path) -> str:
    return file.relative_to(BENCHMARKS).parts[0]


if __name__ == "__main__":
    main()
