"""The command `demo`: this machine alone, examples of a study, one sentence for what is missing."""

import socket
import sys
from pathlib import Path

import pytest
from tiny_study import REPOSITORY

from token_influence.cli import main, parser
from token_influence.demo.serving import ADDRESS, bound, examples
from token_influence.errors import TokenInfluenceError


def test_the_page_is_bound_to_this_machine_alone():
    assert ADDRESS == "127.0.0.1"
    with bound(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
        with pytest.raises(TokenInfluenceError, match=r"^Port \d+ cannot be used: .*\.$"):
            bound(listening.getsockname()[1])
    with pytest.raises(TokenInfluenceError, match="Port 70000 cannot be used"):
        bound(70000)


def test_the_examples_are_the_prompts_of_the_study(monkeypatch, tmp_path: Path):
    found = {each["title"]: each for each in examples(REPOSITORY / "config.yaml")}
    assert found["Words of a translation"]["before"] == "black"
    assert found["Two suspects"]["target"] == " cook"
    assert found["An answer that follows the system prompt"]["system"]
    monkeypatch.chdir(tmp_path)
    assert examples(None) == []


def test_without_its_extra_the_demo_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["demo", "--model", "nowhere"]) == 1
    assert "The demo needs uvicorn: pip install 'token-influence[demo]'." in capsys.readouterr().err


def test_a_taken_port_is_told_before_a_model_is_loaded(capsys):
    with socket.create_server((ADDRESS, 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["demo", "--model", "nowhere", "--port", port]) == 1
    assert f"Port {port} cannot be used" in capsys.readouterr().err


def test_several_models_and_names_may_be_given():
    line = ["demo", "--model", "a", "--model", "b", "--host-name", "demo.example.org"]
    options = parser().parse_args(line)
    assert options.models == ["a", "b"]
    assert options.hosts == ["demo.example.org"]
