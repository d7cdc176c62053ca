"""Studies that hypothesis makes: wrong ones are refused with their place, the others can be planned."""

import any_study
import pytest
from hypothesis import HealthCheck, given, settings
from raw_studies import DEFAULT

from token_influence.config import arms, load_study, requested_mb, windows_of
from token_influence.errors import ConfigError

# Many in `make test-faults`.
EXAMPLES = pytest.mark.parametrize("examples", [40, pytest.param(1000, marks=pytest.mark.faults)])


def limited(examples: int) -> settings:
    """No time limit for each: other processes may use the machine."""
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )


@EXAMPLES
def test_a_study_that_is_wrong_at_one_place_is_refused_with_the_place(examples: int):
    @limited(examples)
    @given(any_study.broken(DEFAULT))
    def refused(case: tuple[any_study.Raw, any_study.Path]) -> None:
        raw, path = case
        with pytest.raises(ConfigError) as caught:
            load_study(raw)
        sentence = str(caught.value)
        assert str(path[0]) in sentence
        assert "\n" not in sentence
        assert len(sentence) < 2000
        sentence.encode()  # it can be printed

    refused()


@EXAMPLES
def test_a_study_within_the_bounds_is_accepted(examples: int):
    @limited(examples)
    @given(any_study.valid(DEFAULT))
    def accepted(raw: any_study.Raw) -> None:
        study = load_study(raw)
        for arm in arms(study):
            assert windows_of(study, arm.corpus).per_seed >= 4
            assert requested_mb(study, arm.model) >= study.influence.memory_mb

    accepted()
