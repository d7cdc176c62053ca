"""Other ranges or families, fitted to the influence that a measurement stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from token_influence.errors import MissingResultError
from token_influence.files import read_json
from token_influence.influence.measure import Measurement
from token_influence.parquet import read_provenance
from token_influence.standalone.choices import Choices, fits_on
from token_influence.standalone.measurement import Findings, findings_of
from token_influence.untrusted import reading


@dataclass(frozen=True)
class Stored:
    """What `measure` wrote: the tables, the `arm`, and what was measured (`about`, see `record`).

    provenance: that of the stored influence.
    """

    measured: Measurement
    windows: pd.DataFrame
    arm: dict[str, str]
    about: dict[str, Any]
    provenance: dict[str, Any]


def read_stored(folder: Path) -> Stored:
    """The measurement in a folder that `measure` wrote; raises MissingResultError if it is none."""
    for name in ("influence.parquet", "summary.json"):
        if not (folder / name).is_file():
            raise MissingResultError(
                f"There is no measurement in {folder}: {name} is missing; allowed is a folder that "
                "`token-influence measure` wrote."
            )
    with reading(f"The measurement in {folder}", MissingResultError):
        tables = {
            name: pd.read_parquet(folder / f"{name}.parquet")
            for name in ("influence", "predictions", "windows")
        }
        summary = read_json(folder / "summary.json")
        records = read_json(folder / "decay.json")["objectives"].values()
        arm = {key: name for key, name in next(iter(records))["arm"].items() if key != "objective"}
        about = {key: summary[key] for key in ("model", "text", "measured", "machine")}
        provenance = read_provenance(folder / "influence.parquet")
    measured = Measurement(tables["influence"], tables["predictions"])
    return Stored(measured, tables["windows"], arm, about, provenance)


def refit(
    stored: Stored, label: str, families: Sequence[str] = ()
) -> tuple[Findings, dict[str, Any]]:
    """The findings on another range, and `about` with this range.

    label, families: as for `fits_on`. Raises DecayError for a range that the windows do not have.
    """
    about, seed = stored.about, stored.about["measured"]["seed"]
    choices = Choices(seed=seed, fits=fits_on(label, families))
    findings = findings_of(stored.measured, stored.windows, stored.arm, choices)
    return findings, about | {"measured": about["measured"] | {"ranges": [label]}}
