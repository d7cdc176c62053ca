"""One model measured on one text, from files to fits: the pipeline's steps in one process.

It uses the functions and random streams of the pipeline's jobs, so the same text, model and choices
give numbers that are equal to the bit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from transformers import PreTrainedModel

from token_influence.config.influence import Precision
from token_influence.corpora.build import build_corpus
from token_influence.corpora.document import slug
from token_influence.corpora.tokens import tokenise
from token_influence.decay.records import decay_records
from token_influence.errors import ModelError, WindowError
from token_influence.influence.measure import Measurement, measure
from token_influence.influence.memory import Plan, plan
from token_influence.influence.objectives import resolve
from token_influence.influence.precision import check_precision
from token_influence.influence.speed import refuse_slow
from token_influence.models.configuration import context_length, read_config
from token_influence.models.loading import load_model
from token_influence.models.locate import name_of
from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer
from token_influence.models.vocabulary import check_vocabulary
from token_influence.models.weights import stored_dtypes
from token_influence.profiles.aggregate import aggregate
from token_influence.profiles.normalise import INFLUENCE_COLUMNS, naming_arm, normalised_profiles
from token_influence.ranges import span
from token_influence.standalone.choices import DTYPES, Choices
from token_influence.windows.draw import draw_windows
from token_influence.windows.orders import shuffle_windows


@dataclass(frozen=True)
class Prepared:
    """A measurement that is checked and ready to run.

    windows: as `draw_windows` gives them, shuffled if that was chosen; documents, tokens: how many the
    whole text has; plan: batch size and memory; stored_dtypes: those of the weights in their files;
    agreement: of another number type with float32, as `check_precision` records it.
    """

    model: PreTrainedModel
    bos_id: int | None
    documents: int
    tokens: int
    windows: pd.DataFrame
    plan: Plan
    stored_dtypes: list[str]
    agreement: list[dict[str, Any]]


@dataclass(frozen=True)
class Findings:
    """The results of a measurement.

    influence, predictions: see `influence.measure.Measurement`; profile: see `aggregate`, with the
    first column `objective`; decay: for each objective its `arm`, and its `trend`, `fits` and `sweep`
    (see `decay_records`).
    """

    windows: pd.DataFrame
    influence: pd.DataFrame
    predictions: pd.DataFrame
    profile: pd.DataFrame
    decay: dict[str, dict[str, Any]]


def measure_text(
    model: str | Path, text: Sequence[str | Path], choices: Choices | None = None
) -> Findings:
    """Measure the checkpoint in the folder `model` on text files, each of which is one document.

    Raises an error of `token_influence.errors`, one sentence, for a model, text or choice that cannot
    be used.

    >>> from tempfile import TemporaryDirectory
    >>> from tokenizers import Tokenizer, models, pre_tokenizers
    >>> from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
    >>> characters = Tokenizer(models.WordLevel({c: k for k, c in enumerate("abcd ?")}, "?"))
    >>> characters.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    >>> config = LlamaConfig(
    ...     vocab_size=6, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
    ...     num_attention_heads=2,
    ... )
    >>> with TemporaryDirectory() as folder:
    ...     LlamaForCausalLM(config).save_pretrained(folder)
    ...     saved = PreTrainedTokenizerFast(tokenizer_object=characters).save_pretrained(folder)
    ...     text = Path(folder) / "novel.txt"
    ...     characters_written = text.write_text("a bad cab " * 100)
    ...     findings = measure_text(folder, [text], Choices(windows=4, length=32, device="cpu"))
    >>> [fit["family"] for fit in findings.decay["true_logit"]["fits"] if fit["seed"] == "pooled"]
    ['power_law', 'exponential', 'constant']
    >>> findings.profile[["objective", "distance", "n", "median"]].values.tolist()[0]
    ['true_logit', 0, 16, 1.0]
    """
    chosen, corpus = choices or Choices(), corpus_name(text)
    prepared = prepare(model, read_documents(text), corpus, chosen)
    return carry_out(prepared, name_of(Path(model)), corpus, chosen)


def corpus_name(text: Sequence[str | Path]) -> str:
    """The name of the text: its file's name as a slug, or "text" for several files.

    The name keys the random streams, so a study's corpus with this name draws the same windows.
    """
    return slug(Path(text[0]).stem) if len(text) == 1 else "text"


def read_documents(text: Sequence[str | Path]) -> pd.DataFrame:
    """The documents in the files, read by the pipeline's reader `text`; raises what that raises."""
    return build_corpus("text", [Path(file) for file in text]).to_pandas()


