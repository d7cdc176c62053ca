"""Which model continues which series, and what that needs."""

from raw_studies import DEFAULT, MODEL, change

from token_influence.config import forecasts, load_study, own_values, used_sources


def test_each_model_continues_each_system_and_each_own_series():
    raw = change("series/own", {"mine": [1.0, 2.0]})
    raw["models"]["other"] = raw["models"][MODEL]
    raw["series"]["models"] = [MODEL, "other"]
    study = load_study(raw)
    assert [(each.model, each.system) for each in forecasts(study)] == [
        (model, system) for model in (MODEL, "other") for system in ("lorenz", "brownian", "mine")
    ]
    assert own_values(study, "mine") == [1.0, 2.0]
    assert own_values(study, "lorenz") is None


def test_without_the_section_there_is_none():
    study = load_study(DEFAULT | {"series": None})
    assert forecasts(study) == []
    assert own_values(study, "mine") is None


def with_another_model(**source) -> dict:
    raw = change("series/models", ["other"])
    raw["models"]["other"] = raw["models"][MODEL] | {"source": "elsewhere"}
    raw["sources"]["elsewhere"] = raw["sources"]["smollm2"] | source
    return raw


def test_a_model_of_series_alone_is_fetched():
    assert used_sources(load_study(with_another_model()))["elsewhere"].model == "other"


def test_a_model_whose_terms_are_not_accepted_is_left_out():
    raw = with_another_model(terms="https://host/terms")
    study = load_study(raw)
    assert forecasts(study) == []
    assert "elsewhere" not in used_sources(study)
    assert len(forecasts(load_study(raw | {"accept_terms": ["elsewhere"]}))) == 2
