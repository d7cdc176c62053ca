"""The library's public names: few, documented, with examples that run, and light to import."""

import doctest
import gc
import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

import token_influence

HEAVY = ["numpy", "torch", "transformers", "pandas", "scipy", "matplotlib", "datasets"]


@pytest.mark.parametrize("name", token_influence.__all__)
def test_every_public_name_is_documented_with_an_example(name: str) -> None:
    documentation = inspect.getdoc(getattr(token_influence, name))
    assert documentation
    assert ">>> " in documentation


@pytest.mark.parametrize("module", sorted(set(token_influence._HOMES.values())))
def test_the_examples_run(module: str) -> None:
    failed, attempted = doctest.testmod(import_module(f"token_influence.{module}"))
    assert attempted
    assert not failed


def test_no_public_name_is_hidden_by_a_module() -> None:
    """`import token_influence.x` would put the module in the place of a public `x`."""
    modules = {module.name for module in pkgutil.iter_modules(token_influence.__path__)}
    assert not modules & set(token_influence.__all__)


def test_names_are_listed_and_others_refused() -> None:
    assert set(token_influence.__all__) <= set(dir(token_influence))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        token_influence.nothing  # noqa: B018


@pytest.mark.parametrize("enabled", [True, False])
def test_importing_collects_no_garbage_and_leaves_the_collector_as_it_was(enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with token_influence.importing():
            assert not gc.isenabled()
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if before else gc.disable)()


@pytest.mark.parametrize(
    "code",
    [
        "import token_influence.config",
        "from token_influence.cli import main\n"
        "try: main(['measure', '--help'])\nexcept SystemExit: pass",
    ],
)
def test_planning_and_help_wait_for_no_heavy_library(code: str) -> None:
    check = f"\nimport sys\nassert not set({HEAVY}) & set(sys.modules), sorted(sys.modules)"
    subprocess.run([sys.executable, "-c", code + check], check=True, capture_output=True)
