"""The identity of code by content: what a rule's script does, whatever its comments and dates.

Snakemake's own `code` trigger compares the script's modification time and does not see imported
modules; this hash covers the script and every first-party module that it imports, transitively.
"""

import ast
import hashlib
import importlib.metadata
from functools import cache
from pathlib import Path

# Distributions whose version can change a result, by the name they are imported under.
RESULT_LIBRARIES = {
    "datasets": "datasets",
    "gguf": "gguf",
    "matplotlib": "matplotlib",
    "mwparserfromhell": "mwparserfromhell",
    "numpy": "numpy",
    "pandas": "pandas",
    "pyarrow": "pyarrow",
    "scipy": "scipy",
    "tokenizers": "tokenizers",
    "torch": "torch",
    "transformers": "transformers",
}


def code_identity(script: Path) -> dict[str, object]:
    """`{"code": hash, "versions": {library: version}}` of a script and of all that it imports.

    First-party modules are looked for beside the script and beside the script's parent folder.
    Comments, formatting and docstrings do not count.
    """
    modules = sorted(_reachable(script))
    digest = hashlib.sha256()
    libraries: set[str] = set()
    for module in modules:
        digest.update(_code_without_docstrings(module).encode())
        libraries.update(name.partition(".")[0] for name in _imported_names(module))
    return {
        "code": digest.hexdigest()[:16],
        "versions": {
            library: _public_version(RESULT_LIBRARIES[library])
            for library in sorted(libraries & RESULT_LIBRARIES.keys())
        },
    }


def _public_version(distribution: str) -> str:
    """The version without its local label: a `+cpu` build is the same code on a CPU."""
    return importlib.metadata.version(distribution).partition("+")[0]


def _reachable(script: Path) -> set[Path]:
    """The script and the first-party files that it imports, transitively."""
    roots = (script.parent, script.parent.parent)
    found, queue = {script}, [script]
    while queue:
        for name in _imported_names(queue.pop()):
            for file in _first_party_files(name, roots) - found:
                found.add(file)
                queue.append(file)
    return found


def _first_party_files(name: str, roots: tuple[Path, ...]) -> set[Path]:
    """The files that importing the dotted `name` runs: the module and its parent packages."""
    files: set[Path] = set()
    parts = name.split(".")
    for root in roots:
        for depth in range(1, len(parts) + 1):
            module = root.joinpath(*parts[:depth])
            candidates = (module.with_name(f"{module.name}.py"), module / "__init__.py")
            files.update(file for file in candidates if file.is_file())
    return files


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def _imported_names(file: Path) -> set[str]:
    """Every dotted name that the file imports; `from a import b` may mean the module `a.b`."""
    names: set[str] = set()
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


@cache
def _code_without_docstrings(file: Path) -> str:
    """The file's code as `ast.unparse` prints it, which is steadier across Pythons than its dump."""
    tree = ast.parse(ast.unparse(_tree(file)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body:
                case [ast.Expr(value=ast.Constant(value=str())), *rest]:
                    node.body = rest or [ast.Pass()]
    return ast.unparse(tree)
