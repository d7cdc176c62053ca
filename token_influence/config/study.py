"""Load a study: validate a raw mapping, expand its shorthands, check that its keys fit together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from token_influence.config.checks import check, known
from token_influence.config.corpora import Corpus
from token_influence.config.explanation_checks import check_explanations
from token_influence.config.forecast_checks import check_forecasts
from token_influence.config.messages import sentence
from token_influence.config.models import Model
from token_influence.config.prompt_checks import check_prompts
from token_influence.config.responding import check_response
from token_influence.config.schema import Study
from token_influence.config.sources import Source
from token_influence.errors import ConfigError

MOVED: dict[str, Any] = {"local": None, "licence": None}  # of an entry whose shorthand is expanded


def load_study(raw: object) -> Study:
    """The checked study of a raw configuration, which must be a mapping as YAML gives it.

    Raises ConfigError with one sentence: the YAML path, the value found there, what is allowed.
    """
    try:
        study = Study.model_validate(dict(raw) if isinstance(raw, Mapping) else raw)
    except ValidationError as error:
        raise ConfigError(sentence(error)) from None
    study = _expand_text_of(_expand_held_out(_expand_local(study)))
    check(study)
    check_explanations(study)
    check_forecasts(study)
    check_prompts(study)
    check_response(study)
    return study


def _expand_local(study: Study) -> Study:
    """The study in which each `local` of a model or corpus is a source of the same name."""
    sources = dict(study.sources)

    def add_source(entry: Model | Corpus, section: str, name: str) -> None:
        if name in sources:
            raise ConfigError(
                f"{section}.{name}.local: found a source called {name!r} already; "
                "allowed is a name that no source and no other entry with `local` has"
            )
        sources[name] = Source(local=entry.local, licence=entry.licence or "not stated")

    models, corpora = dict(study.models), dict(study.corpora)
    for name, model in study.models.items():
        if model.local is not None:
            add_source(model, "models", name)
            file = Path(model.local).name
            gguf = model.gguf or (file if file.endswith(".gguf") else None)
            models[name] = model.model_copy(update=MOVED | {"source": name, "gguf": gguf})
    for name, corpus in study.corpora.items():
        if corpus.local is not None:
            add_source(corpus, "corpora", name)
            reader = corpus.reader or "text"
            corpora[name] = corpus.model_copy(update=MOVED | {"sources": [name], "reader": reader})
    return study.model_copy(update={"sources": sources, "models": models, "corpora": corpora})


def _expand_held_out(study: Study) -> Study:
    """The study in which a held-out corpus has the sources and the reader of the whole corpus."""
    whole = [name for name, corpus in study.corpora.items() if corpus.reader]
    trained = [name for name, model in study.models.items() if model.training]
    corpora = dict(study.corpora)
    for name, corpus in study.corpora.items():
        if (held_out := corpus.held_out) is not None:
            path = f"corpora.{name}.held_out"
            known(f"{path}.model", [held_out.model], trained, "model with a training", listed=False)
            known(f"{path}.corpus", [held_out.corpus], whole, "corpus", listed=False)
            original = study.corpora[held_out.corpus]
            update = {"sources": original.sources, "reader": original.reader}
            corpora[name] = corpus.model_copy(update=update)
    return study.model_copy(update={"corpora": corpora})


def _expand_text_of(study: Study) -> Study:
    """The study in which a corpus with `text_of` has all keys of that corpus but its windows."""
    corpora = dict(study.corpora)
    owners = [name for name, corpus in study.corpora.items() if corpus.text_of is None]
    for name, corpus in study.corpora.items():
        if corpus.text_of is not None:
            known(f"corpora.{name}.text_of", [corpus.text_of], owners, "corpus", listed=False)
            owner = study.corpora[corpus.text_of]
            own = {"text_of": corpus.text_of, "windows": corpus.windows}
            corpora[name] = owner.model_copy(update=own)
    return study.model_copy(update={"corpora": corpora})
