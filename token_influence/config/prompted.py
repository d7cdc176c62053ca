"""What follows from the section `prompts`: the models whose prompts are explained."""

from collections import Counter

from token_influence.config.derived import sources_of_model
from token_influence.config.schema import Study


def prompted_models(study: Study) -> list[str]:
    """The models of the section, without those whose terms are not accepted; none if it is null."""
    models = study.prompts.models if study.prompts else []
    return [model for model in dict.fromkeys(models) if not _unaccepted(study, model)]


def prompts_left_out(study: Study) -> dict[str, int]:
    """For each source whose terms are not accepted, the number of prompts left out for it."""
    if study.prompts is None:
        return {}
    lacking = [name for model in set(study.prompts.models) for name in _unaccepted(study, model)]
    return {name: n * len(study.prompts.texts) for name, n in sorted(Counter(lacking).items())}


def _unaccepted(study: Study, model: str) -> list[str]:
    """Keys of the sources that a model needs and whose terms are not accepted."""
    needed = sources_of_model(study, model)
    return [n for n in needed if study.sources[n].terms and n not in study.accept_terms]
