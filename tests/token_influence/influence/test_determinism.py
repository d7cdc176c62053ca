"""The settings of torch under which equal inputs give equal bits."""

import os
import subprocess
import sys

CHECK = """
import os, torch
from token_influence.influence.determinism import make_reproducible
assert make_reproducible(1) == torch.get_num_threads() == 1
assert make_reproducible() == 1
assert torch.are_deterministic_algorithms_enabled()
assert torch.get_float32_matmul_precision() == "highest"
assert not torch.backends.cudnn.allow_tf32
assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == EXPECTED
"""


def check(expected: str, **environment: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUBLAS")}
    code = CHECK.replace("EXPECTED", repr(expected))
    subprocess.run([sys.executable, "-c", code], check=True, env=kept | environment)


def test_torch_is_deterministic_and_precise_with_as_many_threads_as_asked() -> None:
    check(":4096:8")


def test_the_users_choice_for_cublas_is_kept() -> None:
    check(":16:8", CUBLAS_WORKSPACE_CONFIG=":16:8")
