"""The notebooks run from their first cell to their last, here on a tiny model and a short text."""

import json
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from tiny_study import REPOSITORY, write_model, write_text

NOTEBOOKS = sorted((REPOSITORY / "docs/notebooks").glob("*.ipynb"))
SMALL = "WINDOWS, LENGTH, POSITIONS = 4, 48, 2"


def cells(notebook: Path) -> list[dict]:
    content = json.loads(notebook.read_text(encoding="utf-8"))
    return [cell for cell in content["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(notebook: Path):
    assert [cell["outputs"] for cell in cells(notebook) if cell["outputs"]] == []
    assert {cell["execution_count"] for cell in cells(notebook)} == {None}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(notebook: Path, tmp_path: Path):
    write_model(tmp_path / "model")
    write_text(tmp_path / "novel.txt", seed=1)
    text = (tmp_path / "novel.txt").read_text()
    documents = pd.DataFrame({"document_id": ["novel"], "text": [text]})
    documents.to_parquet(tmp_path / "corpus.parquet")
    names: dict = {}
    for cell in cells(notebook):
        exec("".join(cell["source"]), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names |= {"MODEL": str(tmp_path / "model"), "CORPUS": tmp_path / "corpus.parquet"}
            exec(SMALL, names)
    assert isinstance(names["figure"], Figure)
    names["figure"].savefig(tmp_path / "figure.png")
