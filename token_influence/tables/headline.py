"""The headline table as text for a terminal: `python -m token_influence.tables.headline results`."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from token_influence.files import read_json
from token_influence.profiles.labels import sources_in_words

COLUMNS = ("weights", "corpus", "order", "objective", "p [low, high]", "R² power", "R² exp", "loss")
RANKS = {"trained": "0", "random": "2", "intact": "0", "shuffled": "1"}
NONE = "—"


def natural(item: tuple[str, Any]) -> tuple[str, int, str]:
    """Sort key: trained weights, training steps in order, random weights; intact before shuffled."""
    # A longer number is a larger one, and all steps begin alike.
    return RANKS.get(item[0], "1"), len(item[0]), item[0]


def walk(metrics: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], float, Mapping[str, Any]]]:
    """Every profile as ((model, weights, corpus, order, objective), mean loss, its families)."""
    for model, by_weights in sorted(metrics["arms"].items()):
        for weights, by_corpus in sorted(by_weights.items(), key=natural):
            for corpus, by_order in sorted(by_corpus.items()):
                for order, arm in sorted(by_order.items(), key=natural):
                    for objective, families in sorted(arm.items(), reverse=True):
                        if isinstance(families, Mapping):
                            key = (model, weights, corpus, order, objective)
                            yield key, arm["loss"], families


def digits(value: float | None, decimals: int) -> str:
    """A number with fixed decimals, or a dash."""
    return NONE if value is None else f"{value:z.{decimals}f}"


def cells(families: Mapping[str, Any], loss: float, notes: list[str]) -> list[str]:
    """The result columns of one profile; the reason of an unidentified power law joins `notes`."""
    power, exponential = families.get("power_law", {}), families.get("exponential", {})
    exponent = NONE
    if power.get("identified"):
        p, low, high = (digits(power[key], 2) for key in ("p", "p_low", "p_high"))
        exponent = f"{p} [{low}, {high}]"
    elif power:
        if power["reason"] not in notes:
            notes.append(power["reason"])
        exponent = f"{NONE} ({notes.index(power['reason']) + 1})"
    squares = [digits(family.get("r_squared"), 3) for family in (power, exponential)]
    return [exponent, *squares, f"{loss:#.3g}"]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines with columns of equal width, two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def headline_table(metrics: Mapping[str, Any]) -> str:
    """The headline numbers of every arm and objective, one block per model."""
    headline, notes = metrics["headline"], list[str]()
    sources = sources_in_words(headline["skip_sources"])
    blocks: dict[str, list[list[str]]] = {}
    for (model, *arm), loss, families in walk(metrics):
        block = blocks.setdefault(model, [list(COLUMNS)])
        block.append([*arm, *cells(families, loss, notes)])
    lines = [f"γ + β (r+1)^−p on r = {headline['range']}, {sources}; loss in nats per token"]
    for model, rows in blocks.items():
        table = aligned(rows)
        rule = "─" * max(map(len, table))
        lines += ["", model, rule, table[0], rule, *table[1:], rule]
    lines += [f"({number}) {note}" for number, note in enumerate(notes, start=1)]
    return "\n".join(lines)


def verdict_lines(verdicts: pd.DataFrame) -> list[str]:
    """One line per published claim and objective: the verdict over all models and corpora."""
    rows = verdicts[(verdicts["model"] == "all") & (verdicts["verdict"] != "not measured")]
    cells = [
        [row["claim"], row["objective"], row["verdict"], f"({row['why']})"]
        for row in rows.to_dict("records")
    ]
    return [
        "Published claims, by the rules of docs/verdicts.md:",
        *(aligned(cells) if cells else []),
    ]


def main(results: Path) -> None:
    """Print the headline table of a folder of results, the verdicts, and where the rest is."""
    metrics, figures, tables = (results / name for name in ("metrics.json", "figures", "tables"))
    if not metrics.exists():
        raise SystemExit(f"{metrics} is not there yet; `snakemake --cores all` makes it.")
    print(headline_table(read_json(metrics)))
    if (verdicts := tables / "verdicts.csv").exists():  # DVC may have brought the metrics alone
        print("\n" + "\n".join(verdict_lines(pd.read_csv(verdicts))))
    print(f"\nFigures ({len(list(figures.rglob('*.png')))}, SVG and PNG): {figures}")
    print(f"Tables: {tables}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
