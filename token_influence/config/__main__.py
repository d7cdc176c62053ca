"""`python -m token_influence.config FILE`: write the JSON schema with which editors check a study."""

import argparse

from token_influence.config import Study
from token_influence.files import write_json

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m token_influence.config", description=__doc__)
    parser.add_argument("file", metavar="FILE", help="the JSON file that is written")
    write_json(Study.model_json_schema(), parser.parse_args().file)
