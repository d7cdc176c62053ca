"""What a checkpoint is, in numbers."""

import hashlib
from pathlib import Path

from tiny_models import VOCABULARY, build

from token_influence.models.description import describe_model


def test_describe_model_counts_and_hashes(folder: Path) -> None:
    (folder / "manifest.json").write_text("{}")
    described = describe_model(folder)
    files = described.pop("files")
    assert described == {
        "architecture": "LlamaForCausalLM",
        "parameters": sum(p.numel() for p in build("llama").parameters()),
        "layers": 2,
        "width": 16,
        "heads": 4,
        "context": 32,
        "vocabulary": VOCABULARY,
        "tied": False,
    }
    assert set(files) == {path.name for path in folder.iterdir()} - {"manifest.json"}
    content = (folder / "model.safetensors").read_bytes()
    assert files["model.safetensors"] == {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }


def test_tied_weights_count_once(tmp_path: Path) -> None:
    model = build("llama-tied")
    model.save_pretrained(tmp_path)
    described = describe_model(tmp_path)
    assert described["tied"] is True
    assert described["parameters"] == sum(p.numel() for p in model.parameters())
