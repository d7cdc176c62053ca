"""Which arms are compared with each other."""

from token_influence.config import Arm, intact_and_controls, objectives_compared, side_by_side

BOTH = ("true_logit", "fisher")
ARMS = [
    Arm("a", "trained", "text", "intact", BOTH),
    Arm("a", "trained", "text", "shuffled", ("fisher",)),
    Arm("a", "random", "text", "intact", ("true_logit",)),
    Arm("a", "step8", "text", "intact", BOTH),
    Arm("a", "trained", "other", "intact", BOTH),
    Arm("b", "trained", "text", "shuffled", BOTH),
]


def test_a_figure_shows_the_arms_of_a_model_and_corpus_without_single_steps():
    assert side_by_side(ARMS, "true_logit", "a", "text") == [ARMS[0], ARMS[2]]
    assert side_by_side(ARMS, "fisher", "a", "text") == [ARMS[0], ARMS[1]]
    assert side_by_side(ARMS, "fisher", "b", "other") == []


def test_an_objective_is_compared_with_each_control_that_measures_it_on_the_same_tokens():
    assert intact_and_controls(ARMS) == [(ARMS[0], "shuffled", "fisher")]
    more = [Arm("a", "trained", "text", order, BOTH) for order in ("reversed", "unigram")]
    assert intact_and_controls([*ARMS, *more]) == [
        (ARMS[0], "shuffled", "fisher"),
        *((ARMS[0], "reversed", objective) for objective in ARMS[0].objectives),
    ]


def test_the_first_objective_is_compared_with_each_other_one_but_not_at_steps_of_a_training():
    assert objectives_compared(ARMS) == [
        (ARMS[0], "true_logit", "fisher"),
        (ARMS[4], "true_logit", "fisher"),
        (ARMS[5], "true_logit", "fisher"),
    ]
