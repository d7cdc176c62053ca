"""How long each stage of a study took, from Snakemake's benchmark files.

Run in the repository after a study: `python benchmarks/stages.py`, with the folder of the study's
results if it is not `results`. Prints a Markdown table: jobs, their wall time summed and at most,
processor time, and the largest resident memory of one job.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", nargs="?", default="results", help="default: results")
    folder = Path("logs", parser.parse_args().results, "benchmarks")
    files = sorted(folder.rglob("*.tsv"), key=lambda file: file.stat().st_mtime)
    if not files:
        sys.exit(f"There are no benchmark files in {folder}: run the study first.")
    jobs = pd.concat(
        [
            pd.read_csv(file, sep="\t", na_values="NA").assign(
                rule=file.relative_to(folder).parts[0]
            )
            for file in files
        ]
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


if __name__ == "__main__":
    main()
