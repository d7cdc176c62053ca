"""How torch has to be set so that equal inputs give equal bits on one machine."""

import os

import torch


def make_reproducible(threads: int | None = None) -> int:
    """Set torch, for this process, to one order of sums and full float32; return its threads.

    threads: None leaves torch's own choice. Another number may change results in the last bits.
    """
    # cuBLAS reads this once, when it starts; without it, sums on a GPU may change from run to run.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    if threads is not None:
        torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    torch.set_float32_matmul_precision("highest")  # no TF32
    torch.backends.cudnn.allow_tf32 = False
    return torch.get_num_threads()
