"""The script that hands a page the record of the last run."""

import json
from pathlib import Path

from token_influence.page.run_file import stage_times, write_run_file


def benchmark(folder: Path, name: str, *seconds: float) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("s\th:m:s\tmax_rss\n" + "".join(f"{s}\t0:00:01\t5.0\n" for s in seconds))


def test_the_times_of_a_stages_jobs_are_added_up(tmp_path: Path):
    benchmark(tmp_path, "fit_decay/tiny/trained/a.tsv", 1.25)
    benchmark(tmp_path, "fit_decay/tiny/random/a.tsv", 2.0)
    benchmark(tmp_path, "build_tables/all.tsv", 0.5)
    assert stage_times(tmp_path) == [
        {"rule": "build_tables", "jobs": 1, "seconds": 0.5},
        {"rule": "fit_decay", "jobs": 2, "seconds": 3.2},
    ]
    assert stage_times(tmp_path / "absent") == []


def test_the_file_is_a_script_that_sets_one_value(tmp_path: Path):
    benchmark(tmp_path / "times", "fit_decay/a.tsv", 1.0)
    write_run_file({"commit": 'a"</script>'}, tmp_path / "times", tmp_path / "run.js")
    name, _, value = (tmp_path / "run.js").read_text().removesuffix(";\n").partition(" = ")
    assert name == "window.RUN"
    assert json.loads(value) == {
        "record": {"commit": 'a"</script>'},
        "stages": [{"rule": "fit_decay", "jobs": 1, "seconds": 1.0}],
    }
