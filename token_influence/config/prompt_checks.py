"""Checks that the keys of the section `prompts` fit the rest of the study."""

from token_influence.config.checks import known
from token_influence.config.schema import Study


def check_prompts(study: Study) -> None:
    """Raise ConfigError, one sentence, if a model of the section is not defined."""
    if study.prompts is not None:
        known("prompts.models", study.prompts.models, study.models, "model")
