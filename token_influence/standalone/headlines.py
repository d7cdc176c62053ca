"""The command `headline`: the outcome of a study in the terminal."""

import argparse
from pathlib import Path

from token_influence import importing

DESCRIPTION = """\
Print the headline numbers of a study that has run: exponents with intervals, R² and losses of every
arm, and the verdicts on the published claims."""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.set_defaults(run=run)
    command.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("results"),
        metavar="FOLDER",
        help="the study's results (default: results)",
    )


def run(options: argparse.Namespace) -> None:
    """Print the headline numbers of a folder of results."""
    with importing():
        from token_influence.tables.headline import headline_report

    print(headline_report(options.folder))
