"""The command line: `python -m token_influence COMMAND`; `--help` lists the commands.

Exit codes: 0 for success; 1 for a mistake in the input, which is explained in one sentence; 2 for a
wrong command line; 130 after Ctrl-C. With any code but 0, no file is left behind.
"""

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType

from token_influence import __version__
from token_influence.demo import serving
from token_influence.errors import TokenInfluenceError
from token_influence.standalone import explaining, headlines, measuring, refitting

# Each has a DESCRIPTION and `add_options`, which says what is run; an EXAMPLE ends its help.
COMMANDS: dict[str, tuple[ModuleType, str]] = {
    "measure": (measuring, "measure a model on your text files"),
    "explain": (explaining, "show which tokens of a prompt matter to a prediction"),
    "demo": (serving, "open a local page to explain prompts"),
    "fit": (refitting, "fit another range to stored influence"),
    "headline": (headlines, "print the headline numbers of a study"),
}


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
    for name, (module, summary) in COMMANDS.items():
        example = getattr(module, "EXAMPLE", None)
        as_written = argparse.RawDescriptionHelpFormatter
        command = commands.add_parser(
            name,
            help=summary,
            description=module.DESCRIPTION,
            epilog=example,
            formatter_class=as_written if example else argparse.HelpFormatter,
        )
        module.add_options(command)
    return top
