"""What the code of a file refers to, and the ways that are refused (see also test_code)."""

from pathlib import Path

import pytest
from tiny_study import REPOSITORY

from token_influence.errors import CodeError
from token_influence.provenance.references import MAY_START_PROCESSES, defined, references


def test_names_are_full_and_have_their_lines(tmp_path: Path):
    file = tmp_path / "a.py"
    file.write_text("import numpy as np\nfrom os import path as p\nnp.linalg.norm(p.join('a'))\n")
    found = {(reference.name, reference.line) for reference in references(file)}
    assert {("numpy", 1), ("os.path", 2), ("numpy.linalg.norm", 3), ("os.path.join", 3)} <= found


def test_a_module_defines_what_its_statements_bind(tmp_path: Path):
    file = tmp_path / "b.py"
    file.write_text("import os.path\nx: int = 1\nif x:\n    y = 2\ndef f():\n    z = 3\n")
    assert {"os", "x", "y", "f"} <= defined(file)
    assert "z" not in defined(file)


@pytest.mark.parametrize(
    ("number", "line"),
    list(
        enumerate(
            [
                "import subprocess",
                "from subprocess import run",
                "import os; os.system('python -m library.inner')",
                "import os; os.popen('python')",
                "import os; os.execv('python', [])",
                "from os import posix_spawn",
                "import multiprocessing",
                "import asyncio; asyncio.create_subprocess_exec('python')",
            ]
        )
    ),
)
def test_code_in_another_process_is_refused(tmp_path: Path, number: int, line: str):
    file = tmp_path / f"c{number}.py"
    file.write_text(line)
    with pytest.raises(CodeError, match="behind which an edit would not be noticed"):
        references(file)


def test_only_the_named_modules_of_the_library_may_start_a_process(tmp_path: Path):
    library = REPOSITORY / "token_influence"
    starting = {
        file.relative_to(library).as_posix()
        for file in library.rglob("*.py")
        if "import subprocess" in file.read_text(encoding="utf-8")
    }
    assert starting == MAY_START_PROCESSES
    elsewhere = tmp_path / "provenance/outside.py"
    elsewhere.parent.mkdir()
    elsewhere.write_text("import subprocess")
    with pytest.raises(CodeError):
        references(elsewhere)


@pytest.mark.parametrize(
    ("number", "line"),
    list(
        enumerate(
            [
                "open(snakemake.scriptdir + '/data')",
                "print(snakemake.config['windows'])",
                "def f(snakemake): return snakemake.config",
                "from snakemake.script import snakemake",
                "import sys; open(sys.argv[1])",
                "from sys import argv",
                "import builtins; builtins.exec('1')",
                "from builtins import eval as e",
            ]
        )
    ),
)
def test_what_a_script_gets_beside_its_parameters_is_refused(
    tmp_path: Path, number: int, line: str
):
    file = tmp_path / f"d{number}.py"
    file.write_text(line)
    with pytest.raises(CodeError, match="behind which an edit would not be noticed"):
        references(file)


def test_parameters_inputs_and_outputs_are_no_other_ways(tmp_path: Path):
    file = tmp_path / "e.py"
    file.write_text("snakemake.params.seed, snakemake.input[0], snakemake.output, snakemake.rule")
    assert references(file)
