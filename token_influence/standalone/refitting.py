"""The command `fit`: another range, or further families, on stored influence."""

import argparse
from pathlib import Path
from typing import get_args

from token_influence import importing
from token_influence.config.decay import Family
from token_influence.standalone.options import fitted_range

DESCRIPTION = """\
Fit another range of distances, or further families, to the influence that `measure` stored in FOLDER.
Nothing is measured again. In a study, change decay.ranges or decay.families in the config and start
Snakemake again, which repeats only the fits."""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.set_defaults(run=run)
    command.add_argument("folder", type=Path, metavar="FOLDER", help="what `measure` wrote")
    command.add_argument(
        "--range",
        type=fitted_range,
        required=True,
        metavar="A..B",
        help="distances that are fitted, or 'full' for all that every prediction has",
    )
    command.add_argument(
        "--family",
        dest="families",
        action="append",
        choices=get_args(Family),
        metavar="NAME",
        default=[],
        help="a curve that is fitted beside the usual ones (docs/statistics.md#families): "
        f"{', '.join(get_args(Family))}. May be given several times",
    )
    command.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="folder for the fits; it must be new or empty (default: FOLDER/fit-A..B)",
    )


def run(options: argparse.Namespace) -> None:
    """Fit stored influence on another range."""
    with importing():
        from token_influence.provenance.code import code_identity
        from token_influence.standalone import record, refit

    stored = refit.read_stored(options.folder)
    out = options.out or options.folder / f"fit-{options.range}"
    with record.new_folder(out) as folder:
        findings, about = refit.refit(stored, options.range, options.families)
        summary = record.summary(findings, about)
        provenance = code_identity(Path(refit.__file__)) | {"influence": stored.provenance}
        record.write_fits(folder, findings, summary, provenance)
    print("\n".join([*record.closing(summary), f"figure and fits: {out}"]))
