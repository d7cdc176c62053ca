"""Hundreds of damaged model files: each loads, or is refused with one sentence of the project.

The same files every time, so that a commit is judged by what it changed; FUZZ_SEED draws others.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TESTS = HERE.parents[1]
# The repository goes first: with tests/ alone, Python takes tests/token_influence for the package.
PATHS = [TESTS.parent, TESTS, HERE.parent]


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "count"), [("gguf", 300), ("weights", 300), ("config", 150), ("tokenizer", 250)]
)
def test_mutated_model_files_end_in_the_project_s_own_errors(kind: str, count: int) -> None:
    seed = int(os.environ.get("FUZZ_SEED", 0))
    done = subprocess.run(
        [sys.executable, HERE / "fuzz_models.py", kind, str(count), str(seed)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, PATHS))},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr[-5000:]
