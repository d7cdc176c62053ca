"""What only a GPU can show: it measures as the CPU does, repeats its bits, and does not wait."""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import torch
from tiny_models import ARCHITECTURES, build, windows

from token_influence.influence import measure as engine
from token_influence.influence.determinism import make_reproducible
from token_influence.influence.measure import measure

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device"),
]
OBJECTIVES = ["true_logit", "predicted_logit"]


@pytest.fixture(autouse=True)
def reproducible() -> Iterator[None]:
    """The settings of a study's jobs."""
    make_reproducible()
    yield
    torch.use_deterministic_algorithms(False)


def on_gpu(name: str, frame: pd.DataFrame, **options) -> pd.DataFrame:
    model = build(name).to("cuda")
    return measure(model, frame, OBJECTIVES, bos_id=1, **options).influence


@pytest.mark.parametrize("options", [{}, {"batch_size": 4}, {"recompute": True}], ids=str)
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_it_measures_what_the_cpu_does(name: str, options: dict) -> None:
    frame = windows(4)
    expected = measure(build(name), frame, OBJECTIVES, bos_id=1).influence
    found = on_gpu(name, frame, **options)
    keys = ["window", "position", "objective"]
    largest = expected.groupby(keys, observed=True).influence.transform("max")
    assert np.max(np.abs(found.influence - expected.influence) / largest) < 1e-4


def test_equal_input_gives_equal_bits() -> None:
    first, second = (on_gpu("llama", windows(4), batch_size=4) for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_it_waits_no_more_often_for_more_positions(monkeypatch) -> None:
    """While gradients are computed; what is collected afterwards is copied to the CPU."""
    counts = []
    model = build("llama").to("cuda")
    compute = engine._Engine.measure

    def watched(self, batch):
        torch.cuda.set_sync_debug_mode("warn")
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                results = list(compute(self, batch))
        finally:
            torch.cuda.set_sync_debug_mode("default")
        counts.append(sum("synchronizing" in str(warning.message) for warning in caught))
        return results

    monkeypatch.setattr(engine._Engine, "measure", watched)
    for positions in ((9, 13), (5, 7, 9, 11, 13)):
        measure(model, windows(2, positions=positions), OBJECTIVES, bos_id=1, batch_size=2)
    assert counts[0] == counts[1] > 0
