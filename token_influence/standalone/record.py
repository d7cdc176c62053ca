"""The record of one measurement: a summary, its lines for a terminal, and the files of results."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from token_influence.claims.verdicts import verdict
from token_influence.disk import writing
from token_influence.errors import OutputError
from token_influence.figures.profile import profile_figure
from token_influence.figures.style import save
from token_influence.files import write_json
from token_influence.parquet import write_parquet
from token_influence.profiles.labels import POOLED
from token_influence.ranges import range_label
from token_influence.standalone.choices import Choices
from token_influence.standalone.measurement import Findings, Prepared
from token_influence.tables.measured import prediction_row
from token_influence.tables.text import aligned, digits

SYMBOLS = {"power_law": ("p", 2), "exponential": ("xi", 1)}
"""The parameter that is printed of a family, and with how many decimals."""


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that is renamed to `folder` on success, and removed on failure.

    Raises OutputError, before anything is done within, where `folder` is not empty or cannot be made.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise OutputError(f"The folder {folder} is not empty; name another one for the results.")
    parent = next(parent for parent in folder.absolute().parents if parent.exists())
    name = f"The folder {folder}"
    with writing(name, parent, OutputError):
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=parent))
    try:
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder} is a file; name a folder for the results.")
        yield temporary
        with writing(name, parent, OutputError):
            temporary.chmod(0o755)  # like other folders; a temporary one is private
            folder.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def about(prepared: Prepared, choices: Choices, threads: int) -> dict[str, Any]:
    """What will be measured, as plain data: `model`, `text`, `measured` and `machine`.

    threads: the number that torch uses.
    """
    model, settings = prepared.model, choices.settings
    return {
        "model": {
            "architecture": type(model).__name__,
            "parameters": model.num_parameters(),
            "stored_dtypes": prepared.stored_dtypes,
        },
        "text": {"documents": prepared.documents, "tokens": prepared.tokens},
        "measured": {
            "windows": choices.windows,
            "length": choices.length,
            "positions": choices.positions,
            "min_position": choices.lowest_position,
            "objectives": list(choices.objectives),
            "order": choices.order,
            "seed": choices.seed,
            "ranges": list(settings.ranges),
            "bootstrap": asdict(settings.bootstrap),
        },
        "machine": {
            "device": model.device.type,
            "dtype": str(model.dtype).removeprefix("torch."),
            "torch_threads": threads,
            "batch_size": prepared.plan.batch_size,
            "agreement": prepared.agreement,
        },
    }


def opening(about: Mapping[str, Any]) -> list[str]:
    """What will be measured as lines for a terminal.

    about: the result of the function `about`, with a `name` for the model and for the text.
    """
    model, text, measured, machine = (about[k] for k in ("model", "text", "measured", "machine"))
    order = "shuffled tokens" if measured["order"] == "shuffled" else "tokens in their order"
    documents = f"{text['documents']} documents" if text["documents"] > 1 else "1 document"
    return [
        f"model: {model['name']}, {model['architecture']}, {model['parameters']:,} parameters",
        f"text: {text['name']}, {documents}, {text['tokens']:,} tokens",
        f"windows: {measured['windows']} of {measured['length']} tokens, {order}; "
        f"{measured['positions']} predictions in each, with at least {measured['min_position']} "
        f"tokens before them; {', '.join(measured['objectives'])}",
        f"fitted: r = {', '.join(measured['ranges'])}",
        f"on: {machine['device']}, {machine['dtype']}, CPU threads: {machine['torch_threads']}",
    ]


def summary(findings: Findings, about: Mapping[str, Any]) -> dict[str, Any]:
    """The results in a few numbers: `loss` and `objectives`, beside what was measured (`about`).

    `loss`: mean and standard error over windows, in nats per token. For each objective: the range;
    for each family its `parameters` (estimate, low, high; None where they are not identified), R²,
    cross-validated error and share of resamples won; and the verdict (see `verdicts.verdict`).
    """
    row = prediction_row(findings.predictions.assign(seed=0))
    return {
        **about,
        "loss": {"mean": row["loss"], "se": row["loss_se"], "unit": "nats per token"},
        "objectives": {name: _objective(record) for name, record in findings.decay.items()},
    }


def _objective(record: Mapping[str, Any]) -> dict[str, Any]:
    fits = [fit for fit in record["fits"] if fit["seed"] == POOLED]
    fits = [fit for fit in fits if fit["range"] == fits[0]["range"]]
    judged = verdict(record)
    return {
        "range": range_label(fits[0]["distance_min"], fits[0]["distance_max"]),
        "families": {fit["family"]: _family(fit) for fit in fits},
        "verdict": {
            "answer": judged.answer,
            "windows": judged.windows,
            "sentence": judged.sentence,
        },
    }


def _family(fit: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("identified", "reason", "r_squared", "cv_error", "cv_error_se", "win_share")
    parameters = {
        name: {key: numbers[key] for key in ("estimate", "low", "high")}
        for name, numbers in fit["parameters"].items()
    }
    return {
        "parameters": parameters if fit["identified"] else None,
        **{key: fit[key] for key in keys},
    }


def closing(summary: Mapping[str, Any]) -> list[str]:
    """A summary as lines for a terminal."""
    lines = []
    for name, objective in summary["objectives"].items():
        rows = [_row(family, numbers) for family, numbers in objective["families"].items()]
        lines += [f"{name}, r = {objective['range']}:", *(f"  {line}" for line in aligned(rows))]
        lines += [f"  {objective['verdict']['sentence']}"]
    loss = summary["loss"]
    return [*lines, f"loss {loss['mean']:.2f} ± {loss['se']:.2f} {loss['unit']}"]


def _row(family: str, numbers: Mapping[str, Any]) -> list[str]:
    """A family's line: its parameter with the interval, R², and how often it is the best."""
    value = ""
    if family in SYMBOLS:
        name, decimals = SYMBOLS[family]
        value = f"{name} not determined"
        if numbers["parameters"] is not None:
            shape = numbers["parameters"][name]
            middle, low, high = (digits(shape[k], decimals) for k in ("estimate", "low", "high"))
            value = f"{name} = {middle} [{low}, {high}]"
    share = numbers["win_share"]
    best = "" if share is None else f"best in {share:.0%} of resamples"
    return [family.replace("_", " "), value, f"R² {digits(numbers['r_squared'], 3)}", best]


def write(
    folder: Path, findings: Findings, summary: Mapping[str, Any], provenance: Mapping[str, Any]
) -> None:
    """Write the tables (Parquet), fits and summary (JSON), and a figure of each objective's profile.

    provenance: what determined the results, for the files that can carry it.
    """
    for name in ("windows", "influence", "predictions"):
        write_parquet(getattr(findings, name), folder / f"{name}.parquet", provenance)
    write_fits(folder, findings, summary, provenance)


def write_fits(
    folder: Path, findings: Findings, summary: Mapping[str, Any], provenance: Mapping[str, Any]
) -> None:
    """Write what the fits gave: `write` without the tables of what was measured."""
    write_parquet(findings.profile, folder / "profile.parquet", provenance)
    write_json(
        {"provenance": dict(provenance), "objectives": findings.decay}, folder / "decay.json"
    )
    write_json(summary, folder / "summary.json")
    for name, record in findings.decay.items():
        profile = findings.profile[findings.profile["objective"] == name]
        shown = {key: record["fits"][0][key] for key in ("range", "skip_sources")}
        interval = summary["measured"]["bootstrap"]["interval"]
        figure = profile_figure(profile, record, shown, interval)
        save(figure, folder / f"profile-{name}.svg", folder / f"profile-{name}.png")
