"""`python -m token_influence.config FILE`: write the JSON schema with which editors check a study."""

import sys

from token_influence.config import Study
from token_influence.files import write_json

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name the file for the JSON schema: python -m token_influence.config FILE")
    write_json(Study.model_json_schema(), sys.argv[1])
