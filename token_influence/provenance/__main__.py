"""Show how many lines of code each rule depends on: `python -m token_influence.provenance [RULE]`.

With the name of a rule: the files, the longest first. Run it in the checkout.
"""

import argparse
import sys
from pathlib import Path

from token_influence.errors import CodeError
from token_influence.provenance.code import reachable

SCRIPTS = Path("scripts")


def lines(script: Path) -> dict[Path, int]:
    """The number of lines of each file that the identity of `script` covers, the longest first."""
    counts = {file: len(file.read_bytes().splitlines()) for file in reachable(script)}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def main(*rules: str) -> None:
    """Print the lines of every rule's identity, or of the files that those of `rules` cover."""
    if rules:
        for rule in rules:
            for file, count in lines(SCRIPTS / f"{rule}.py").items():
                print(f"{count:6,} {file}")
        return
    totals = {}
    for script in SCRIPTS.glob("[!_]*.py"):
        files = lines(script)
        totals[script.stem] = sum(files.values()), len(files)
    for rule, (count, number) in sorted(totals.items(), key=lambda item: (-item[1][0], item[0])):
        print(f"{count:6,} lines in {number:2} files: {rule}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m token_influence.provenance", description=__doc__
    )
    parser.add_argument("rules", nargs="*", metavar="RULE", help="the name of a rule")
    try:
        main(*parser.parse_args().rules)
    except CodeError as error:
        sys.exit(str(error))
