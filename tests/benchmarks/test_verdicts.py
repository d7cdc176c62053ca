"""What is right for known curves, and how often the rules are wrong in small simulated studies."""

from types import ModuleType

import pytest


@pytest.fixture
def verdicts(load) -> ModuleType:
    return load("verdicts")


@pytest.fixture
def pool(verdicts):
    from simulate import synthetic_pool  # found through the fixture above

    return synthetic_pool(verdicts.DISTANCES)


@pytest.fixture
def curves(verdicts, pool):
    return verdicts.truths(pool.median)


def test_what_is_right_follows_from_the_curve_alone(verdicts, curves) -> None:
    def answers(name: str) -> tuple[str, str]:
        found = verdicts.questions(verdicts.noise_free(curves[name]))
        return found["exponent"].answer, found["decay"].answer

    assert answers("power law 0.8") == ("yes", "yes")
    assert answers("power law 0.7") == ("open", "yes")  # on the edge: either side is right
    assert answers("power law 0.9") == ("open", "yes")
    for p in (0.6, 1.0, 1.2):
        assert answers(f"power law {p}") == ("no", "yes")
    for xi in (4, 7, 9, 20):
        assert answers(f"exponential {xi}") == ("no", "no")
    assert answers("weak decay") == ("yes", "yes")
    assert answers("flat") == answers("rising") == ("no", "no")
    assert answers("blend 70% power law")[1] == "no"
    assert answers("stretched 0.3")[1] == "yes"


def test_an_answer_is_wrong_only_if_the_other_one_is_right(verdicts) -> None:
    answers = ["yes", "yes", "no", "open"]
    shares = verdicts.shares(answers, "yes")
    assert (shares.right, shares.wrong, shares.open) == (0.5, 0.25, 0.25)
    assert verdicts.shares(answers, "open").wrong == 0


def test_a_study_does_not_depend_on_the_studies_before_it(verdicts, pool, curves) -> None:
    cell = verdicts.Cell(pool, curves["power law 0.8"], 8, 50, (0,))
    assert verdicts.study(cell, 3) == verdicts.study(cell, 3)
    assert verdicts.study(cell, 3) != verdicts.study(cell, 4)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "windows", "often"),
    [
        ("power law 0.8", 32, 0),
        ("power law 0.8", 128, 0.8),
        ("exponential 7", 32, 0.8),
        ("exponential 20", 8, 0),
        ("blend 70% power law", 32, 0),
        ("weak decay", 8, 0),
        ("weak decay", 32, 0),
        ("flat", 32, 0),
        ("flat", 256, 0.8),
    ],
)
def test_few_verdicts_are_wrong_and_many_windows_decide(
    verdicts, pool, curves, name, windows, often
) -> None:
    """At most 5 % are wrong, and of 100 studies 10 may be by chance (p < 2 %)."""
    curve = curves[name]
    right = verdicts.questions(verdicts.noise_free(curve))
    cell = verdicts.Cell(pool, curve, windows, 200, (0,))
    found = [verdicts.study(cell, number) for number in range(100)]
    for question, finding in right.items():
        shares = verdicts.shares([answers[question].answer for answers in found], finding.answer)
        assert shares.wrong <= 0.1, question
        if question == "decay":
            assert shares.right >= often
