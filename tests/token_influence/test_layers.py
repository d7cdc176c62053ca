"""The library's rooms import in one direction only (docs: CONTRIBUTING.md, "Layout")."""

import ast
import shutil
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from tiny_study import REPOSITORY

LIBRARY = REPOSITORY / "token_influence"

# Each room imports from those before it alone. The files at the root are the ground floor, but for the
# door of the library.
LAYERS = (
    *("ground", "provenance", "config", "sources", "corpora", "models", "windows", "training"),
    *("fitting", "influence", "profiles", "decay", "response", "attribution", "series", "scopes"),
    *("tables", "claims", "figures", "page", "cost", "standalone", "demo", "cli"),
)
DOOR = {"cli", "__main__"}
READ_CONFIG = {"config", "cost", "standalone", "demo", "cli"}


def imported(file: Path) -> Iterator[str]:
    """The dotted names that a module imports, also within its functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, (
                f"{file} imports relatively, which the code identity does not see"
            )
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(parts: tuple[str, ...]) -> str:
    """The room of a module below the library, by the parts of its path."""
    if len(parts) > 1:
        return parts[0]
    return "cli" if parts[0] in DOOR else "ground"


def arrows(library: Path) -> dict[tuple[str, str], str]:
    """Each pair of rooms of which the first imports from the second, with one place that does."""
    found = {}
    for file in sorted(library.rglob("*.py")):
        below = file.relative_to(library).with_suffix("").parts
        for name in imported(file):
            package, *target = name.split(".")
            if package != library.name or not target or below == ("__init__",):
                continue
            inside = library / target[0]
            pair = room(below), room((target[0], "") if inside.is_dir() else (target[0],))
            if pair[0] != pair[1]:
                found.setdefault(pair, f"{file.relative_to(library)} imports {name}")
    return found


def upward(library: Path) -> list[str]:
    """The places that import from a room that comes later, or that no layer names."""
    return [
        place
        for (below, above), place in arrows(library).items()
        if LAYERS.index(above) > LAYERS.index(below)
    ]


def module_imports(library: Path) -> dict[str, set[str]]:
    """For each module the first-party modules that it imports."""
    modules = {
        ".".join(f.relative_to(library.parent).with_suffix("").parts).removesuffix(".__init__"): f
        for f in library.rglob("*.py")
    }
    found = {}
    for module, file in modules.items():
        names = (name for name in imported(file) if name.startswith(library.name))
        targets = {n if n in modules else n.rpartition(".")[0] for n in names}
        found[module] = targets & modules.keys() - {module, library.name}
    return found


def test_every_folder_of_the_library_is_a_layer():
    folders = {
        path.name for path in LIBRARY.iterdir() if path.is_dir() and path.name != "__pycache__"
    }
    assert folders == set(LAYERS) - {"ground", "cli"}


def test_no_room_imports_from_a_later_one():
    assert upward(LIBRARY) == []


def test_no_module_is_part_of_a_circle():
    TopologicalSorter(module_imports(LIBRARY)).prepare()


def test_only_some_rooms_read_the_configuration():
    readers = {below for below, above in arrows(LIBRARY) if above == "config"}
    assert readers <= READ_CONFIG


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("fitting/families.py", "from token_influence.decay import records"),
        ("provenance/code.py", "def late():\n    import token_influence.cli"),
        ("files.py", "from token_influence.sources.fetch import fetch"),
    ],
)
def test_a_planted_upward_import_is_found(tmp_path: Path, module: str, line: str):
    library = tmp_path / LIBRARY.name
    shutil.copytree(LIBRARY, library, ignore=shutil.ignore_patterns("__pycache__"))
    with (library / module).open("a") as file:
        file.write(f"\n\n{line}\n")
    (place,) = upward(library)
    assert place.startswith(module)


def test_packages_hold_no_code_in_their_init():
    """A job's code identity covers the packages above a module; `config` alone re-exports."""
    full = [
        path
        for path in LIBRARY.glob("*/**/__init__.py")
        if len(ast.parse(path.read_text(encoding="utf-8")).body) != 1
    ]
    assert full == [LIBRARY / "config/__init__.py"]
