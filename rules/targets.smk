# The targets: for each stage all files of the study, and the figures among them.
from token_influence.config import intact_and_controls, objectives_compared, used_sources
from token_influence.page.figure_kinds import of_page

DIFFERENCE_FILES = [
    DIFFERENCES.format(control=control, objective=objective, **arm.keys)
    for arm, control, objective in intact_and_controls(ARMS)
]
OBJECTIVE_DIFFERENCE_FILES = [
    OBJECTIVE_DIFFERENCES.format(objective=objective, other=other, **arm.keys)
    for arm, objective, other in objectives_compared(ARMS)
]
SENSITIVITY_FILES = per_arm(SENSITIVITY, OTHERS)
MIXTURE_FILES = per_arm(MIXTURES, TRAINED_ARMS, objective=CONTROLS_OBJECTIVE)
FORECAST_TABLES = ["scores", "forecast", "measures"]
CLASSIFIED_ARMS = [
    arm for arm in RESPONSE_ARMS if STUDY.response.classes and CONTROLS_OBJECTIVE in arm.objectives
]
SOURCE_CLASSES_FILES = per_arm(SOURCE_CLASSES, CLASSIFIED_ARMS, objective=CONTROLS_OBJECTIVE)
# The files of each explanation, one for each span of its passages.
JUDGED_FILES = {
    each: expand(
        JUDGED, **each.keys, span=spans(each.passages, STUDY.faithfulness.passages_per_job)
    )
    for each in EXPLANATIONS
}
OF_FAITHFULNESS = ("faithfulness", "faithfulness_sanity", "spectrum")
# The files of Fisher spectra, with the model and the data of each.
SPECTRUM_FILES = {
    path: each.keys
    for each in DECOMPOSITIONS
    for path in expand(
        SPECTRUM, **each.keys, span=spans(each.passages, STUDY.faithfulness.passages_per_job)
    )
}
# The files of sanity checks, with the model, the data and the method of each.
SANITY_FILES = {
    path: each.keys
    for each in SANITY_CHECKS
    for path in expand(
        SANITY, **each.keys, span=spans(each.passages, STUDY.faithfulness.passages_per_job)
    )
}
# The arms whose inputs are changed, and those of them in which this is done at every source.
RESPONSE_SEEDS = STUDY.seeds[: STUDY.response.seeds] if STUDY.response else []
ABLATED_ARMS = [
    arm for arm in RESPONSE_ARMS if arm.order == "intact" and STUDY.response.every_source
]
RESPONSE_TABLES = ["response", "response_radius", "response_effects", "response_fits"]
RESPONSE_TABLES += ["response_verdicts", *(["response_agreement"] if ABLATED_ARMS else [])]


def figure_names():
    """Every figure of the study, as its path below the folder of figures without the suffix.

    The checkpoints of a training (`stepN`) are shown together in one figure of emergence.
    """
    several = [arm for arm in OTHERS if len(arm.objectives) > 1]
    of_all = ["exponents", "sweep", "sensitivity", "joint"]
    return [
        *per_arm(f"profile/{ARM}/{{objective}}"),
        *per_arm(f"individual/{ARM}/{{objective}}", OTHERS),
        *per_arm(f"objectives/{ARM}", several),
        *[f"controls/{m}/{c}" for m, c in PAIRS if len(compared_arms(model=m, corpus=c)) > 1],
        *[f"emergence/{model}" for model in dict.fromkeys(arm.model for arm in STEPS)],
        *per_arm(
            f"source_classes/{ARM}/{{objective}}", CLASSIFIED_ARMS, objective=CONTROLS_OBJECTIVE
        ),
        *(of_all if OTHERS else []),
        *(["mixtures"] if MIXTURE_FILES else []),
        *(["faithfulness"] if EXPLANATIONS else []),
        *(["faithfulness_sanity"] if SANITY_CHECKS else []),
        *(["spectrum"] if DECOMPOSITIONS else []),
        *[f"series/{each.model}/{each.system}" for each in FORECASTS],
        *(["response/linearity", "response/interventions"] if RESPONSE_ARMS else []),
    ]


