"""The sections after the explorer, in their order; without its tables a section is absent."""

from token_influence.page import prediction_sections, profile_sections
from token_influence.page.parts import Section
from token_influence.page.results import Results


def sections(results: Results) -> list[Section]:
    """Every section for which the study has results, in their order on the page."""
    makers = (
        profile_sections.published,
        profile_sections.rivals,
        profile_sections.controls,
        profile_sections.objectives,
        profile_sections.sources,
        prediction_sections.response,
        prediction_sections.faithfulness,
        prediction_sections.prompts,
        prediction_sections.series,
        profile_sections.emergence,
        profile_sections.predictions,
    )
    return [section for make in makers if (section := make(results))]
