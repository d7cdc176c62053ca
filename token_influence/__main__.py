"""`python -m token_influence`: the command line (see `cli`)."""

import sys

from token_influence.cli import main

if __name__ == "__main__":
    sys.exit(main())
