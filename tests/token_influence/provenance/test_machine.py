"""The model of the processor, from the system's own description."""

import platform

import pytest

from token_influence.provenance import machine


@pytest.mark.parametrize(
    ("described", "known", "model"),
    [
        ("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nflags\t: fpu\n", "", "Some CPU @ 2 GHz"),
        ("processor\t: 0\n", "arm", "arm"),
        (None, "arm", "arm"),
        (None, "", None),
    ],
)
def test_the_processor_is_named_as_far_as_the_system_tells(
    tmp_path, monkeypatch, described, known, model
) -> None:
    file = tmp_path / "cpuinfo"
    if described is not None:
        file.write_text(described)
    monkeypatch.setattr(machine, "CPUINFO", file)
    monkeypatch.setattr(platform, "processor", lambda: known)
    assert machine.processor() == model
