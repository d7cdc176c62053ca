"""The section `faithfulness`: its keys, and that they name what the library has."""

from dataclasses import fields
from typing import get_args

import pytest
from raw_studies import MODEL, assert_refused, change

from token_influence.config import load_study
from token_influence.config.faithfulness import METHODS, PRESETS, REFERENCED, ConventionSet, Measure

GROUP = "faithfulness/groups/0"


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        (
            f"{GROUP}/methods",
            ["saliency"],
            [
                "faithfulness.groups[0].methods[0]: found 'saliency', which is no method; allowed: sem"
            ],
        ),
        (
            f"{GROUP}/methods",
            ["fisher-ranks=4"],
            ["methods[0]: found 'ranks=4' after the method 'fisher'; allowed: rank=VALUE"],
        ),
        (
            f"{GROUP}/methods",
            ["random-p=../x"],
            ["methods[0]: found 'p=../x' after the method 'random'; allowed: no option"],
        ),
        (f"{GROUP}/methods", [], ["faithfulness.groups[0].methods: found an empty list"]),
        (f"{GROUP}/measures", ["auc"], ["measures[0]: found 'auc'; allowed is 'aopc', "]),
        (f"{GROUP}/passages", 0, ["faithfulness.groups[0].passages: found 0"]),
        (f"{GROUP}/models", ["gpt"], ["faithfulness.groups[0].models[0]: found the model 'gpt'"]),
        (f"{GROUP}/data", ["iwslt"], ["faithfulness.groups[0].data[0]: found the data 'iwslt'"]),
        (
            f"{GROUP}/conventions",
            ["as_in_review"],
            ["groups[0].conventions[0]: found the conventions 'as_in_review'", "as_in_code"],
        ),
        (
            "faithfulness/spectrum",
            {"models": ["gpt"], "data": ["lambada"], "passages": 2},
            ["faithfulness.spectrum.models[0]: found 'gpt', which no group names"],
        ),
        (
            "faithfulness/sanity",
            {"models": [MODEL], "data": ["iwslt"], "methods": ["random"], "passages": 2},
            ["faithfulness.sanity.data[0]: found 'iwslt', which no group names"],
        ),
        (
            "faithfulness/sanity",
            {"models": [MODEL], "data": ["lambada"], "methods": ["a"], "passages": 2},
            ["faithfulness.sanity.methods[0]: found 'a', which is no method"],
        ),
        (
            "faithfulness/sanity",
            {"models": [MODEL], "data": ["lambada"], "methods": ["random"], "passages": 2}
            | {"layers": [2, 1]},
            ["faithfulness.sanity: found the layers [2, 1]; allowed are ascending numbers"],
        ),
        (
            "faithfulness/data/lambada/source",
            "hub",
            ["faithfulness.data.lambada.source: found the source 'hub', which is not defined"],
        ),
        (
            "faithfulness/conventions",
            {"as_in_code": {}},
            ["faithfulness.conventions: found the name 'as_in_code', which is that of a preset"],
        ),
        (
            "faithfulness/conventions",
            {"mine": {"fractions": [0.2, 0.1]}},
            [
                "faithfulness.conventions.mine: found the fractions [0.2, 0.1]; allowed are ascending"
            ],
        ),
        (
            "faithfulness/conventions",
            {"mine": {"target": True}},
            ["faithfulness.conventions.mine.target: unknown key (did you mean 'target_token'?)"],
        ),
        (
            f"{GROUP}/methods",
            ["semantic", "semantic"],
            ["faithfulness.groups: found", "semantic, aopc a second time"],
        ),
        (
            f"{GROUP}/passages",
            1_000_000,
            ["faithfulness: found about 218757 jobs; allowed are at most 5000"],
        ),
        ("faithfulness/groups", [], ["faithfulness.groups: found an empty list"]),
    ],
)
def test_what_cannot_be_explained_is_refused(path, value, parts):
    assert_refused(change(path, value), parts)


def test_methods_and_measures_are_those_of_the_library():
    from token_influence.attribution.attribute import attribute  # which enters all methods
    from token_influence.attribution.measures import MEASURES
    from token_influence.attribution.registry import METHODS as REGISTERED

    assert attribute
    options = {name: {f.name for f in fields(method)} for name, method in REGISTERED.items()}
    assert {name: set(known) for name, known in METHODS.items()} == options
    assert set(get_args(Measure)) == set(MEASURES)
    assert set(REFERENCED) == {name for name, each in MEASURES.items() if each.reference}


def test_conventions_are_those_of_the_library():
    from token_influence.attribution.conventions import PRESETS as OF_LIBRARY
    from token_influence.attribution.conventions import Conventions, with_changes

    assert set(PRESETS) == set(OF_LIBRARY)
    # What the methods differentiate stands in their labels.
    of_methods = {"gradient_of", "integrated_gradients_steps", "integrated_gradients_weighted"}
    names = {field.name for field in fields(Conventions)} - of_methods
    assert set(ConventionSet.model_fields) - {"preset"} == names
    changed = ConventionSet(preset="as_in_code", fractions=[0.1, 0.5]).model_dump(exclude_none=True)
    assert with_changes(**changed).fractions == (0.1, 0.5)
    assert not any(preset.begin_of_text for preset in OF_LIBRARY.values())


def test_an_absent_section_is_none():
    for value in (None, "null"):
        raw = change("faithfulness", None)
        if value:
            raw["faithfulness"] = None
        assert load_study(raw).faithfulness is None
