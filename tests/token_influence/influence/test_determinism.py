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
assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":16:8"
make_reproducible()
assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":16:8", "the user's choice is kept"
"""


def test_torch_is_deterministic_and_precise_with_as_many_threads_as_asked() -> None:
    """In a process of its own, since the settings are those of the process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUBLAS")}
    subprocess.run([sys.executable, "-c", CHECK], check=True, env=kept)
