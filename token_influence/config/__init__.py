"""What the workflow may know before any job runs: the checked study and what follows from it.

Imports nothing heavier than pydantic, so that planning a run stays fast.
"""

from token_influence.config.derived import (
    Arm,
    arms,
    left_out,
    source_at,
    sources_of_model,
    text_of,
    windows_of,
)
from token_influence.config.loading import read_config
from token_influence.config.places import check_results
from token_influence.config.schema import Study
from token_influence.config.study import load_study

__all__ = [
    "Arm",
    "Study",
    "arms",
    "check_results",
    "left_out",
    "load_study",
    "read_config",
    "source_at",
    "sources_of_model",
    "text_of",
    "windows_of",
]