def prepare(folder: str | Path, documents: pd.DataFrame, corpus: str, choices: Choices) -> Prepared:
    """Check everything, draw the windows and load the model; cheap checks come first.

    documents: the columns `document_id` and `text`; corpus: the name that keys the random streams.
    Raises ModelError, WindowError, InfluenceError or DecayError, one sentence each.
    """
    resolve(choices.objectives)
    _check_choices(choices)
    config, tokenizer = read_config(folder), load_tokenizer(folder)
    check_vocabulary(tokenizer, config)
    bos_id = begin_of_text_id(tokenizer)
    _check_context(context_length(config), choices.length, bos_id is not None)
    tokens = tokenise(documents, tokenizer)
    longest = int((tokens.offsets[1:] - tokens.offsets[:-1]).max())
    if longest <= choices.length:
        which = "the text has" if len(documents) == 1 else "the longest of the texts has"
        raise WindowError(
            f"{which} {longest} tokens, too few for a window of {choices.length} and the token "
            f"predicted after it; allowed is a length of at most {longest - 1}"
        )
    windows = draw_windows(
        tokens,
        corpus,
        choices.seed,
        earlier_seeds=[],
        length=choices.length,
        per_seed=choices.windows,
        positions=choices.positions,
        min_position=choices.lowest_position,
    )
    if choices.order == "shuffled":
        windows = shuffle_windows(windows, corpus, choices.seed)
    model = load_model(folder, device=choices.device, dtype=choices.dtype)
    prepared = Prepared(
        model,
        bos_id,
        documents=len(documents),
        tokens=int(tokens.tokens.size),
        windows=windows,
        plan=plan(model, windows, bos_id=bos_id),
        stored_dtypes=stored_dtypes(folder),
        agreement=[],
    )
    return prepared if choices.dtype == "float32" else _compared(prepared, folder, choices)


def _compared(prepared: Prepared, folder: str | Path, choices: Choices) -> Prepared:
    """The measurement with its agreement with float32; ModelError where they differ too much."""
    exact = load_model(folder, device=choices.device)
    windows = prepared.windows.head(Precision().windows)
    agreement = check_precision(
        exact,
        prepared.model,
        windows,
        list(choices.objectives),
        bos_id=prepared.bos_id,
        recompute=plan(exact, windows, bos_id=prepared.bos_id).recompute,
    )
    return replace(prepared, agreement=agreement)


def _check_choices(choices: Choices) -> None:
    lowest, settings = choices.lowest_position, choices.settings
    if choices.order not in ("intact", "shuffled"):
        raise WindowError(f"order: found {choices.order!r}; allowed are intact, shuffled")
    if choices.windows < 2:
        raise WindowError(
            f"windows: found {choices.windows}; allowed is at least 2, since intervals resample them"
        )
    if not 1 <= lowest < choices.length:
        raise WindowError(
            f"the lowest position: found {lowest}; allowed is 1 to {choices.length - 1}, inside a "
            f"window of {choices.length} tokens"
        )
    room = choices.length - lowest
    if not 1 <= choices.positions <= room:
        raise WindowError(
            f"positions: found {choices.positions}; allowed is 1 to {room}, the positions from "
            f"{lowest} to the end of a window of {choices.length} tokens"
        )
    for label in settings.ranges:
        span(label, lowest - max(settings.skip_sources))
    if choices.dtype not in DTYPES:
        allowed = ", ".join(DTYPES)
        raise ModelError(f"dtype: found {choices.dtype!r}; allowed are {allowed}")
    if not choices.slow_bfloat16:
        refuse_slow(choices.dtype, choices.device, "add --slow-bfloat16")


def _check_context(context: int | None, length: int, bos: bool) -> None:
    if context is not None and length + bos > context:
        with_bos = ", one of them for begin-of-text" if bos else ""
        raise WindowError(
            f"length: found {length}; allowed is at most {context - bos}, since the model reads "
            f"{context} tokens{with_bos}"
        )


def carry_out(
    prepared: Prepared,
    model: str,
    corpus: str,
    choices: Choices,
    on_window: Callable[[int], None] | None = None,
) -> Findings:
    """Measure the prepared windows and fit the profiles.

    model, corpus: names for the records; on_window: called with the number of each measured window.
    """
    measured = measure(
        prepared.model,
        prepared.windows,
        choices.objectives,
        bos_id=prepared.bos_id,
        on_window=on_window,
        batch_size=prepared.plan.batch_size,
        recompute=prepared.plan.recompute,
    )
    arm = {"model": model, "weights": "trained", "corpus": corpus, "order": choices.order}
    return findings_of(measured, prepared.windows, arm, choices)


def findings_of(
    measured: Measurement, windows: pd.DataFrame, arm: dict[str, str], choices: Choices
) -> Findings:
    """Aggregate and fit the profiles of every objective that was measured."""
    settings = choices.settings
    documents = [dict(zip(windows["window"], windows["document_id"], strict=True))]
    frames, decay = [], {}
    for objective, rows in measured.influence.groupby("objective", observed=True):
        with naming_arm("/".join([*arm.values(), str(objective)])):
            profiles = [normalised_profiles(rows[INFLUENCE_COLUMNS], choices.seed)]
            frame = aggregate(profiles, settings.skip_sources)
            records = decay_records(profiles, settings, documents)
        frame.insert(0, "objective", objective)
        frames.append(frame)
        decay[str(objective)] = {"arm": arm | {"objective": str(objective)}} | records
    return Findings(
        windows,
        measured.influence,
        measured.predictions,
        pd.concat(frames, ignore_index=True),
        decay,
    )
