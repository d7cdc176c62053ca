"""Measuring again and again keeps nothing: neither memory nor open files, nor files in the folder."""

from pathlib import Path

import pandas as pd
import psutil
import pytest
from tiny_study import Clone, write_model

pytestmark = pytest.mark.faults

TIMES, WARM_UP = 20, 5
BYTES = 15e6  # by which the memory may vary
RUNS = 10
SHARE = 1.3  # of the first run's memory, which Snakemake samples


def test_twenty_measurements_leave_memory_and_open_files_as_they_were(tmp_path: Path):
    import numpy as np

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


def files(folder: Path) -> set[str]:
    """All files but Snakemake's logs, of which each run has one."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and ".snakemake/log" not in str(path)
    }


@pytest.mark.long
def test_ten_runs_of_snakemake_leave_no_process_and_no_file_and_take_equal_memory(study: Clone):
    before = study.outputs()
    peaks, left = [], []
    for _ in range(RUNS):
        study.run("--forcerun", "measure_influence", "--until", "measure_influence")
        tables = study.folder.glob("logs/results/benchmarks/measure_influence/**/*.tsv")
        peaks.append(max(pd.read_csv(table, sep="\t")["max_rss"].max() for table in tables))
        left.append(files(study.folder))
    assert max(peaks) < SHARE * peaks[0]
    assert all(each == left[0] for each in left)
    assert study.outputs() == before
    here = str(study.folder)
    assert not [p.pid for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == here]
