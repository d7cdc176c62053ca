"""The scripts of `tools/` without a process of their own, which would import torch or pandas anew."""

import subprocess
import sys
from contextlib import chdir, redirect_stdout
from importlib.util import module_from_spec, spec_from_file_location
from io import StringIO
from types import ModuleType, SimpleNamespace
from unittest.mock import patch

import forks
from tiny_study import REPOSITORY, Clone


def load(name: str) -> ModuleType:
    """The tool as a new module."""
    spec = spec_from_file_location(f"{name}_tool", REPOSITORY / f"tools/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # its data classes look there
    spec.loader.exec_module(module)
    return module


def call(clone: Clone, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `python tools/{name}.py *arguments` gives in a clone, without starting a new Python."""

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        python, option, module, *rest = command
        assert (python, option) == (sys.executable, "-m")
        return forks.run(module, *rest, cwd=clone.folder, env=clone.environment)

    tool, printed, ended = load(name), StringIO(), None
    tool.subprocess = SimpleNamespace(run=run, CompletedProcess=subprocess.CompletedProcess)
    with (
        chdir(clone.folder),
        redirect_stdout(printed),
        patch.object(sys, "argv", [name, *arguments]),
    ):
        try:
            tool.main()
        except SystemExit as end:
            ended = end.code
    status, told = (1, f"{ended}\n") if isinstance(ended, str) else (ended or 0, "")
    return subprocess.CompletedProcess([name, *arguments], status, printed.getvalue(), told)
