# The checked study, its arms and its sources. Every rule reads them.
import sys
from functools import partial
from pathlib import Path

from snakemake.exceptions import WorkflowError

import token_influence
from token_influence.config import (
    arms,
    check_local_sources,
    check_results,
    decompositions,
    explanations,
    explanations_left_out,
    fetchable_sources,
    filled_in,
    forecasts,
    left_out,
    load_study,
    prompted_models,
    prompts_left_out,
    response_arms,
    results_of_other_studies,
    sanity_checks,
    side_by_side,
)

# Jobs import the installed library, but this checkout's library is planned with and hashed.
if not Path(token_influence.__file__).parent.samefile(Path(workflow.basedir) / "token_influence"):
    raise WorkflowError(
        f"The library that is installed is {Path(token_influence.__file__).parent}, not the one of this "
        "checkout: run `pip install -e '.[pipeline]'` in it."
    )

STUDY = checked(load_study, config)
LEFT_OUT = {
    "arms": left_out(STUDY),
    "explanations": explanations_left_out(STUDY),
    "prompts": prompts_left_out(STUDY),
}
if workflow.is_main_process:  # else every job would repeat the checks and the messages
    other_results = results_of_other_studies(Path(workflow.basedir), CONFIG_FILES[-1])
    checked(check_results, STUDY, other_results, Path.cwd())
    for what, needing in LEFT_OUT.items():
        for name, number in needing.items():
            print(
                f"Left out: the {what} ({number}) that need the source {name}, whose terms are not "
                f"accepted. To accept them, read {STUDY.sources[name].terms} and add {name} to "
                "accept_terms in the config.",
                file=sys.stderr,
            )
checked(check_local_sources, STUDY, config, Path.cwd())
config.update(filled_in(STUDY))  # for captions, which read every key

ARMS = arms(STUDY)
STEPS = [arm for arm in ARMS if arm.at_step]
OTHERS = [arm for arm in ARMS if not arm.at_step]
OBJECTIVES = {arm.names: list(arm.objectives) for arm in ARMS}
PAIRS = list(dict.fromkeys((arm.model, arm.corpus) for arm in ARMS))
MODELS = list(dict.fromkeys(model for model, _ in PAIRS))
TRAINED = [model for model in MODELS if STUDY.models[model].training]
CORPORA = list(dict.fromkeys(corpus for _, corpus in PAIRS))
EXPLANATIONS = explanations(STUDY)
DECOMPOSITIONS = decompositions(STUDY)
SANITY_CHECKS = sanity_checks(STUDY)
FORECASTS = forecasts(STUDY)
PROMPTED = prompted_models(STUDY)
RESPONSE_ARMS = response_arms(STUDY)
SOURCES = fetchable_sources(STUDY, ARMS)
RESULTS = STUDY.results

# The objective of which a figure shows several arms side by side.
CONTROLS_OBJECTIVE = ARMS[0].objectives[0]
# Arms whose single predictions are compared with mixtures of exponentials.
TRAINED_ARMS = [
    arm for arm in ARMS if arm.weights == "trained" and CONTROLS_OBJECTIVE in arm.objectives
]
compared_arms = partial(side_by_side, ARMS, CONTROLS_OBJECTIVE)
