"""The configuration of a study: read strictly, checked, and what follows from it.

Nothing heavier than pydantic is imported here, so that planning a run stays fast.
"""

from token_influence.config.comparisons import (
    intact_and_controls,
    objectives_compared,
    side_by_side,
)
from token_influence.config.derived import (
    Arm,
    arms,
    checkpoint_of,
    earlier_seeds,
    filled_in,
    left_out,
    source_at,
    sources_of_model,
    text_of,
    windows_of,
)
from token_influence.config.explained import (
    conventions_of,
    decompositions,
    explanations,
    explanations_left_out,
    reads_begin_of_text,
    referenced,
    sanity_checks,
    spans,
)
from token_influence.config.forecasts import forecasts, own_values
from token_influence.config.loading import read_config
from token_influence.config.origins import (
    corpus_origin,
    fetchable_sources,
    training_licence,
    used_sources,
)
from token_influence.config.places import (
    check_local_sources,
    check_results,
    results_of_other_studies,
    study_files,
)
from token_influence.config.prompted import prompted_models, prompts_left_out
from token_influence.config.requests import requested_mb, requested_minutes
from token_influence.config.responding import response_arms
from token_influence.config.schema import Study
from token_influence.config.section import plain
from token_influence.config.study import load_study

__all__ = [
    "Arm",
    "Study",
    "arms",
    "check_local_sources",
    "check_results",
    "checkpoint_of",
    "conventions_of",
    "corpus_origin",
    "decompositions",
    "earlier_seeds",
    "explanations",
    "explanations_left_out",
    "fetchable_sources",
    "filled_in",
    "forecasts",
    "intact_and_controls",
    "left_out",
    "load_study",
    "objectives_compared",
    "own_values",
    "plain",
    "prompted_models",
    "prompts_left_out",
    "read_config",
    "reads_begin_of_text",
    "referenced",
    "requested_mb",
    "requested_minutes",
    "response_arms",
    "results_of_other_studies",
    "sanity_checks",
    "side_by_side",
    "source_at",
    "sources_of_model",
    "spans",
    "study_files",
    "text_of",
    "training_licence",
    "used_sources",
    "windows_of",
]
