"""One model measured on one text, from their files to fits: the pipeline's steps in one process.

The same functions and random streams as the pipeline's jobs: given the same text, model and
choices, the numbers are equal to the bit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from transformers import PreTrainedModel

from token_influence.corpora.build import build_corpus
from token_influence.corpora.document import slug
from token_influence.corpora.tokens import tokenise
from token_influence.decay.ranges import span
from token_influence.decay.records import Settings, decay_records
from token_influence.errors import WindowError
from token_influence.influence.measure import Measurement, measure
from token_influence.influence.memory import Plan, plan
from token_influence.influence.objectives import resolve
from token_influence.models.configuration import context_length, read_config
from token_influence.models.loading import load_model
from token_influence.models.locate import name_of
from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer
from token_influence.models.vocabulary import check_vocabulary
from token_influence.models.weights import stored_dtypes
from token_influence.profiles.aggregate import (
    INFLUENCE_COLUMNS,
    about,
    aggregate,
    normalised_profiles,
)
from token_influence.windows.draw import draw_windows, shuffle_windows

FAMILIES = ("power_law", "exponential", "constant")
USUAL_DISTANCE = 100
"""The published range ends here: r = 1..100."""


@dataclass(frozen=True)
class Choices:
    """What is measured and fitted; the defaults are those of the command line.

    windows, length, positions, min_position: as `draw_windows` takes them (min_position: by default
    half of `length`); objectives: names in `objectives.OBJECTIVES`; order: "intact" or "shuffled";
    fits: by default a power law, an exponential and a constant on r = 1..100, or on as much of it
    as every prediction has.

    >>> choices = Choices(length=128)
    >>> choices.lowest_position, choices.settings.ranges
    (64, ('1..64',))
    """

    windows: int = 16
    length: int = 512
    positions: int = 4
    min_position: int | None = None
    objectives: Sequence[str] = ("true_logit",)
    order: str = "intact"
    seed: int = 0
    device: str = "auto"
    fits: Settings | None = None

    @property
    def lowest_position(self) -> int:
        """Every measured position has at least so many tokens before it."""
        return self.length // 2 if self.min_position is None else self.min_position

    @property
    def settings(self) -> Settings:
        """What is fitted: `fits`, or the default."""
        return self.fits or fits_on(f"1..{min(USUAL_DISTANCE, self.lowest_position)}")


def fits_on(label: str) -> Settings:
    """The default fits on another range of distances: "LOWEST..HIGHEST" or "full"."""
    return Settings(families=FAMILIES, ranges=(label,), skip_sources=(0,))


@dataclass(frozen=True)
class Prepared:
    """All that is known before the measurement: it can be shown, and then carried out.

    windows: as `draw_windows` gives them, shuffled if that was chosen; tokens, documents: of the
    whole text; plan: batch size and memory; stored_dtypes: of the weights in their files.
    """

    model: PreTrainedModel
    bos_id: int | None
    documents: int
    tokens: int
    windows: pd.DataFrame
    plan: Plan
    stored_dtypes: list[str]


@dataclass(frozen=True)
class Findings:
    """What came out.

    influence, predictions: see `influence.Measurement`; profile: see `profiles.aggregate`, with
    `objective` as its first column; decay: for each objective its `arm`, `trend`, `fits` and
    `sweep` (see `decay.decay_records`).
    """

    windows: pd.DataFrame
    influence: pd.DataFrame
    predictions: pd.DataFrame
    profile: pd.DataFrame
    decay: dict[str, dict[str, Any]]


def measure_text(
    model: str | Path, text: Sequence[str | Path], choices: Choices | None = None
) -> Findings:
    """Measure the checkpoint in the folder `model` on text files, each of them one document.

    Raises an error of `token_influence.errors`, one sentence, for a model, text or choice that
    won't do.

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
    """What the text is called: its file's name as a slug, or "text" where there are several.

    The name keys the random streams: a study's corpus of this name draws the same windows.
    """
    return slug(Path(text[0]).stem) if len(text) == 1 else "text"


def read_documents(text: Sequence[str | Path]) -> pd.DataFrame:
    """The files' documents, as the pipeline's reader `text` reads them; CorpusError if it can't."""
    return build_corpus("text", [Path(file) for file in text]).to_pandas()


def prepare(folder: str | Path, documents: pd.DataFrame, corpus: str, choices: Choices) -> Prepared:
    """Check everything, draw the windows and load the model; cheap checks come first.

    Raises ModelError, WindowError, InfluenceError or DecayError, one sentence.
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
    model = load_model(folder, device=choices.device)
    how = plan(model, windows, bos_id=bos_id)
    size, dtypes = int(tokens.tokens.size), stored_dtypes(folder)
    return Prepared(model, bos_id, len(documents), size, windows, how, dtypes)


def _check_choices(choices: Choices) -> None:
    lowest, settings = choices.lowest_position, choices.settings
    if choices.order not in ("intact", "shuffled"):
        raise WindowError(f"order: found {choices.order!r}; allowed are intact, shuffled")
    if choices.windows < 2:
        raise WindowError(
            f"windows: found {choices.windows}; allowed are at least 2, since intervals resample them"
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


def _check_context(context: int | None, length: int, bos: bool) -> None:
    if context is not None and length + bos > context:
        beside = ", one of them for begin-of-text" if bos else ""
        raise WindowError(
            f"length: found {length}; allowed is at most {context - bos}, since the model reads "
            f"{context} tokens{beside}"
        )


def carry_out(
    prepared: Prepared,
    model: str,
    corpus: str,
    choices: Choices,
    on_window: Callable[[int], None] | None = None,
) -> Findings:
    """Measure the prepared windows and fit the profiles; `model` and `corpus` name the arm."""
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
    return summed_up(measured, prepared.windows, arm, choices)


def summed_up(
    measured: Measurement, windows: pd.DataFrame, arm: dict[str, str], choices: Choices
) -> Findings:
    """Profiles and fits of every objective that was measured."""
    settings = choices.settings
    documents = [dict(zip(windows["window"], windows["document_id"], strict=True))]
    frames, decay = [], {}
    for objective, rows in measured.influence.groupby("objective", observed=True):
        with about("/".join([*arm.values(), str(objective)])):
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
