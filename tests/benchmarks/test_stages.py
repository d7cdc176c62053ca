"""The table of stages is that of one study."""

import sys

import pytest


def test_the_table_holds_the_jobs_of_the_named_study(load, tmp_path, monkeypatch, capsys):
    for study, seconds in (("results", 7), ("results/studies/mine", 11)):
        file = tmp_path / "logs" / study / "benchmarks/fit_decay/model/arm.tsv"
        file.parent.mkdir(parents=True)
        file.write_text(f"s\tcpu_time\tmax_rss\n{seconds}\t{seconds}\t1\n")
    monkeypatch.chdir(tmp_path)
    stages = load("stages")
    for arguments, seconds in ((["results/studies/mine"], 11), ([], 7)):
        monkeypatch.setattr(sys, "argv", ["stages.py", *arguments])
        stages.main()
        assert f"| `fit_decay` | 1 | {seconds} | {seconds} |" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["stages.py", "elsewhere"])
    with pytest.raises(SystemExit, match="no benchmark files in logs/elsewhere/benchmarks"):
        stages.main()