def table_names():
    """Every table of the study."""
    decay = ["decay", "controls", "sweep", "profiles", "predictions"]
    of_some = {
        "objectives": OBJECTIVE_DIFFERENCE_FILES,
        "sensitivity": OTHERS,
        "mixtures": MIXTURE_FILES,
        "source_classes": SOURCE_CLASSES_FILES,
        "emergence": STEPS,
        "faithfulness": EXPLANATIONS,
        "faithfulness_pairs": EXPLANATIONS,
        "faithfulness_sanity": SANITY_CHECKS,
        "spectrum": DECOMPOSITIONS,
        "series": FORECASTS,
        "scopes": PROMPTED,
        **dict.fromkeys(RESPONSE_TABLES, RESPONSE_ARMS),
    }
    return [*decay, "models", "corpora", "verdicts", *(name for name in of_some if of_some[name])]


def scope_files(*kinds):
    """The files of all prompts of all models."""
    names = STUDY.prompts.texts if PROMPTED else []
    return expand(SCOPE, model=PROMPTED, prompt=names, kind=kinds)


TARGETS = {
    "sources": expand(f"{SOURCE}/manifest.json", source=used_sources(STUDY)),
    "corpora": list(dict.fromkeys(CORPUS.format(corpus=text_of(STUDY, c)) for _, c in PAIRS)),
    "models": list(
        dict.fromkeys(
            [
                manifest_of(arm.model, weights)
                for arm in ARMS
                for weights in ("trained", arm.weights)
            ]
            + [manifest_of(each.model, "trained") for each in [*EXPLANATIONS, *FORECASTS]]
            + [manifest_of(model, "trained") for model in PROMPTED]
        )
    ),
    "windows": per_arm(WINDOWS),
    "influence": per_arm(INFLUENCE) + per_arm(PREDICTIONS),
    "profiles": per_arm(PROFILE),
    "decay": [
        *per_arm(DECAY),
        *DIFFERENCE_FILES,
        *OBJECTIVE_DIFFERENCE_FILES,
        *SENSITIVITY_FILES,
        *MIXTURE_FILES,
    ],
    "faithfulness": [
        *(path for paths in JUDGED_FILES.values() for path in paths),
        *expand(TABLE, table=[name for name in table_names() if name.startswith(OF_FAITHFULNESS)]),
        *expand(
            FIGURE,
            figure=[name for name in figure_names() if name in OF_FAITHFULNESS],
            kind=["svg", "png"],
        ),
    ],
    "series": [
        *[
            FORECAST.format(**each.keys, table=table)
            for each in FORECASTS
            for table in FORECAST_TABLES
        ],
        *expand(TABLE, table=["series"] if FORECASTS else []),
        *expand(
            FIGURE,
            figure=[name for name in figure_names() if name.startswith("series/")],
            kind=["svg", "png"],
        ),
    ],
    "scopes": [
        *scope_files("html", "svg", "png", "json"),
        *expand(TABLE, table=[name for name in table_names() if name == "scopes"]),
    ],
    "response": [
        *expand(TABLE, table=[name for name in table_names() if name.startswith("response")]),
        *expand(
            FIGURE,
            figure=[n for n in figure_names() if n.startswith("response/")],
            kind=["svg", "png"],
        ),
    ],
    "tables": [*expand(TABLE, table=table_names()), METRICS],
    "figures": expand(FIGURE, figure=figure_names(), kind=["svg", "png"]),
}
TARGETS["response"] += [
    *SOURCE_CLASSES_FILES,
    *(path for path in TARGETS["tables"] + TARGETS["figures"] if "source_classes" in path),
]
PROFILE_FIGURES = [
    path
    for path in TARGETS["figures"]
    if path.startswith((f"{RESULTS}/figures/profile/", f"{RESULTS}/figures/objectives/"))
]
# The page, and the copies of figures beside it.
PAGE = f"{RESULTS}/report/index.html"
PAGE_FIGURES = of_page(figure_names())
PAGE_COPIES = expand(f"{RESULTS}/report/figures/{{figure}}.svg", figure=PAGE_FIGURES)
TARGETS["page"] = [PAGE, *PAGE_COPIES]
