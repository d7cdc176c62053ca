"""What a file of code refers to, by full names.

Ways to reach code or files that these names do not show are refused.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from token_influence.errors import CodeError
from token_influence.untrusted import reading

# Functions that import a module by its name: followed if the name is written out.
IMPORTERS = {"importlib.import_module", "__import__"}
# Other ways to reach code and files.
BUILTINS = {"compile", "eval", "exec"}
SCRIPT_OBJECT = "snakemake"  # which Snakemake puts into every script
ATTRIBUTES = {"__file__", "__loader__", "__path__", "__spec__"}
LIBRARIES = {
    *("imp", "pkgutil", "runpy", "zipimport", "site.addsitedir"),
    *("importlib.abc", "importlib.machinery", "importlib.reload"),
    *("importlib.resources", "importlib.util"),
    *("sys.meta_path", "sys.modules", "sys.path", "sys.path_hooks"),
    *("builtins", "sys.argv", "sys.orig_argv"),
    # What Snakemake gives to a script beside the job's own parameters and inputs.
    *("snakemake.config", "snakemake.scriptdir", "snakemake.script"),
    *("multiprocessing", "pty", "subprocess", "os.popen", "os.startfile", "os.system"),
    *(f"os.exec{kind}" for kind in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *(f"os.spawn{kind}" for kind in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *("os.posix_spawn", "os.posix_spawnp", "asyncio.create_subprocess_exec"),
    *("asyncio.create_subprocess_shell", "asyncio.subprocess"),
}
# Modules that may start a process, since its code cannot change what a job writes.
MAY_START_PROCESSES = {
    "cards.py",  # no job imports it: it asks which GPUs there are, before a run
    "provenance/outside.py",  # the job verifies every file by its checksum afterwards
    "sources/package_index.py",  # asks pip for an address; every file has a pinned checksum
}


@dataclass(frozen=True)
class Reference:
    """A full name, such as "numpy.linalg.norm", and its line; `module` if it has to be a module."""

    name: str
    line: int
    module: bool = False


def tree(file: Path) -> ast.Module:
    """The file's syntax tree without docstrings; raises CodeError where it is no Python."""
    module = _nodes(file)[0]
    assert isinstance(module, ast.Module)
    return module


@cache
def _nodes(file: Path) -> tuple[ast.AST, ...]:
    """The file's syntax tree as `ast.walk` gives it, the module first; walking takes long."""
    with reading(f"The code {file}", CodeError):
        nodes = tuple(ast.walk(ast.parse(file.read_bytes(), filename=str(file))))
    for node in nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body:
                case [ast.Expr(value=ast.Constant(value=str())), *rest]:
                    node.body = rest or [ast.Pass()]
    return nodes


@cache
def references(file: Path) -> tuple[Reference, ...]:
    """What the file imports, anywhere in it, and what it uses of these imports.

    Raises CodeError for relative and starred imports, and where an edit would not be noticed: modules
    whose names are computed, code that is executed from text or by another process, files that lie
    beside the code. The module's own `__getattr__` may import anything, because no code may use a name
    that it makes (see `defined`).
    """
    names = (*_imported(file), *_used(file))
    for reference in names:
        if _hides(reference.name) and not _may_start(file, reference.name):
            raise _unnoticed(file, reference)
    return names


@cache
def defined(file: Path) -> frozenset[str]:
    """The names that a module's statements bind, without those that its `__getattr__` makes."""
    names = {"__doc__", "__name__"}
    queue: list[ast.AST] = list(tree(file).body)
    while queue:
        match queue.pop():
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.Name(id=name, ctx=ast.Store())
            ):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names.update(alias.asname or alias.name.partition(".")[0] for alias in aliases)
            case node:
                queue.extend(ast.iter_child_nodes(node))
    return frozenset(names)


def _imported(file: Path) -> Iterator[Reference]:
    """What import statements name; `from a import b` may mean the module `a.b`."""
    for node in _nodes(file):
        if isinstance(node, ast.Import):
            yield from (Reference(alias.name, node.lineno, module=True) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                raise CodeError(
                    f"{file}, line {node.lineno}, has a relative import; write the module's full "
                    "name, so that an edit of it is noticed."
                )
            yield Reference(node.module, node.lineno, module=True)
            for alias in node.names:
                if alias.name == "*":
                    raise CodeError(
                        f"{file}, line {node.lineno}, imports * from {node.module}; write out the "
                        "names, so that an edit of what they mean is noticed."
                    )
                yield Reference(f"{node.module}.{alias.name}", node.lineno)


def _used(file: Path) -> Iterator[Reference]:
    """Uses of imported names and of other ways to reach code, with all attributes."""
    origins = _origins(file)
    lazy = {id(node) for function in _getattr(file) for node in ast.walk(function)}
    inner: set[int] = set()  # parts of attributes seen already: the walk meets the whole first
    for node in _nodes(file):
        if isinstance(node, ast.Attribute):
            inner.add(id(node.value))
        if isinstance(node, ast.Call) and _full_name(node.func, origins) in IMPORTERS:
            match node.args:
                case [ast.Constant(value=str(name)), *_] if not name.startswith("."):
                    inner.add(id(node.func))
                    yield Reference(name, node.lineno, module=True)
        if (
            isinstance(node, ast.Name | ast.Attribute)
            and id(node) not in inner
            and (used := _full_name(node, origins))
        ):
            reference = Reference(used, node.lineno)
            if used in IMPORTERS and id(node) not in lazy:
                raise _unnoticed(file, reference)
            yield reference


def _getattr(file: Path) -> list[ast.stmt]:
    """The module's own `__getattr__`, if it has one."""
    functions = (node for node in tree(file).body if isinstance(node, ast.FunctionDef))
    return [node for node in functions if node.name == "__getattr__"]


def _origins(file: Path) -> dict[str, str]:
    """The full name behind each name that imports bind, each builtin, and Snakemake's object."""
    origins = {name: name for name in BUILTINS | ATTRIBUTES | IMPORTERS | {SCRIPT_OBJECT}}
    for node in _nodes(file):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                origins[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                origins[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return origins


def _full_name(node: ast.expr, origins: dict[str, str]) -> str | None:
    """The full name of a name or an attribute; None unless an import or a builtin gives it."""
    match node:
        case ast.Name(id=name):
            return origins.get(name)
        case ast.Attribute(value=value, attr=attribute):
            return f"{base}.{attribute}" if (base := _full_name(value, origins)) else None
    return None


def _may_start(file: Path, name: str) -> bool:
    """Whether `file` is one of those that may start a process, and `name` is the way to do so."""
    return name.partition(".")[0] == "subprocess" and any(
        file.as_posix().endswith(f"token_influence/{module}") for module in MAY_START_PROCESSES
    )


def _hides(name: str) -> bool:
    """Whether `name` gives access to code or files that it does not show."""
    parts = name.split(".")
    return (
        parts[0] in BUILTINS
        or not ATTRIBUTES.isdisjoint(parts)
        or any(".".join(parts[:depth]) in LIBRARIES for depth in (1, 2))
    )


def _unnoticed(file: Path, reference: Reference) -> CodeError:
    return CodeError(
        f"{file}, line {reference.line}, uses {reference.name}, behind which an edit would not be "
        "noticed; import modules by their full names, and give a rule the files that it reads as "
        "input."
    )
