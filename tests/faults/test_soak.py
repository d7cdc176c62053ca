"""Measuring again and again in one process keeps nothing: neither memory nor open files."""

from pathlib import Path

import psutil
import pytest
from tiny_study import write_model

pytestmark = pytest.mark.faults

TIMES, WARM_UP = 20, 5
BYTES = 15e6  # by which the memory may vary


def test_twenty_measurements_leave_memory_and_open_files_as_they_were(tmp_path: Path):
    import numpy as np
    import pandas as pd

    from token_influence.influence.measure import measure
    from token_influence.models.loading import load_model

    write_model(tmp_path)
    process = psutil.Process()
    tokens = np.random.default_rng(0).integers(256, size=(4, 49))
    windows = pd.DataFrame(
        {"window": range(4), "token_ids": list(tokens), "positions": [np.array([30, 47])] * 4}
    )
    memory, files = [], []
    for _ in range(TIMES):
        kernel = {"device": "cpu", "attention": "eager"}
        model = load_model(tmp_path, weights="trained", seed=0, dtype="float32", **kernel)
        measure(model, windows, ["true_logit", "fisher"], bos_id=None)
        memory.append(process.memory_info().rss)
        files.append(process.num_fds())
    assert max(memory[WARM_UP:]) - memory[WARM_UP] < BYTES
    assert len(set(files[WARM_UP:])) == 1
