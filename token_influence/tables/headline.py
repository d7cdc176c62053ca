"""The headline numbers of a study as text for a terminal."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from token_influence.errors import MissingResultError
from token_influence.files import read_json
from token_influence.orders import ORDERS
from token_influence.profiles.labels import sources_in_words
from token_influence.tables.metrics import summarise
from token_influence.tables.text import NONE, aligned, digits

COLUMNS = (
    *("weights", "corpus", "order", "objective"),
    *("p [low, high]", "γ [low, high]", "R² power", "R² exp", "loss"),
)
RANKS = {"trained": "0", "random": "2"} | {order: str(at) for at, order in enumerate(ORDERS)}


def headline_report(results: Path) -> str:
    """The headline table of a folder of results, the verdicts, and where the rest is.

    Raises MissingResultError where the folder lacks metrics.json or a table that is shown.
    """
    metrics, figures, tables = (results / name for name in ("metrics.json", "figures", "tables"))
    decay, predictions = tables / "decay.csv", tables / "predictions.csv"
    for file in (metrics, decay, predictions):
        if not file.exists():
            raise MissingResultError(
                f"{file} is not there yet; `snakemake --cores all` makes it, and `dvc pull` brings "
                "that of a recorded version."
            )
    headline = read_json(metrics)["headline"]
    numbers = summarise(pd.read_csv(decay), pd.read_csv(predictions), headline)
    lines = [headline_table(numbers)]
    if (verdicts := tables / "verdicts.csv").exists():
        lines += ["", *verdict_lines(pd.read_csv(verdicts))]
    lines += ["", f"Figures ({len(list(figures.rglob('*.png')))}, SVG and PNG): {figures}"]
    return "\n".join([*lines, f"Tables: {tables}"])


def headline_table(metrics: Mapping[str, Any]) -> str:
    """The headline numbers of every arm and objective, one block per model.

    metrics: see `metrics.summarise`.
    """
    headline, notes = metrics["headline"], list[str]()
    sources = sources_in_words(headline["skip_sources"])
    blocks: dict[str, list[list[str]]] = {}
    for (model, *profile), loss, families in profiles(metrics):
        block = blocks.setdefault(model, [list(COLUMNS)])
        block.append([*profile, *result_cells(families, loss, notes)])
    lines = [f"γ + β (r+1)^−p on r = {headline['range']}, {sources}; loss in nats per token"]
    for model, rows in blocks.items():
        table = aligned(rows)
        rule = "─" * max(map(len, table))
        lines += ["", model, rule, table[0], rule, *table[1:], rule]
    lines += [f"({number}) {note}" for number, note in enumerate(notes, start=1)]
    return "\n".join(lines)


def profiles(
    metrics: Mapping[str, Any],
) -> Iterator[tuple[tuple[str, ...], float, Mapping[str, Any]]]:
    """Every profile as ((model, weights, corpus, order, objective), mean loss, its families)."""
    for model, by_weights in sorted(metrics["arms"].items()):
        for weights, by_corpus in sorted(by_weights.items(), key=reading_order):
            for corpus, by_order in sorted(by_corpus.items()):
                for order, arm in sorted(by_order.items(), key=reading_order):
                    for objective, families in sorted(arm.items(), reverse=True):
                        if isinstance(families, Mapping):
                            key = (model, weights, corpus, order, objective)
                            yield key, arm["loss"], families


def reading_order(item: tuple[str, Any]) -> tuple[str, int, str]:
    """Sort key: trained weights, training steps in order, random weights; intact before its controls."""
    # All steps begin with the same letters, so the longer name has the larger number.
    return RANKS.get(item[0], "1"), len(item[0]), item[0]


def result_cells(families: Mapping[str, Any], loss: float, notes: list[str]) -> list[str]:
    """Exponent and floor of the power law, R² of both families and loss of one profile.

    Where the power law is not identified, its cell gives the number of the reason, which is added to
    `notes` if it is not there yet.
    """
    power, exponential = families.get("power_law", {}), families.get("exponential", {})
    exponent = floor = NONE
    if power.get("identified"):
        exponent, floor = interval_cell(power, "p", 2), interval_cell(power, "gamma", 3)
    elif power:
        if power["reason"] not in notes:
            notes.append(power["reason"])
        exponent = f"{NONE} ({notes.index(power['reason']) + 1})"
    squares = [digits(family.get("r_squared"), 3) for family in (power, exponential)]
    return [exponent, floor, *squares, f"{loss:#.3g}"]


def interval_cell(fit: Mapping[str, Any], name: str, decimals: int) -> str:
    """A parameter with its interval, such as `0.99 [0.95, 1.03]`."""
    middle, low, high = (digits(fit[f"{name}{end}"], decimals) for end in ("", "_low", "_high"))
    return f"{middle} [{low}, {high}]"


def verdict_lines(verdicts: pd.DataFrame) -> list[str]:
    """One line per published claim and objective: the verdict over all models and corpora.

    verdicts: the table of the same name.
    """
    rows = verdicts[(verdicts["model"] == "all") & (verdicts["verdict"] != "not measured")]
    cells = [
        [row["claim"], row["objective"], row["verdict"], f"({row['why']})"]
        for row in rows.to_dict("records")
    ]
    return [
        "Published claims, by the rules of docs/verdicts.md:",
        *(aligned(cells) if cells else []),
    ]
