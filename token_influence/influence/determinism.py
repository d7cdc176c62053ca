"""Settings of torch under which equal inputs give equal bits on one machine."""

import os

import torch


def make_reproducible(threads: int | None = None) -> int:
    """Make torch deterministic and precise in this process, and return the number of its threads.

    It then adds in a fixed order and computes in full float32 (no TF32). threads: the number to use;
    None leaves torch's choice. Another number may change the last bits of results.
    """
    # cuBLAS reads this when it starts; without it, sums on a GPU may differ between runs.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    if threads is not None:
        torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    torch.set_float32_matmul_precision("highest")  # no TF32
    torch.backends.cudnn.allow_tf32 = False
    return torch.get_num_threads()
