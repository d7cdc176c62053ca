"""What Snakemake gives to a script that measures: a tiny model, and four windows to read."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
from snakemake.iocontainers import Namedlist
from tiny_models import build, save_tokenizer, windows

from token_influence.models.description import describe_model
from token_influence.parquet import write_parquet


def measuring_job(rule: str, output: Any, code: dict[str, Any]) -> SimpleNamespace:
    """A job of `rule`, its input in the current folder; nothing of the section `influence` is set."""
    build("llama").save_pretrained("model")
    save_tokenizer(Path("model"))
    Path("manifest.json").write_text(pd.Series(describe_model("model")).to_json())
    write_parquet(windows(4), "windows.parquet", {"begin_of_text_id": None})
    source = {"local": "model", "licence": "none"}
    params = {
        "weights": "trained",
        "seed": 0,
        "objectives": ["true_logit"],
        "influence": {},
        "recipe": {"source": source, "source_folder": "model", "gguf": None, "folder": "model"},
        "code": code,
    }
    return SimpleNamespace(
        rule=rule,
        wildcards="tiny",
        log=["log.txt"],
        input=Namedlist(fromdict={"windows": "windows.parquet", "manifest": "manifest.json"}),
        output=output,
        resources=SimpleNamespace(mem_mb=10_000),
        params=Namedlist(fromdict=params),
    )
