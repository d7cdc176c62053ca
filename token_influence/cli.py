"""The command line: `python -m token_influence COMMAND`; `--help` lists the commands.

Exit codes: 0 for success; 1 for a mistake in the input, which is explained in one sentence; 2 for a
wrong command line; 130 after Ctrl-C. With any code but 0, no file is left behind.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from token_influence import __version__, importing
from token_influence.config.arms import Objective
from token_influence.config.decay import Family
from token_influence.demo import serving
from token_influence.errors import TokenInfluenceError
from token_influence.ranges import RANGE_PATTERN
from token_influence.standalone import explaining
from token_influence.standalone.choices import USUAL_DISTANCE, Choices, fits_on

DEFAULTS = Choices()

MEASURE = """\
Measure how strongly earlier tokens move the predictions of a causal language model, and how that
influence falls with distance: draw windows from the text, differentiate each prediction with respect
to the embeddings of the tokens before it, take the median over predictions at each distance r, and
fit a power law γ + β (r+1)^−p, an exponential and a constant to it."""

EXAMPLE = """\
example:
  token-influence measure --model path/to/checkpoint --text novel.txt --windows 32

  writes to influence-checkpoint/: summary.json (p with its interval, the comparison, the verdict),
  decay.json (all fits), profile-OBJECTIVE.png and .svg, and the tables windows.parquet,
  influence.parquet, predictions.parquet, profile.parquet. More: docs/your-model.md"""

FIT = """\
Fit another range of distances, or further families, to the influence that `measure` stored in FOLDER.
Nothing is measured again. In a study, change decay.ranges or decay.families in the config and start
Snakemake again, which repeats only the fits."""

HEADLINE = """\
Print the headline numbers of a study that has run: exponents with intervals, R² and losses of every
arm, and the verdicts on the published claims."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except TokenInfluenceError as error:
        # Libraries' messages, quoted in ours, may have several lines.
        print(f"token-influence: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("token-influence: stopped; nothing was written", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="token-influence",
        description="How strongly an earlier token moves a language model's next prediction.",
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    measure = commands.add_parser(
        "measure",
        help="measure a model on your text files",
        description=MEASURE,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    measure.set_defaults(run=_measure)
    _add_inputs(measure)
    _add_windows(measure)
    _add_rest(measure)
    explain = commands.add_parser(
        "explain",
        help="show which tokens of a prompt matter to a prediction",
        description=explaining.DESCRIPTION,
        epilog=explaining.EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    explaining.add_options(explain)
    demo = commands.add_parser(
        "demo", help="open a local page to explain prompts", description=serving.DESCRIPTION
    )
    serving.add_options(demo)
    fit = commands.add_parser("fit", help="fit another range to stored influence", description=FIT)
    fit.set_defaults(run=_fit)
    _add_fit(fit)
    headline = commands.add_parser(
        "headline", help="print the headline numbers of a study", description=HEADLINE
    )
    headline.set_defaults(run=_headline)
    headline.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("results"),
        metavar="FOLDER",
        help="the study's results (default: results)",
    )
    return top


def _add_fit(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, metavar="FOLDER", help="what `measure` wrote")
    command.add_argument(
        "--range",
        type=_range,
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


def _add_inputs(command: argparse.ArgumentParser) -> None:
    inputs = command.add_argument_group("what is measured")
    inputs.add_argument(
        "--model",
        required=True,
        metavar="PATH_OR_REPO",
        help="a folder with config.json, tokenizer and safetensors; a *.gguf file; or "
        "ORGANISATION/NAME on the Hugging Face hub, with @REVISION for a revision other than main",
    )
    inputs.add_argument(
        "--text",
        required=True,
        nargs="+",
        metavar="FILE",
        help="UTF-8 text files; each is one document, and every window lies within one document",
    )
    inputs.add_argument(
        "--objective",
        dest="objectives",
        action="append",
        choices=get_args(Objective),
        metavar="NAME",
        help=f"what is differentiated: {', '.join(get_args(Objective))} (default: "
        f"{', '.join(DEFAULTS.objectives)}); docs/engine.md defines them. May be given several times",
    )
    inputs.add_argument(
        "--shuffled",
        action="store_true",
        help="permute the tokens within each window, as a control",
    )


def _add_windows(command: argparse.ArgumentParser) -> None:
    windows = command.add_argument_group("windows and fit")
    windows.add_argument(
        "--windows",
        type=_integer(2),
        default=DEFAULTS.windows,
        metavar="N",
        help="number of windows (default: %(default)s)",
    )
    windows.add_argument(
        "--length",
        type=_integer(2),
        default=DEFAULTS.length,
        metavar="T",
        help="tokens that the model reads per window (default: %(default)s)",
    )
    windows.add_argument(
        "--positions",
        type=_integer(1),
        default=DEFAULTS.positions,
        metavar="K",
        help="predictions measured per window (default: %(default)s)",
    )
    windows.add_argument(
        "--min-position",
        type=_integer(1),
        metavar="I",
        help="smallest number of tokens before a measured prediction (default: T/2)",
    )
    windows.add_argument(
        "--range",
        type=_range,
        metavar="A..B",
        help="distances that are fitted, or 'full' for all that every prediction has (default: "
        f"1..{USUAL_DISTANCE}, less where windows are short)",
    )
    windows.add_argument(
        "--seed",
        type=_integer(0),
        default=DEFAULTS.seed,
        metavar="S",
        help="seed for drawing and shuffling (default: %(default)s)",
    )


def _add_rest(command: argparse.ArgumentParser) -> None:
    rest = command.add_argument_group("machine and output")
    rest.add_argument(
        "--device",
        choices=["auto", "cpu", "cuda", "mps"],
        default=DEFAULTS.device,
        help="where to compute (default: %(default)s; auto takes a GPU if there is one)",
    )
    rest.add_argument(
        "--threads",
        type=_integer(1),
        metavar="N",
        help="CPU threads (default: torch's choice, mostly one per core); another number may change "
        "the last digits of the results",
    )
    rest.add_argument(
        "--name",
        type=_name,
        help="what results call the model (default: the last part of MODEL)",
    )
    rest.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="folder for the results; it must be new or empty (default: influence-NAME)",
    )
    rest.add_argument(
        "--json", action="store_true", help="print the summary as one JSON object instead of text"
    )


def _integer(least: int) -> Callable[[str], int]:
    """Whole numbers from `least` on."""

    def whole(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least:
            raise argparse.ArgumentTypeError(
                f"found {text!r}; allowed are whole numbers from {least} to {10**9 - 1}"
            )
        return int(text)

    return whole


def _range(text: str) -> str:
    if not re.fullmatch(RANGE_PATTERN, text):
        raise argparse.ArgumentTypeError(
            f"found {text!r}; allowed is A..B, such as 1..{USUAL_DISTANCE}, or full"
        )
    return text


def _name(text: str) -> str:
    if not re.fullmatch(r"[\w-][\w.-]{0,79}", text):
        raise argparse.ArgumentTypeError(
            f"found {text!r}; allowed are up to 80 letters, digits, '.', '_' and '-', not beginning "
            "with '.'"
        )
    return text


def _measure(options: argparse.Namespace) -> None:
    """Measure one model on one text; notes and progress go to stderr, the results to stdout."""
    # Importing these takes seconds, and neither --help nor a wrong command line should wait for it.
    with importing():
        from transformers.utils import logging

        from token_influence.influence.determinism import make_reproducible
        from token_influence.models.locate import locate
        from token_influence.progress import progress
        from token_influence.provenance.code import code_identity
        from token_influence.standalone import measurement, record

    logging.set_verbosity_error()
    logging.disable_progress_bar()  # of loading weights; ours shows the windows
    threads = make_reproducible(options.threads)
    identity = code_identity(Path(measurement.__file__))
    documents = measurement.read_documents(options.text)
    checkpoint = locate(options.model)
    corpus, choices = measurement.corpus_name(options.text), _choices(options)
    name = options.name or checkpoint.name
    out = options.out or Path(f"influence-{name}")
    with record.new_folder(out) as folder:
        prepared = measurement.prepare(checkpoint.folder, documents, corpus, choices)
        about = record.about(prepared, choices, threads)
        about["model"] |= {"name": name, "commit": checkpoint.commit}
        about["model"] |= {"given": options.model}
        about["text"] |= {"name": corpus, "files": options.text}
        _note(*record.opening(about), f"memory: {prepared.plan}")
        if options.range is None and choices.lowest_position < USUAL_DISTANCE:
            _note(
                f"note: the windows are too short for r = 1..{USUAL_DISTANCE}, so the range ends earlier"
            )
        log = None if sys.stderr.isatty() else sys.stderr
        with progress(choices.windows, "measuring", log) as advance:
            findings = measurement.carry_out(prepared, name, corpus, choices, advance)
        summary = record.summary(findings, about)
        provenance = {key: about[key] for key in ("measured", "machine")}
        record.write(folder, findings, summary, identity | provenance)
    if options.json:
        shown = summary | {"folder": str(out)}
        print(json.dumps(shown, indent=2, sort_keys=True, allow_nan=False))
    else:
        print("\n".join([*record.closing(summary), f"figure, tables and records: {out}"]))


def _fit(options: argparse.Namespace) -> None:
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


def _headline(options: argparse.Namespace) -> None:
    """Print the headline numbers of a folder of results."""
    with importing():
        from token_influence.tables.headline import headline_report

    print(headline_report(options.folder))


def _choices(options: argparse.Namespace) -> Choices:
    return Choices(
        windows=options.windows,
        length=options.length,
        positions=options.positions,
        min_position=options.min_position,
        objectives=tuple(options.objectives or DEFAULTS.objectives),
        order="shuffled" if options.shuffled else "intact",
        seed=options.seed,
        device=options.device,
        fits=None if options.range is None else fits_on(options.range),
    )


def _note(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr, flush=True)
