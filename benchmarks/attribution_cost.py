"""What each attribution method costs per passage, from Snakemake's benchmark files.

Run in the repository after a study with the section `faithfulness`:
`python benchmarks/attribution_cost.py`, with the folder of the study's results if it is not `results`.
Prints a Markdown table: processor seconds per passage, less those of `random` jobs, which only start
and load the model; and this number over that of `semantic`, which takes a forward and a backward pass.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd


def costs(folder: Path) -> pd.DataFrame:
    """One row for each model and method: `passages` and `seconds` per passage, the cheapest first.

    folder: of the benchmark files of `attribute_passages`, {model}/{data}/{start}/{method}/{span}.tsv.
    """
    rows = []
    for file in sorted(folder.rglob("*.tsv")):
        model, *_, method = file.relative_to(folder).parent.parts
        first, last = map(int, file.stem.split("-"))
        seconds = pd.read_csv(file, sep="\t")["cpu_time"].sum()
        rows.append((model, method, last - first + 1, seconds))
    jobs = pd.DataFrame(rows, columns=["model", "method", "passages", "seconds"])
    start = jobs[jobs["method"] == "random"].groupby("model")["seconds"].mean()
    jobs["seconds"] -= jobs["model"].map(start)
    table = jobs.groupby(["model", "method"])[["passages", "seconds"]].sum().reset_index()
    table["seconds"] /= table["passages"]
    return table.sort_values(["model", "seconds"], ignore_index=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", nargs="?", default="results", help="default: results")
    folder = Path("logs", parser.parse_args().results, "benchmarks", "attribute_passages")
    if not folder.is_dir():
        sys.exit(f"There are no benchmark files in {folder}: run the study first.")
    print("| model | method | passages | CPU time per passage (s) | times that of `semantic` |")
    print("|---|---|---:|---:|---:|")
    for model, table in costs(folder).groupby("model"):
        unit = table.loc[table["method"] == "semantic", "seconds"].mean()
        for row in table[table["method"] != "random"].itertuples():
            print(
                f"| `{model}` | `{row.method}` | {row.passages} | {row.seconds:.3f} "
                f"| {row.seconds / unit:.1f} |"
            )


if __name__ == "__main__":
    main()
