"""The training itself, by `transformers`' Trainer on the CPU in float32; equal bits every time."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset
from transformers import (
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    PreTrainedTokenizerFast,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from token_influence.files import canonical_json, read_json, write_json
from token_influence.progress import Log, progress
from token_influence.seeds import torch_seed
from token_influence.training.sequences import order

ATTENTION = "sdpa"
SAVES = 10
"""How often the state of a training is saved, so that a stopped training can go on."""


@dataclass(frozen=True)
class Settings:
    """Architecture, optimiser and the steps to keep; keys as in the configuration's `training`."""

    layers: int
    width: int
    heads: int
    context: int
    batch: int
    learning_rate: float
    warm_up: int
    weight_decay: float
    checkpoints: Sequence[int]
    seed: int

    @property
    def steps(self) -> int:
        """Steps of the whole training."""
        return self.checkpoints[-1]


def new_model(settings: Settings, vocabulary: int) -> GPTNeoXForCausalLM:
    """A GPT-NeoX before the first step; the caller's random state is left unchanged."""
    config = GPTNeoXConfig(
        vocab_size=vocabulary,
        hidden_size=settings.width,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        intermediate_size=4 * settings.width,
        max_position_embeddings=settings.context,
        bos_token_id=0,
        eos_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(torch_seed(settings.seed, "training"))
        return GPTNeoXForCausalLM._from_config(config, attn_implementation=ATTENTION)


def train(
    settings: Settings,
    sequences: np.ndarray,
    tokenizer: PreTrainedTokenizerFast,
    folder: Path,
    identity: Mapping[str, Any],
    log: Log | None = None,
) -> None:
    """Train on `sequences` (int `[S, context]`) and keep each checkpoint in `folder/stepN`.

    A stopped training of the same `identity` (plain data) goes on from its last saved state, to the
    same bits; the state of any other training is removed first. The state stays until `forget`.
    """
    work = _work(folder)
    digest = hashlib.sha256(sequences.tobytes()).hexdigest()
    _forget_another(folder, {**identity, "settings": asdict(settings), "sequences": digest})
    saved = _last_state(work)
    done = int(saved.name.rpartition("-")[2]) if saved else 0
    if done == settings.steps:
        return
    model = _saved_model(saved) if saved else new_model(settings, len(tokenizer))
    shown = order(len(sequences), settings.steps * settings.batch, settings.seed)
    with progress(settings.steps - done, "training", log, unit="step") as advance:
        trainer = Trainer(
            model=model,
            args=_arguments(settings, work),
            train_dataset=_Examples(sequences[shown]),
            callbacks=[_Keeper(settings, tokenizer, folder, advance)],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train(resume_from_checkpoint=str(saved) if saved else None)


def _saved_model(saved: Path) -> GPTNeoXForCausalLM:
    """The model of a saved state.

    The Trainer would restore weights by their names in memory. The output head has another name in the
    file, so it alone would start from its initial values.
    """
    return GPTNeoXForCausalLM.from_pretrained(saved, attn_implementation=ATTENTION)


def forget(folder: Path) -> None:
    """Remove the saved state that a stopped training would go on from."""
    shutil.rmtree(_work(folder), ignore_errors=True)


class _Examples(Dataset[dict[str, torch.Tensor]]):
    """Sequences in the order in which the model sees them."""

    def __init__(self, sequences: np.ndarray) -> None:
        self.ids = torch.as_tensor(sequences, dtype=torch.long)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        return {"input_ids": self.ids[index], "labels": self.ids[index]}


class _Keeper(TrainerCallback):
    """Saves the model at the steps to keep."""

    def __init__(
        self,
        settings: Settings,
        tokenizer: PreTrainedTokenizerFast,
        folder: Path,
        advance: Callable[..., None],
    ) -> None:
        self.settings, self.tokenizer = settings, tokenizer
        self.folder, self.advance = folder, advance

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._keep(state.global_step, kwargs["model"])

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.advance()
        self._keep(state.global_step, kwargs["model"])

    def _keep(self, step: int, model: GPTNeoXForCausalLM) -> None:
        if step not in self.settings.checkpoints:
            return
        target, temporary = self.folder / f"step{step}", self.folder / f".step{step}.tmp"
        model.save_pretrained(temporary)
        self.tokenizer.save_pretrained(temporary)
        shutil.rmtree(target, ignore_errors=True)
        temporary.rename(target)


def _arguments(settings: Settings, work: Path) -> TrainingArguments:
    """AdamW and a cosine schedule as for Pythia; nothing is reported, everything is deterministic."""
    return TrainingArguments(
        output_dir=str(work),
        max_steps=settings.steps,
        per_device_train_batch_size=settings.batch,
        train_sampling_strategy="sequential",
        learning_rate=settings.learning_rate,
        lr_scheduler_type="cosine_warmup_with_min_lr",  # its first step is not at rate 0
        lr_scheduler_kwargs={"min_lr_rate": 0.1},
        warmup_steps=settings.warm_up,
        weight_decay=settings.weight_decay,
        optim="adamw_torch",
        adam_beta2=0.95,
        max_grad_norm=1.0,
        full_determinism=True,
        seed=settings.seed,
        use_cpu=True,
        save_strategy="steps",
        save_steps=-(-settings.steps // SAVES),
        save_total_limit=1,
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )


def _work(folder: Path) -> Path:
    return folder / ".training"


def _forget_another(folder: Path, identity: Mapping[str, Any]) -> None:
    """Remove checkpoints and state of a training of another identity, and note this one."""
    note = _work(folder) / "identity.json"
    if not note.is_file() or read_json(note) != json.loads(canonical_json(identity)):
        forget(folder)
        for checkpoint in _checkpoints(folder):
            shutil.rmtree(checkpoint)
        write_json(identity, note)


def _checkpoints(folder: Path) -> Iterator[Path]:
    yield from folder.glob("step*")
    yield from folder.glob(".step*.tmp")


def _last_state(work: Path) -> Path | None:
    """The last state that was saved completely: its `trainer_state.json` is written last."""
    states = [path.parent for path in work.glob("checkpoint-*/trainer_state.json")]
    return max(states, key=lambda path: int(path.name.rpartition("-")[2]), default=None)
