"""Curves that can be fitted."""

from token_influence.config import Study
from token_influence.fitting.families import FAMILIES


def test_a_family_of_the_config_is_one_of_the_library():
    schema = Study.model_json_schema()["$defs"]
    assert set(schema["Decay"]["properties"]["families"]["items"]["enum"]) == set(FAMILIES)
