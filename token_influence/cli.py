"""The command line: `python -m token_influence measure --model … --text …`, without a pipeline.

Exit codes: 0 done; 1 a mistake in what was given, told in one sentence; 2 a wrong command line;
130 stopped with Ctrl-C. Whatever the outcome but 0, nothing is left behind.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from token_influence import importing
from token_influence.config.schema import Objective
from token_influence.errors import TokenInfluenceError
from token_influence.ranges import RANGE_PATTERN

if TYPE_CHECKING:
    from token_influence.standalone.measurement import Choices

MEASURE = """\
Measure how strongly earlier tokens move the predictions of a causal language model, and how that
influence falls with distance: draw windows from the text, differentiate each prediction by the
embeddings of the tokens before it, take the median over predictions at each distance r, and fit
a power law γ + β (r+1)^−p, an exponential and a constant to it."""

EXAMPLE = """\
example:
  token-influence measure --model path/to/checkpoint --text novel.txt --windows 32

  writes to influence-checkpoint/: summary.json (p with its interval, the comparison, the verdict),
  decay.json (all of the fits), profile-OBJECTIVE.png and .svg, and the tables windows.parquet,
  influence.parquet, predictions.parquet, profile.parquet. More: docs/your-model.md"""


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
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    measure = commands.add_parser(
        "measure",
        help="measure a model on text files of yours",
        description=MEASURE,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    measure.set_defaults(run=_measure)
    _add_inputs(measure)
    _add_windows(measure)
    _add_rest(measure)
    return top


def _add_inputs(command: argparse.ArgumentParser) -> None:
    inputs = command.add_argument_group("what is measured")
    inputs.add_argument(
        "--model",
        required=True,
        metavar="PATH_OR_REPO",
        help="a folder with config.json, tokenizer and safetensors; a *.gguf file; or "
        "ORGANISATION/NAME on the Hugging Face hub, with @REVISION for other than its main branch",
    )
    inputs.add_argument(
        "--text",
        required=True,
        nargs="+",
        metavar="FILE",
        help="UTF-8 text files; each is a document, and no window crosses from one to another",
    )
    inputs.add_argument(
        "--objective",
        dest="objectives",
        action="append",
        choices=get_args(Objective),
        metavar="NAME",
        help="what is differentiated: true_logit, the logit of the token that follows in the text "
        "(default); predicted_logit, of the likeliest token; temperature; or fisher. May be given "
        "several times",
    )
    inputs.add_argument(
        "--shuffled",
        action="store_true",
        help="permute the tokens within each window, as a control",
    )


def _add_windows(command: argparse.ArgumentParser) -> None:
    windows = command.add_argument_group("windows and fit")
    windows.add_argument(
        "--windows", type=_integer(2), default=16, metavar="N", help="windows drawn (default: 16)"
    )
    windows.add_argument(
        "--length",
        type=_integer(2),
        default=512,
        metavar="T",
        help="tokens that the model reads per window (default: 512)",
    )
    windows.add_argument(
        "--positions",
        type=_integer(1),
        default=4,
        metavar="K",
        help="predictions measured per window (default: 4)",
    )
    windows.add_argument(
        "--min-position",
        type=_integer(1),
        metavar="I",
        help="tokens that each of these predictions has before it at least (default: T/2)",
    )
    windows.add_argument(
        "--range",
        type=_range,
        metavar="A..B",
        help="distances fitted, or 'full' (default: 1..100, shorter where windows are short)",
    )
    windows.add_argument(
        "--seed",
        type=_integer(0),
        default=0,
        metavar="S",
        help="of drawing and shuffling (default: 0)",
    )


def _add_rest(command: argparse.ArgumentParser) -> None:
    rest = command.add_argument_group("machine and output")
    rest.add_argument(
        "--device",
        choices=["auto", "cpu", "cuda", "mps"],
        default="auto",
        help="where to compute (default: auto, the best there is)",
    )
    rest.add_argument(
        "--threads",
        type=_integer(1),
        metavar="N",
        help="of the CPU (default: torch's choice, mostly one per core); another number may change "
        "the last digits",
    )
    rest.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="where results go; it must be new or empty (default: influence-MODEL)",
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
            f"found {text!r}; allowed is A..B, such as 1..100, or full"
        )
    return text


def _measure(options: argparse.Namespace) -> None:
    """Measure one model on one text; notes and progress go to stderr, the outcome to stdout."""
    # Importing these takes seconds, which --help and a wrong command line need not wait for.
    with importing():
        from transformers.utils import logging

        from token_influence.influence.determinism import make_reproducible
        from token_influence.models.locate import locate
        from token_influence.progress import progress
        from token_influence.provenance.code import code_identity
        from token_influence.standalone import measurement as single
        from token_influence.standalone import record as report

    logging.set_verbosity_error()
    logging.disable_progress_bar()  # of loading weights; ours shows the windows
    threads, identity = make_reproducible(options.threads), code_identity(Path(single.__file__))
    documents = single.read_documents(options.text)
    found = locate(options.model)
    corpus, choices = single.corpus_name(options.text), _choices(options)
    out = options.out or Path(f"influence-{found.name}")
    with report.new_folder(out) as folder:
        prepared = single.prepare(found.folder, documents, corpus, choices)
        about = report.about(prepared, choices, threads)
        about["model"] |= {"name": found.name, "given": options.model, "commit": found.commit}
        about["text"] |= {"name": corpus, "files": options.text}
        _say(*report.opening(about), f"memory: {prepared.plan}")
        if options.range is None and choices.lowest_position < single.USUAL_DISTANCE:
            _say("note: the windows are too short for r = 1..100, so the range ends earlier")
        log = None if sys.stderr.isatty() else sys.stderr
        with progress(choices.windows, "measuring", log) as advance:
            findings = single.carry_out(prepared, found.name, corpus, choices, advance)
        told = report.summary(findings, about)
        provenance = {key: about[key] for key in ("measured", "machine")}
        report.write(folder, findings, told, identity | provenance)
    if options.json:
        print(json.dumps(told | {"folder": str(out)}, indent=2, sort_keys=True, allow_nan=False))
    else:
        print("\n".join([*report.closing(told), f"figure, tables and records: {out}"]))


def _choices(options: argparse.Namespace) -> "Choices":
    from token_influence.standalone.measurement import Choices, fits_on

    return Choices(
        windows=options.windows,
        length=options.length,
        positions=options.positions,
        min_position=options.min_position,
        objectives=tuple(options.objectives or ["true_logit"]),
        order="shuffled" if options.shuffled else "intact",
        seed=options.seed,
        device=options.device,
        fits=None if options.range is None else fits_on(options.range),
    )


def _say(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr, flush=True)
