"""The command `explain`: one prompt on one model, in the terminal and as a page."""

import argparse
import json
import os
import sys
from pathlib import Path

from token_influence import importing
from token_influence.config.faithfulness import METHODS

DEFAULT_METHODS = ["semantic", "temperature", "fisher"]

DESCRIPTION = """\
Show which tokens of a prompt a prediction rests on: a score for each token by an attribution method
(docs/faithfulness.md), and the most probable next tokens."""

EXAMPLE = """\
example:
  token-influence explain --model path/to/checkpoint --prompt "The cook was alone. It was the" \\
    --contrast " cook" " driver" --out mystery

  prints the shaded prompt, and writes to mystery/: prompt.html (a page that needs no network),
  prompt.json (all numbers), prompt.png and .svg. More: docs/scopes.md"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.set_defaults(run=run)
    asked = command.add_argument_group("what is explained")
    asked.add_argument(
        "--model",
        required=True,
        metavar="PATH_OR_REPO",
        help="a folder with config.json, tokenizer and safetensors; a *.gguf file; or "
        "ORGANISATION/NAME on the Hugging Face hub, with @REVISION for a revision other than main",
    )
    asked.add_argument("--prompt", required=True, metavar="TEXT", help="the prompt")
    asked.add_argument(
        "--target",
        metavar="TOKEN",
        help="the token that is explained, with the blank before it if it has one (default: the "
        "model's own next token)",
    )
    asked.add_argument(
        "--contrast",
        nargs=2,
        metavar="TOKEN",
        help="two such tokens: why the first rather than the second",
    )
    asked.add_argument(
        "--position", type=int, metavar="I", help="the predicting token, from 0 (default: the last)"
    )
    asked.add_argument(
        "--before",
        metavar="WORDS",
        help="words that occur once in the prompt, whose prediction is explained instead",
    )
    asked.add_argument(
        "--method",
        dest="methods",
        action="append",
        metavar="NAME",
        help=f"{', '.join(METHODS)} (default: {', '.join(DEFAULT_METHODS)}); the terminal shows the "
        "first. May be given several times",
    )
    asked.add_argument(
        "--chat", action="store_true", help="put the model's chat template around the prompt"
    )
    asked.add_argument("--system", metavar="TEXT", help="the system prompt, in a chat")
    asked.add_argument(
        "--answer", default="", metavar="TEXT", help="how the answer begins, in a chat"
    )
    rest = command.add_argument_group("machine and output")
    rest.add_argument("--device", choices=["auto", "cpu", "cuda", "mps"], default="auto")
    rest.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="a new or empty folder for page, record and figure",
    )
    rest.add_argument("--json", action="store_true", help="print the record as JSON")


def run(options: argparse.Namespace) -> None:
    """Explain the prompt; shaded only in a terminal, and not with NO_COLOR (no-color.org)."""
    with importing():
        from transformers.utils import logging

        from token_influence.figures.scope import scope_figure
        from token_influence.figures.style import save
        from token_influence.files import write_json
        from token_influence.models.loading import load_model
        from token_influence.models.locate import locate
        from token_influence.models.tokenizers import load_tokenizer
        from token_influence.page.files import templates
        from token_influence.page.prompts import prompt_page
        from token_influence.page.render import write_page
        from token_influence.scopes.asked import asked_once
        from token_influence.scopes.explanation import explain
        from token_influence.scopes.prompt import Chat
        from token_influence.scopes.terminal import in_terminal
        from token_influence.standalone.record import new_folder

    logging.set_verbosity_error()
    logging.disable_progress_bar()  # of loading weights
    asked = asked_once(options.position, options.before, options.target, options.contrast)
    chatting = options.chat or options.system is not None or bool(options.answer)
    checkpoint = locate(options.model)
    record = explain(
        load_model(checkpoint.folder, device=options.device),
        load_tokenizer(checkpoint.folder),
        options.prompt,
        [asked],
        options.methods or DEFAULT_METHODS,
        chat=Chat(options.system, options.answer) if chatting else None,
    )
    record |= {"title": "A prompt", "model": checkpoint.name}
    if options.out is not None:
        with new_folder(options.out) as folder:
            write_json(record, folder / "prompt.json")
            write_page(prompt_page(templates(), record), folder / "prompt.html")
            save(scope_figure(record), folder / "prompt.svg", folder / "prompt.png")
    if options.json:
        print(json.dumps(record, indent=2, sort_keys=True))
        return
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print(in_terminal(record, record["methods"][0], colour))
    if options.out is not None:
        print(f"\npage, record and figure: {options.out}")
