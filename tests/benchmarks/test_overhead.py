"""Snakemake's share of the processor time of a study in many parts."""


def test_all_parts_are_computed_from_those_that_ran(load):
    overhead = load("overhead")
    read = overhead.Reading
    plan = [read(4.0, 0.0, 0), read(10.0, 0.0, 0)]
    some = [read(11.0, 0.0, 0), read(12.0, 6.0, 1), read(13.0, 11.0, 2), read(14.0, 16.0, 3)]
    lines = overhead.table(2000, plan, some, [read(3.0, 5.0, 4)])
    assert "| Snakemake, for each job | 1.00 |" in lines
    assert "| the script of a job: imports, the model, one window | 5.00 |" in lines
    assert "| Snakemake for 2,000 parts, on one machine | 2,010.00 |" in lines
    assert "| Snakemake for 2,000 parts, on a cluster | 8,010.00 |" in lines
    ten_minutes, short = lines[-2:]
    assert ten_minutes.endswith("ten minutes: 0.2% on one machine, 0.7% on a cluster")
    assert short.endswith("tiny model: 16.7% on one machine, 44.5% on a cluster")


def test_a_process_is_read_until_its_end(load, tmp_path):
    overhead = load("overhead")
    (tmp_path / "snakemake.py").write_text("import time; time.sleep(0.1); sum(range(10**6))")
    found = overhead.readings(tmp_path)
    assert 0 < found[-1].snakemake < 60
    assert found[-1].scripts == 0
    assert found[-1].parts == 0
