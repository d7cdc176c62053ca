"""Nothing is unpickled, since a pickle runs code: no file of the project names a way to do so."""

import ast
from pathlib import Path

import pytest
from tiny_study import REPOSITORY

ROOMS = ("token_influence", "scripts", "rules", "tools", "benchmarks")
MODULES = {"pickle", "_pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
CALLS = {"torch.load", "np.load", "numpy.load", "pd.read_pickle", "pandas.read_pickle"}
SAFE = {"allow_pickle": False, "weights_only": True, "use_safetensors": True}
SAFE |= {"trust_remote_code": False}


def faults(source: str) -> list[str]:
    """The places of a module that could unpickle, or run code of a model."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in MODULES]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
            found.append(str(node.module))
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in CALLS:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.keyword) and node.arg in SAFE:
            value = ast.unparse(node.value)
            found += [f"{node.arg}={value}"] if value != str(SAFE[node.arg]) else []
    return found


def test_no_module_can_unpickle():
    files = [file for room in ROOMS for file in sorted((REPOSITORY / room).rglob("*.py"))]
    assert len(files) > 100
    assert {str(file): faults(file.read_text(encoding="utf-8")) for file in files} == {
        str(file): [] for file in files
    }


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "import torch\ntorch.load(path)",
        "np.load(path, allow_pickle=False)",
        "load(path, allow_pickle=True)",
        "load(path, weights_only=weights)",
        "model(path, trust_remote_code=True)",
    ],
)
def test_each_way_to_unpickle_is_found(source: str):
    assert faults(source) != []


def test_a_model_of_pickled_weights_is_not_loaded(tmp_path: Path):
    from tiny_study import write_model

    from token_influence.errors import ModelError
    from token_influence.models.loading import load_model

    write_model(tmp_path)
    ran = tmp_path / "ran"
    # A pickle by hand that would make a file: the protocol's commands for `open(path, "w")`.
    pickle = f"cbuiltins\nopen\n(S'{ran}'\nS'w'\ntR.".encode()
    (tmp_path / "model.safetensors").unlink()
    (tmp_path / "pytorch_model.bin").write_bytes(pickle)
    kernel = {"device": "cpu", "attention": "eager"}
    with pytest.raises(ModelError, match=r"pytorch_model\.bin"):
        load_model(tmp_path, weights="trained", seed=0, dtype="float32", **kernel)
    assert not ran.exists()
