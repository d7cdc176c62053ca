"""The identity of code: changed by what a script or its imports do, by nothing else."""

from pathlib import Path

import pytest

from token_influence.config import code as code_module
from token_influence.config import code_identity


@pytest.fixture
def script(tmp_path: Path) -> Path:
    files = {
        "scripts/job.py": "import numpy\nfrom library.outer import f\nf()\n",
        "library/__init__.py": "",
        "library/outer.py": "from library import inner\n\ndef f():\n    return inner.g()\n",
        "library/inner.py": '"""Doc."""\n\ndef g():\n    """Doc."""\n    return 1\n',
        "library/other.py": "x = 1\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path / "scripts/job.py"


def identity(script: Path) -> dict:
    code_module._tree.cache_clear()
    code_module._code_without_docstrings.cache_clear()
    return code_identity(script)


@pytest.mark.parametrize(
    ("file", "text", "same"),
    [
        ("library/inner.py", "def g():\n    return 2\n", False),
        ("library/outer.py", "def f():\n    return 0\n", False),
        ("scripts/job.py", "from library.outer import f\n", False),
        ("library/__init__.py", "y = 1\n", False),
        ("library/inner.py", '"""New."""\n# why\n\n\ndef g():\n    return (1)  # one\n', True),
        ("library/other.py", "x = 2\n", True),
    ],
)
def test_only_code_that_the_script_reaches_counts(script, file, text, same):
    before = identity(script)
    (script.parents[1] / file).write_text(text)
    assert (identity(script)["code"] == before["code"]) is same


def test_versions_of_result_libraries_are_named_without_their_build(script, monkeypatch):
    monkeypatch.setattr(code_module.importlib.metadata, "version", lambda name: "9.9+cpu")
    assert identity(script)["versions"] == {"numpy": "9.9"}


def test_the_schema_of_the_config_is_no_part_of_any_job():
    """A new key must not re-run what does not use it."""
    scripts = Path(__file__).parents[3] / "scripts"
    for path in scripts.glob("*.py"):
        reached = code_module._reachable(path)
        assert not [file for file in reached if file.parent.name == "config"], path.name
