"""Stored influence, read again and fitted on another range."""

import pytest
from tiny_study import write_model, write_text

from token_influence.errors import MissingResultError
from token_influence.standalone import record
from token_influence.standalone.choices import Choices
from token_influence.standalone.measurement import carry_out, prepare, read_documents
from token_influence.standalone.refit import read_stored, refit


def test_the_fits_are_those_of_a_measurement_on_this_range(tmp_path):
    write_model(tmp_path / "tiny")
    write_text(tmp_path / "novel.txt", 1)
    documents = read_documents([tmp_path / "novel.txt"])
    choices = Choices(windows=4, length=48, positions=2, seed=3, device="cpu")
    prepared = prepare(tmp_path / "tiny", documents, "novel", choices)
    findings = carry_out(prepared, "tiny", "novel", choices)
    about = record.about(prepared, choices, 1)
    record.write(tmp_path, findings, record.summary(findings, about), {"code": "x"})

    stored = read_stored(tmp_path)
    assert stored.provenance["code"] == "x"
    same, unchanged = refit(stored, "1..24")
    assert same.decay == findings.decay
    assert same.profile.equals(findings.profile)
    assert unchanged == about
    other, changed = refit(stored, "0..12", ["logarithmic"])
    assert {fit["range"] for fit in other.decay["true_logit"]["fits"]} == {"0..12"}
    assert "logarithmic" in {fit["family"] for fit in other.decay["true_logit"]["fits"]}
    assert changed["measured"]["ranges"] == ["0..12"]


def test_a_folder_without_a_measurement_is_refused(tmp_path):
    with pytest.raises(MissingResultError, match=r"influence\.parquet is missing"):
        read_stored(tmp_path)
    for name in ("influence.parquet", "summary.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(MissingResultError, match=r"The measurement in .* cannot be read"):
        read_stored(tmp_path)
