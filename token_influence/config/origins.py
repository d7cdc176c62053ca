"""Where the checkpoints and texts of a study come from: sources, and how tables describe them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from token_influence.config.derived import Arm, arms, source_at, sources_of_model
from token_influence.config.explained import explanations
from token_influence.config.forecasts import forecasts
from token_influence.config.prompted import prompted_models
from token_influence.config.schema import Study
from token_influence.config.sources import Source


@dataclass(frozen=True)
class UsedSource:
    """A source that a study needs, and the model whose checkpoint it holds (None for text)."""

    source: Source
    model: str | None


def used_sources(study: Study) -> dict[str, UsedSource]:
    """The sources that the study needs, by key: first those of texts, then those of models.

    A training needs the sources of its texts, any other model its trained checkpoint and that of its
    weights.
    """
    measured, explained = arms(study), explanations(study)
    texts = [key for arm in measured for key in study.corpora[arm.corpus].sources]
    if study.faithfulness is not None:
        texts += [study.faithfulness.data[each.data].source for each in explained]
    used = {key: UsedSource(study.sources[key], None) for key in texts}
    weights_of = [(arm.model, arm.weights) for arm in measured]
    weights_of += [(each.model, "trained") for each in explained]
    weights_of += [(each.model, "trained") for each in forecasts(study)]
    weights_of += [(model, "trained") for model in prompted_models(study)]
    for name, needed in dict.fromkeys(weights_of):
        model = study.models[name]
        if model.training is not None:
            for key in sources_of_model(study, name):
                used.setdefault(key, UsedSource(study.sources[key], None))
        else:
            for weights in ("trained", needed):
                key, source = source_at(study, model.source, weights)
                used[key] = UsedSource(source, name)
    return used


def fetchable_sources(study: Study, measured: Sequence[Arm]) -> dict[str, Source]:
    """The sources that may be fetched, by key, whether arms need them or not.

    These are the sources without terms or with accepted ones, and the revisions of a repo that
    the arms `measured` name as their weights.
    """
    fetchable = {
        key: source
        for key, source in study.sources.items()
        if source.terms is None or key in study.accept_terms
    }
    for arm in measured:
        if source_key := study.models[arm.model].source:
            key, source = source_at(study, source_key, arm.weights)
            fetchable[key] = source
    return fetchable


def corpus_origin(study: Study, corpus: str) -> dict[str, str]:
    """The `source` and the `licence` of a corpus as a table shows them."""
    entry = study.corpora[corpus]
    origins = "; ".join(study.sources[key].origin for key in entry.sources)
    if entry.held_out is not None:
        origins += f" (held out of {entry.held_out.model})"
    return {"source": origins, "licence": _licences(study, entry.sources)}


def training_licence(study: Study, model: str) -> str:
    """The licences of the texts that a model is trained on, as a table shows them."""
    return _licences(study, sources_of_model(study, model))


def _licences(study: Study, sources: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(study.sources[key].licence for key in sources))
