"""Files that hold a configuration: what YAML takes, and a study does not."""

from pathlib import Path

import pytest

from token_influence.config import read_config
from token_influence.errors import ConfigError

DEEP = 3000
BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i} {{x: *a{i - 1}, y: *a{i - 1}, z: *a{i - 1}}}\n" for i in range(1, 30)
)


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("seeds: [0]\nwindows: {}\nseeds: [1]\n", ["line 3", "seeds", "in line 1 already"]),
        (
            "windows:\n  length: 8\n  per_seed: 1\n  length: 9\n",
            ["line 4", "windows.length", "in line 2 already"],
        ),
        ('{"seeds": [0], "seeds": [1]}', ["seeds", "each key once"]),
        ("a: 1\n__use_yte__: true\n", ["line 2", "__use_yte__", "keys of a study"]),
        ("<<: {__use_yte__: true}\n", ["__use_yte__", "keys of a study"]),
        ("pathvars: 3\n", ["pathvars", "keys of a study"]),
        ("1: 2\n", ["the key '1' in the study", "allowed is text"]),
        ("windows: {null: 2}\n", ["the key 'null' in windows", "allowed is text"]),
        ("a:\n  - true: 2\n", ["line 2", "the key 'true' in a[0]"]),
        ("? [a, b]\n: 2\n", ["that is a collection in the study"]),
        ("- 1\n", ["found a seq; allowed is a mapping"]),
        ("null\n", ["found a null; allowed is a mapping"]),
        ("", ["found nothing; allowed is a mapping"]),
        ("# nothing\n", ["found nothing; allowed is a mapping"]),
        ("a: [1, 2\nb: 3\n", ["line 2", "not valid YAML"]),
        ("a:\n\tb: 3\n", ["line 2", "not valid YAML"]),
        ("a: *b\n", ["line 1", "undefined alias"]),
        ("a: 1\n---\na: 2\n", ["line 2", "but found another document"]),
        ("a: !!python/name:os.system\n", ["line 1", "could not determine a constructor"]),
        ("a: 2026-13-01\n", ["cannot be read: month must be in 1..12"]),
        (f"a: {'9' * 5000}\n", ["cannot be read: Exceeds the limit"]),
        ("a: " + "[" * DEEP + "]" * DEEP, ["nested too deeply"]),
        ("a: " + "{b: " * DEEP + "1" + "}" * DEEP, ["nested too deeply"]),
        ("a: " + "[" * 40 + "]" * 40, ["more than 100000 values or 30 levels"]),
        (BOMB, ["more than 100000 values or 30 levels"]),
        ("a: &a\n  b: *a\n", ["more than 100000 values or 30 levels"]),
        ("a: 1\n\0", ["unacceptable character"]),
        (b"\x80\x81\xff", ["'utf-8' codec can't decode"]),
        ("a: 1\n".encode("utf-16"), ["'utf-8' codec can't decode"]),
        ("# " + "x" * 300_000, ["found 300002 bytes; allowed are at most 262144"]),
    ],
)
def test_what_a_study_does_not_take_is_refused_with_its_line(tmp_path, content, parts):
    file = tmp_path / "mine.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        read_config(file)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert "mine.yaml" in sentence
    for part in parts:
        assert part in sentence


def test_a_folder_and_a_missing_file_are_no_configuration(tmp_path):
    with pytest.raises(ConfigError, match="something other than a regular file"):
        read_config(tmp_path)
    with pytest.raises(ConfigError, match=r"gone\.yaml cannot be read: No such file"):
        read_config(tmp_path / "gone.yaml")


def test_anchors_and_merged_keys_are_read_as_yaml_means_them(tmp_path):
    file = Path(tmp_path, "mine.yaml")
    file.write_text("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: *a\n")
    assert read_config(file) == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 2},
    }
