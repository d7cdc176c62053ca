"""A tiny study, run once with real Snakemake; every test works on a copy of what came out."""

import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import forks
import pytest
import yaml
from filelock import FileLock

REPOSITORY = Path(__file__).parents[1]
WORKFLOW = ["Snakefile", "rules", "scripts", "token_influence", "report", "profiles", "envs"]
WORDS = [
    "the",
    "sea",
    "and",
    "a",
    "ship",
    "that",
    "sailed",
    "over",
    "it",
    "under",
    "stars",
    "which",
    "no",
    "one",
    "had",
    "ever",
    "seen",
    "before",
]


@dataclass(frozen=True)
class Clone:
    """A working copy of the workflow with the tiny study as its config."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """With the clone's own modules, not the installed ones, as what it runs and hashes."""
        return os.environ | {"PYTHONPATH": str(self.folder), "OMP_NUM_THREADS": "1"}

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return forks.run("snakemake", *arguments, cwd=self.folder, env=self.environment)

    def run(self, *arguments: str, cores: int = 2) -> str:
        done = self.snakemake("--cores", str(cores), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def plan(self, *arguments: str) -> Counter[str]:
        """The jobs that would run, counted by rule, without the targets that only collect."""
        return self.plan_with_outputs(*arguments)[0]

    def planned_outputs(self) -> set[str]:
        """The files that would be written."""
        return self.plan_with_outputs()[1]

    def plan_with_outputs(self, *arguments: str) -> tuple[Counter[str], set[str]]:
        """`plan` and `planned_outputs` of one start of Snakemake."""
        done = self.snakemake("--dry-run", *arguments)
        words = done.stdout + done.stderr
        assert done.returncode == 0, words
        return planned_jobs(words), outputs_of_plan(words)

    def configure(self, **changes: Any) -> None:
        """Set keys of the config; 'windows__length' is the key `length` of the section `windows`."""
        path = self.folder / "config.yaml"
        config = yaml.safe_load(path.read_text())
        for name, value in changes.items():
            *sections, key = name.split("__")
            section = config
            for part in sections:
                section = section[part]
            section[key] = value
        path.write_text(yaml.safe_dump(config, sort_keys=False))

    def config(self) -> dict[str, Any]:
        return yaml.safe_load((self.folder / "config.yaml").read_text())

    def edit(self, file: str, before: str, after: str) -> None:
        path = self.folder / file
        text = path.read_text()
        assert before in text, f"{file} no longer holds {before!r}"
        path.write_text(text.replace(before, after, 1))

    def outputs(self) -> dict[str, bytes]:
        """Every result under the byte promise."""
        files = sorted((self.folder / "results").rglob("*"))
        return {
            str(file.relative_to(self.folder)): file.read_bytes()
            for file in files
            if file.is_file() and file.name not in ("run.json", "run.js")
        }


def planned_jobs(words: str) -> Counter[str]:
    """The jobs in what a dry run prints, counted by rule, without targets that only collect."""
    return Counter(re.findall(r"^rule (\w+_\w+):", words, re.MULTILINE))


def outputs_of_plan(words: str) -> set[str]:
    """The files that would be written, in what a dry run prints."""
    lines = re.findall(r"^ +output: (.*)$", words, re.MULTILINE)
    return {path for line in lines for path in line.split(", ")}


def write_text(path: Path, seed: int, words: int = 3000) -> None:
    """A text of short sentences, different for each seed."""
    import numpy as np

    generator = np.random.default_rng(seed)
    lines = [
        " ".join(generator.choice(WORDS, size=12)).capitalize() + "." for _ in range(words // 12)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(lines) + "\n")


def write_model(folder: Path, seed: int = 0) -> None:
    """A tiny Llama in the Hugging Face layout, with a byte-level tokenizer."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={c: k for k, c in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(alphabet),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=64,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        LlamaForCausalLM(config).save_pretrained(folder)


def tiny_config() -> dict[str, Any]:
    group = {"models": ["tiny"], "weights": ["trained"], "corpora": ["first"], "orders": ["intact"]}
    both = ["true_logit", "predicted_logit"]
    return {
        "sources": {
            "tiny-files": {"local": "inputs/model", "licence": "own"},
            "first-text": {"local": "inputs/first.txt", "licence": "own"},
            "second-text": {"local": "inputs/second.txt", "licence": "own"},
        },
        "models": {"tiny": {"source": "tiny-files", "context": 64}},
        "corpora": {
            "first": {"reader": "text", "sources": ["first-text"]},
            "second": {"reader": "text", "sources": ["second-text"]},
        },
        "arms": [
            group | {"objectives": both},
            group | {"orders": ["shuffled"], "objectives": ["true_logit"]},
            group | {"corpora": ["second"], "objectives": ["true_logit"]},
            group | {"weights": ["random"], "objectives": ["true_logit"]},
        ],
        "seeds": [0],
        "windows": {"length": 48, "per_seed": 4, "positions": 2, "min_position": 28},
        "influence": {"device": "cpu", "attention": "eager", "torch_threads": 1},
        "skip_sources": [0, 2],
        "decay": {
            "families": ["power_law", "exponential"],
            "ranges": ["1..20", "full"],
            "sweep": {"families": ["power_law"], "lowest": [1, 4], "highest": [16]},
            "bootstrap": {"resamples": 20},
        },
        "headline": {"range": "1..20", "skip_sources": 0},
    }


def new_clone(folder: Path) -> Clone:
    folder.mkdir(parents=True)
    ignore = shutil.ignore_patterns("__pycache__")
    for name in WORKFLOW:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignore)
        else:
            shutil.copy(source, folder / name)
    write_text(folder / "inputs/first.txt", 1)
    write_text(folder / "inputs/second.txt", 2)
    write_model(folder / "inputs/model")
    (folder / "config.yaml").write_text(yaml.safe_dump(tiny_config(), sort_keys=False))
    return Clone(folder)


@pytest.fixture(scope="session")
def finished_study(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """The tiny study, run to its end; built once for all test processes, never changed."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "workflow-study"
    with FileLock(f"{shared}.lock"):
        if not (shared / "finished").exists():
            shutil.rmtree(shared, ignore_errors=True)
            clone = new_clone(shared)
            clone.run()
            (shared / "finished").touch()
    return Clone(shared)


@pytest.fixture
def study(finished_study: Clone, tmp_path: Path) -> Clone:
    """A copy of the finished study, dates included, to change as a test likes."""
    shutil.copytree(finished_study.folder, tmp_path / "study", symlinks=True)
    return Clone(tmp_path / "study")


@pytest.fixture
def fresh(finished_study: Clone, tmp_path: Path) -> Clone:
    """A clone of the tiny study in which nothing has run."""
    ignore = shutil.ignore_patterns("results", "resources", "logs", ".snakemake", "finished")
    shutil.copytree(finished_study.folder, tmp_path / "fresh", ignore=ignore)
    return Clone(tmp_path / "fresh")
