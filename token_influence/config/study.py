"""From a raw mapping to a checked study, in full: what is given in short is written out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from token_influence.config.checks import check, known
from token_influence.config.messages import sentence
from token_influence.config.schema import Corpus, Model, Study
from token_influence.config.sources import Source
from token_influence.errors import ConfigError

HERE: dict[str, Any] = {"local": None, "licence": None}  # of an entry whose source stands elsewhere


def load_study(raw: object) -> Study:
    """Validate a raw configuration: a mapping, as YAML gives it; other types are refused.

    Raises ConfigError with one sentence: YAML path, what was found, what is allowed.
    """
    try:
        study = Study.model_validate(dict(raw) if isinstance(raw, Mapping) else raw)
    except ValidationError as error:
        raise ConfigError(sentence(error)) from None
    study = _with_shared_texts(_with_held_out_texts(_with_local_sources(study)))
    check(study)
    return study


def _with_local_sources(study: Study) -> Study:
    """The study in full: what is `local` in an entry becomes a source of the entry's name."""
    sources = dict(study.sources)

    def moved(entry: Model | Corpus, path: str, name: str) -> None:
        if name in sources:
            raise ConfigError(
                f"{path}.{name}.local: found a source called {name!r} already; "
                "allowed is a name that no source and no other entry with `local` has"
            )
        licence = entry.licence or "not stated"
        sources[name] = Source(local=entry.local, licence=licence)

    models, corpora = dict(study.models), dict(study.corpora)
    for name, model in study.models.items():
        if model.local is not None:
            moved(model, "models", name)
            file = Path(model.local).name
            gguf = model.gguf or (file if file.endswith(".gguf") else None)
            models[name] = model.model_copy(update=HERE | {"source": name, "gguf": gguf})
    for name, corpus in study.corpora.items():
        if corpus.local is not None:
            moved(corpus, "corpora", name)
            reader = corpus.reader or "text"
            corpora[name] = corpus.model_copy(update=HERE | {"sources": [name], "reader": reader})
    return study.model_copy(update={"sources": sources, "models": models, "corpora": corpora})


def _with_held_out_texts(study: Study) -> Study:
    """The study, where a held-out part says how the whole corpus is read."""
    whole = [name for name, corpus in study.corpora.items() if corpus.reader]
    trained = [name for name, model in study.models.items() if model.training]
    corpora = dict(study.corpora)
    for name, corpus in study.corpora.items():
        if (part := corpus.held_out) is not None:
            path = f"corpora.{name}.held_out"
            known(f"{path}.model", [part.model], trained, "model with a training", listed=False)
            known(f"{path}.corpus", [part.corpus], whole, "corpus", listed=False)
            read = {key: getattr(study.corpora[part.corpus], key) for key in ("sources", "reader")}
            corpora[name] = corpus.model_copy(update=read)
    return study.model_copy(update={"corpora": corpora})


def _with_shared_texts(study: Study) -> Study:
    """The study, where a corpus that has another one's text says how that is read."""
    corpora = dict(study.corpora)
    owners = [name for name, corpus in study.corpora.items() if corpus.text_of is None]
    for name, corpus in study.corpora.items():
        if corpus.text_of is not None:
            known(f"corpora.{name}.text_of", [corpus.text_of], owners, "corpus", listed=False)
            owner = study.corpora[corpus.text_of]
            own = {"text_of": corpus.text_of, "windows": corpus.windows}
            corpora[name] = owner.model_copy(update=own)
    return study.model_copy(update={"corpora": corpora})
