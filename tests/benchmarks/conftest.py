"""Loading a benchmark as a module."""

import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """A function from the name of a benchmark to its module, which may import its neighbours."""

    def loaded(name: str) -> ModuleType:
        monkeypatch.syspath_prepend(FOLDER)
        # By its path and under another name, since packages have some of these.
        spec = spec_from_file_location(f"{name}_benchmark", FOLDER / f"{name}.py")
        module = module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        return module

    return loaded
