"""The command `measure`: one model on text files."""

import argparse
import json
import sys
from pathlib import Path
from typing import get_args

from token_influence import importing
from token_influence.config.arms import Objective
from token_influence.standalone.choices import DTYPES, USUAL_DISTANCE, Choices, fits_on
from token_influence.standalone.options import fitted_range, integer, name

DEFAULTS = Choices()

DESCRIPTION = """\
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


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.set_defaults(run=run)
    _add_inputs(command)
    _add_windows(command)
    _add_rest(command)


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
        type=integer(2),
        default=DEFAULTS.windows,
        metavar="N",
        help="number of windows (default: %(default)s)",
    )
    windows.add_argument(
        "--length",
        type=integer(2),
        default=DEFAULTS.length,
        metavar="T",
        help="tokens that the model reads per window (default: %(default)s)",
    )
    windows.add_argument(
        "--positions",
        type=integer(1),
        default=DEFAULTS.positions,
        metavar="K",
        help="predictions measured per window (default: %(default)s)",
    )
    windows.add_argument(
        "--min-position",
        type=integer(1),
        metavar="I",
        help="smallest number of tokens before a measured prediction (default: T/2)",
    )
    windows.add_argument(
        "--range",
        type=fitted_range,
        metavar="A..B",
        help="distances that are fitted, or 'full' for all that every prediction has (default: "
        f"1..{USUAL_DISTANCE}, less where windows are short)",
    )
    windows.add_argument(
        "--seed",
        type=integer(0),
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
        "--dtype",
        choices=DTYPES,
        default=DEFAULTS.dtype,
        help="number type of the computation (default: %(default)s); bfloat16 is first compared with "
        "float32 on some windows",
    )
    rest.add_argument(
        "--slow-bfloat16",
        action="store_true",
        help="use bfloat16 even where it is slower than float32; without it that is refused",
    )
    rest.add_argument(
        "--threads",
        type=integer(1),
        metavar="N",
        help="CPU threads (default: torch's choice, mostly one per core); another number may change "
        "the last digits of the results",
    )
    rest.add_argument(
        "--name",
        type=name,
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


def run(options: argparse.Namespace) -> None:
    """Measure one model on one text; notes and progress go to stderr, the results to stdout."""
    # Importing these takes seconds, and neither --help nor a wrong command line should wait for it.
    with importing():
        from transformers.utils import logging

        from token_influence.influence.determinism import make_reproducible
        from token_influence.influence.precision import describe
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
    corpus, chosen = measurement.corpus_name(options.text), choices(options)
    name = options.name or checkpoint.name
    out = options.out or Path(f"influence-{name}")
    with record.new_folder(out) as folder:
        prepared = measurement.prepare(checkpoint.folder, documents, corpus, chosen)
        about = record.about(prepared, chosen, threads)
        about["model"] |= {"name": name, "commit": checkpoint.commit}
        about["model"] |= {"given": options.model}
        about["text"] |= {"name": corpus, "files": options.text}
        _note(
            *record.opening(about), f"memory: {prepared.plan}", *map(describe, prepared.agreement)
        )
        if options.range is None and chosen.lowest_position < USUAL_DISTANCE:
            _note(
                f"note: the windows are too short for r = 1..{USUAL_DISTANCE}, so the range ends earlier"
            )
        log = None if sys.stderr.isatty() else sys.stderr
        with progress(chosen.windows, "measuring", log) as advance:
            findings = measurement.carry_out(prepared, name, corpus, chosen, advance)
        summary = record.summary(findings, about)
        provenance = {key: about[key] for key in ("measured", "machine")}
        record.write(folder, findings, summary, identity | provenance)
    if options.json:
        shown = summary | {"folder": str(out)}
        print(json.dumps(shown, indent=2, sort_keys=True, allow_nan=False))
    else:
        print("\n".join([*record.closing(summary), f"figure, tables and records: {out}"]))


def choices(options: argparse.Namespace) -> Choices:
    """What a command line asks for."""
    return Choices(
        windows=options.windows,
        length=options.length,
        positions=options.positions,
        min_position=options.min_position,
        objectives=tuple(options.objectives or DEFAULTS.objectives),
        order="shuffled" if options.shuffled else "intact",
        seed=options.seed,
        device=options.device,
        dtype=options.dtype,
        slow_bfloat16=options.slow_bfloat16,
        fits=None if options.range is None else fits_on(options.range),
    )


def _note(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr, flush=True)
