"""The identity of code: changed by what a script or its imports do, by nothing else."""

from pathlib import Path

import pytest
from tiny_study import REPOSITORY

from token_influence.errors import CodeError
from token_influence.provenance import code as code_module
from token_influence.provenance import references as references_module
from token_influence.provenance.code import code_identity

FILES = {
    "scripts/job.py": "import numpy\nfrom library.outer import f\nf()\n",
    "library/__init__.py": "",
    "library/outer.py": "from library import inner\n\ndef f():\n    return inner.g()\n",
    "library/inner.py": '"""Doc."""\n\ndef g():\n    """Doc."""\n    return 1\n',
    "library/other.py": "x = 1\n",
}
LAZY = (
    "from importlib import import_module\n\nversion = 1\n\ndef __getattr__(name):\n"
    "    return getattr(import_module(f'library.{name}er'), name)\n"
)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path / "scripts/job.py"


def identity(script: Path) -> dict:
    for module in (code_module, references_module):
        for remembered in vars(module).values():
            if hasattr(remembered, "cache_clear"):
                remembered.cache_clear()
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


@pytest.mark.parametrize(
    ("line", "file"),
    [
        ("from importlib import import_module as take; take('library.other')", "library/other.py"),
        ("__import__('library.other')", "library/other.py"),
        ("def f():\n    from library.other import x", "library/other.py"),
        ("import library.plain.part", "library/plain/part.py"),  # a package without __init__.py
        ("from library.plain import part", "library/plain/part.py"),
        ("import library.both", "library/both.py"),
        ("import library.both", "library/both/__init__.py"),
        ("import _help", "scripts/_help.py"),
        ("import numpy", "scripts/numpy.py"),
    ],
)
def test_an_edit_is_seen_however_the_module_is_imported(script, line, file):
    files = {"library/both.py": "", "library/both/__init__.py": "", file: "x = 1"}
    write(script.parents[1], files | {"scripts/job.py": line})
    before = identity(script)
    write(script.parents[1], {file: "x = 2"})
    assert identity(script)["code"] != before["code"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("from . import inner", "line 2, has a relative import"),
        ("from .inner import g", "line 2, has a relative import"),
        ("from library.inner import *", "line 2, imports * from library.inner"),
        ("import importlib; importlib.import_module(name)", "line 2, uses importlib.import_module"),
        (
            "import importlib; importlib.import_module('.inner', 'library')",
            "importlib.import_modul",
        ),
        ("from importlib import import_module as take; take(*names)", "uses importlib.import_mod"),
        ("from importlib import import_module; list(map(import_module, names))", "import_module"),
        ("__import__(name)", "line 2, uses __import__"),
        ("import importlib.resources", "uses importlib.resources"),
        ("from importlib import resources", "uses importlib.resources"),
        (
            "import importlib; importlib.resources.files('library')",
            "uses importlib.resources.files",
        ),
        ("from importlib.util import spec_from_file_location", "uses importlib.util"),
        ("import pkgutil; pkgutil.get_data('library', 'data.txt')", "uses pkgutil"),
        ("import runpy; runpy.run_path('library/inner.py')", "uses runpy"),
        ("import sys; sys.path.insert(0, 'elsewhere')", "uses sys.path.insert"),
        ("exec(open('library/inner.py').read())", "uses exec"),
        ("def f():\n    return eval(text)", "line 3, uses eval"),
        ("open(__file__ + '.json')", "line 2, uses __file__"),
        ("from library import inner; inner.__file__", "uses library.inner.__file__"),
        ("import library.nowhere", "takes nowhere from"),
        ("from library.inner import h", "line 2, takes h from"),
        ("import library.inner; library.inner.h()", "line 2, takes h from"),
        ("from importlib import import_module; import_module('library.nowhere')", "takes nowhere"),
    ],
)
def test_what_would_hide_an_edit_is_refused_with_its_place(script, line, named):
    write(script.parents[1], {"library/outer.py": f"f = print\n{line}\n"})
    with pytest.raises(CodeError) as refused:
        identity(script)
    message = str(refused.value)
    assert named in message
    assert message.startswith(f"{script.parents[1] / 'library/outer.py'}, line ")
    assert "\n" not in message


def test_a_module_without_source_is_refused(script):
    write(script.parents[1], {"scripts/job.py": "from library import fast", "library/fast.so": ""})
    with pytest.raises(CodeError, match="line 1, takes fast from"):
        identity(script)


@pytest.mark.parametrize("text", ["def f(:\n", "x = '\0'\n", "\udcff", "(" * 300])
def test_a_module_that_is_no_python_is_named_in_one_sentence(script, text):
    path = script.parents[1] / "library/inner.py"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(CodeError) as refused:
        identity(script)
    assert str(refused.value).startswith(f"The code {path} cannot be read: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("use", ["from library import inn", "import library; library.inn()"])
def test_a_name_that_a_package_makes_when_asked_is_refused(script, use):
    write(script.parents[1], {"library/__init__.py": LAZY})
    assert identity(script)
    write(script.parents[1], {"scripts/job.py": use})
    with pytest.raises(CodeError, match="line 1, takes inn from "):
        identity(script)


def test_what_only_looks_alike_is_accepted(script):
    lines = [
        "import re, importlib.metadata, torch, library.inner as inside",
        "from library import outer, version",
        "re.compile('x'), torch.compile(outer.f), importlib.metadata.version('x'), inside.__doc__",
        "inside.g().eval()",
    ]
    write(script.parents[1], {"scripts/job.py": "\n".join(lines), "library/__init__.py": LAZY})
    assert identity(script)["versions"] == {"torch": code_module._public_version("torch")}


def test_the_neighbours_of_an_installed_package_are_not_of_it(script):
    """Beside a module of a package there may be a `site-packages` full of other people's code."""
    site = script.parents[1]
    write(site, {"library/outer.py": "import numpy", "numpy/__init__.py": "from . import core"})
    before = identity(site / "library/outer.py")
    assert list(before["versions"]) == ["numpy"]
    write(site, {"library/numpy.py": "x = 2"})
    assert identity(site / "library/outer.py") == before


def test_the_library_and_the_scripts_hold_nothing_but_code():
    """A file of data among them would be no part of any identity.

    Templates of pages are a parameter of the rules that use them (rules/common.smk).
    """
    root = REPOSITORY
    files = [path for name in ("token_influence", "scripts") for path in (root / name).rglob("*")]
    files = [path for path in files if not path.parent.name.endswith("templates")]
    assert {path.suffix for path in files if path.is_file()} <= {".py", ".pyc"}


def test_what_transformers_hands_its_work_to_counts_with_it(script):
    write(script.parents[1], {"library/inner.py": "from transformers import AutoTokenizer\ng = 1"})
    assert list(identity(script)["versions"]) == [
        *("accelerate", "numpy", "safetensors", "tokenizers", "transformers"),
    ]


def test_versions_of_result_libraries_are_named_without_their_build(script, monkeypatch):
    monkeypatch.setattr(code_module.importlib.metadata, "version", lambda name: "9.9+cpu")
    assert identity(script)["versions"] == {"numpy": "9.9"}


def test_the_schema_of_the_config_is_no_part_of_any_job():
    """A new key must not re-run what does not use it."""
    scripts = REPOSITORY / "scripts"
    for path in scripts.glob("*.py"):
        reached = code_module.reachable(path)
        assert not [file for file in reached if file.parent.name == "config"], path.name
