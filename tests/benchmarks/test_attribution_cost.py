"""The cost of attribution methods, from the benchmark files of a study."""

from pathlib import Path

import pytest


def test_the_start_of_jobs_is_no_cost_of_a_method(load, tmp_path: Path):
    for method, span, seconds in [
        ("random", "0-9", 7.0),
        ("semantic", "0-9", 12.0),
        ("semantic", "10-19", 12.0),
        ("fisher", "0-9", 17.0),
    ]:
        file = tmp_path / "tiny/lambada/plain" / method / f"{span}.tsv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"s\tcpu_time\n1.0\t{seconds}\n")
    table = load("attribution_cost").costs(tmp_path).set_index("method")
    assert table["passages"].to_dict() == {"random": 10, "semantic": 20, "fisher": 10}
    assert table["seconds"].to_dict() == pytest.approx({"random": 0, "semantic": 0.5, "fisher": 1})
