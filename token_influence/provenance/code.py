"""The identity of code by content: what a rule's script does, whatever its comments and dates.

Snakemake's own `code` trigger compares the script's modification time and does not see imported
modules. This hash covers the script and every first-party module that it imports, transitively.
"""

import ast
import hashlib
import importlib.metadata
from functools import cache
from pathlib import Path

from token_influence.errors import CodeError
from token_influence.provenance.references import Reference, defined, references, tree

# Libraries whose version can change a result.
RESULT_LIBRARIES = {
    *("accelerate", "datasets", "docutils", "gguf", "matplotlib", "mwparserfromhell", "numpy"),
    *("pandas", "plotly", "pyarrow", "safetensors", "scipy", "tokenizers", "torch"),
    "transformers",
}
# Libraries that another one hands its work to (token ids, weights, training) without an import of ours.
HELPERS = {"transformers": {"accelerate", "safetensors", "tokenizers"}}


def code_identity(script: Path) -> dict[str, object]:
    """`{"code": hash, "versions": {library: version}}` of a script and of all that it imports.

    Comments, formatting and docstrings do not count. Raises CodeError if code cannot be followed (see
    `references.references`).
    """
    modules = sorted(reachable(script))
    digest = hashlib.sha256()
    libraries: set[str] = set()
    for module in modules:
        digest.update(f"{_text(module)}\0".encode())
        libraries |= _libraries(module)
    for library in libraries & HELPERS.keys():
        libraries |= HELPERS[library]
    return {
        "code": digest.hexdigest()[:16],
        "versions": {
            library: _public_version(library) for library in sorted(libraries & RESULT_LIBRARIES)
        },
    }


@cache
def _public_version(distribution: str) -> str:
    """The version without its local label: a `+cpu` build is the same code on a CPU."""
    return importlib.metadata.version(distribution).partition("+")[0]


def reachable(script: Path) -> set[Path]:
    """The script and the first-party files that it imports, transitively.

    First-party are the modules beside the script and beside its folder; for a module of a package,
    the modules of that package. Raises CodeError as `code_identity` does.
    """
    package = _package(script)
    roots = (script.parent, script.parent.parent) if package is None else (package.parent,)
    reached, queue = {script}, [script]
    while queue:
        found = _imports(queue.pop(), package and package.name, roots) - reached
        reached |= found
        queue.extend(found)
    return reached


def _package(script: Path) -> Path | None:
    """The outermost package that holds the script, or None.

    Beside an installed package may lie every other library, so its neighbours are not first-party.
    """
    package = None
    for folder in script.parents:
        if not (folder / "__init__.py").is_file():
            break
        package = folder
    return package


# Planning asks for every rule's script, and these share most modules: each file is looked at once.
@cache
def _imports(file: Path, package: str | None, roots: tuple[Path, ...]) -> frozenset[Path]:
    """The first-party files that run when `file` runs; of `package` only, unless that is None."""
    return frozenset().union(
        *(
            _modules(file, reference, roots)
            for reference in references(file)
            if package is None or reference.name.partition(".")[0] == package
        )
    )


def _modules(file: Path, reference: Reference, roots: tuple[Path, ...]) -> frozenset[Path]:
    """The first-party files that run when `file` imports what it refers to.

    Raises CodeError if it takes a name from a first-party module that does not define it.
    """
    files, last, missing = _files_of(reference.name, roots)
    if files and missing and (reference.module or not any(missing in defined(at) for at in last)):
        raise CodeError(
            f"{file}, line {reference.line}, takes {missing} from {min(last)}, whose code does not "
            "define it; import it from the module that does, so that an edit of it is noticed."
        )
    return files


@cache
def _files_of(name: str, roots: tuple[Path, ...]) -> tuple[frozenset[Path], frozenset[Path], str]:
    """The files that run when the dotted `name` is imported: all packages and modules it may mean.

    Returns all files, those of the last package or module in the name, and the part of the name after
    it (or "").
    """
    parts = name.split(".")
    files: set[Path] = set()
    last: set[Path] = set()
    missing = ""
    for depth in range(1, len(parts) + 1):
        modules = [root.joinpath(*parts[:depth]) for root in roots]
        candidates = [
            file for at in modules for file in (at.with_name(f"{at.name}.py"), at / "__init__.py")
        ]
        if present := {file for file in candidates if file.is_file()}:
            last, missing = present, ""
            files |= present
        elif not missing and not any(
            at.is_dir() for at in modules
        ):  # a package without __init__.py
            missing = parts[depth - 1]
    return frozenset(files), frozenset(last), missing


@cache
def _libraries(file: Path) -> frozenset[str]:
    """The top-level names of all that the file refers to, libraries among them."""
    return frozenset(used.name.partition(".")[0] for used in references(file))


@cache
def _text(file: Path) -> str:
    """The file's code as `ast.unparse` prints it, which is steadier across Pythons than its dump."""
    return ast.unparse(tree(file))
