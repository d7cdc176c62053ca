"""What follows from the section `faithfulness`: explanations, spans of passages, sources."""

import pytest
from raw_studies import DEFAULT, MODEL, change

from token_influence.config import (
    conventions_of,
    decompositions,
    explanations,
    explanations_left_out,
    load_study,
    reads_begin_of_text,
    sanity_checks,
    spans,
    used_sources,
)

GROUP = "faithfulness/groups/0"


def test_the_default_study_judges_the_published_methods_and_distance():
    found = explanations(load_study(DEFAULT))
    names = ["random", "integrated_gradients", "input_x_gradient", "semantic", "temperature"]
    assert [each.method.partition("-")[0] for each in found] == [*names, "fisher", "distance"]
    assert {each.passages for each in found} == {range(32)}
    assert {(e.model, e.data, e.conventions, e.measure) for e in found} == {
        (MODEL, "lambada", "as_in_paper", "aopc")
    }


def test_without_the_section_nothing_is_explained():
    study = load_study(change("faithfulness", None))
    assert explanations(study) == []
    assert "lambada" not in used_sources(study)


@pytest.mark.parametrize(
    ("first", "number", "expected"),
    [
        (0, 32, ["0-31"]),
        (0, 60, ["0-31", "32-59"]),
        (0, 64, ["0-31", "32-63"]),
        (60, 70, ["60-63", "64-95", "96-127", "128-129"]),
        (5, 1, ["5-5"]),
    ],
)
def test_spans_end_at_multiples_and_hold_each_passage_once(first, number, expected):
    found = spans(range(first, first + number), 32)
    assert found == expected
    limits = [tuple(map(int, span.split("-"))) for span in found]
    covered = [n for low, high in limits for n in range(low, high + 1)]
    assert covered == list(range(first, first + number))


def test_explanations_whose_terms_are_not_accepted_are_left_out_and_counted():
    raw = change("sources/lambada/terms", "https://host/terms")
    study = load_study(raw)
    assert explanations(study) == []
    assert explanations_left_out(study) == {"lambada": 7}
    assert "lambada" not in used_sources(study)
    study = load_study(raw | {"accept_terms": ["lambada"]})
    assert len(explanations(study)) == 7
    assert "lambada" in used_sources(study)


def test_a_model_that_only_explanations_name_is_fetched():
    raw = change("sources/other", {"licence": "own", "hub": {"repo": "a/b", "revision": "main"}})
    raw["models"]["other"] = {"source": "other"}
    assert "other" not in used_sources(load_study(raw))
    raw["faithfulness"]["groups"][0]["models"] = ["other"]
    assert used_sources(load_study(raw))["other"].model == "other"


def test_conventions_of_ones_own_begin_with_a_preset():
    raw = change(f"{GROUP}/conventions", ["as_in_code", "begun"])
    raw["faithfulness"]["conventions"] = {"begun": {"begin_of_text": True, "from_zero": True}}
    study = load_study(raw)
    assert conventions_of(study, "as_in_code").preset == "as_in_code"
    assert conventions_of(study, "begun").preset == "as_in_paper"
    assert [reads_begin_of_text(study, name) for name in ("as_in_paper", "begun")] == [False, True]


def test_spectra_are_of_the_passages_that_the_key_names():
    assert decompositions(load_study(DEFAULT)) == []
    spectrum = {"models": [MODEL], "data": ["lambada"], "first_passage": 60, "passages": 10}
    raw = change("faithfulness/spectrum", spectrum)
    (found,) = decompositions(load_study(raw))
    assert found.keys == {"model": MODEL, "data": "lambada"}
    assert found.passages == range(60, 70)
    raw["sources"]["lambada"]["terms"] = "https://host/terms"
    assert decompositions(load_study(raw)) == []


def test_a_sanity_check_is_of_one_method():
    assert sanity_checks(load_study(DEFAULT)) == []
    sanity = {"models": [MODEL], "data": ["lambada"], "methods": ["semantic", "fisher-rank=2"]}
    raw = change("faithfulness/sanity", sanity | {"passages": 3, "layers": [1, 30]})
    found = sanity_checks(load_study(raw))
    names = {"model": MODEL, "data": "lambada"}
    assert [each.keys for each in found] == [names | {"method": m} for m in sanity["methods"]]
    assert {each.passages for each in found} == {range(3)}
    raw["sources"]["lambada"]["terms"] = "https://host/terms"
    assert sanity_checks(load_study(raw)) == []
