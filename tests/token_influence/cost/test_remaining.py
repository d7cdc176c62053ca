"""The arithmetic of the line of progress."""

import pytest

from token_influence.cost.remaining import PRIOR_SECONDS, Work


@pytest.fixture
def work() -> Work:
    """Ten long and four short jobs on two cores: 1,040 s of one core."""
    return Work({"long": 10, "short": 4, "all": 1}, {"long": 100.0, "short": 10.0, "all": 0.0}, 2)


def test_before_the_first_job_the_rest_is_all_that_is_planned(work: Work):
    assert (work.jobs, work.done) == (15, 0)
    assert work.left(0.0) == 1040 / 2
    assert work.share(0.0) == 0.0


def test_running_jobs_count_by_their_time_so_that_no_long_job_is_silent(work: Work):
    work.start(1, "long", 0.0)
    work.start(2, "long", 0.0)
    assert work.left(50.0) == (1040 - 2 * 50) / 2
    assert work.share(50.0) == pytest.approx(100 / 1040)
    # A job that takes longer than expected counts as nearly done, and moves the rest up.
    assert work.left(500.0) == (1040 - 2 * 100) / 2
    assert work.share(500.0) > work.share(50.0)


def test_jobs_of_a_rule_take_what_the_earlier_ones_took(work: Work):
    for job in range(5):
        work.start(job, "long", 0.0)
        work.end(job, 300.0)
    assert work.done == 5
    factor = (5 * 300 + PRIOR_SECONDS) / (5 * 100 + PRIOR_SECONDS)
    assert work.expected("long") == pytest.approx((5 * 300 + factor * 100) / 6)
    assert work.expected("short") == pytest.approx(factor * 10), "this machine is slower in all"
    assert work.left(300.0) == pytest.approx((5 * work.expected("long") + 4 * factor * 10) / 2)


def test_the_last_jobs_take_no_less_than_the_longest_of_them():
    work = Work({"long": 1, "short": 1}, {"long": 100.0, "short": 10.0}, 8)
    work.start(1, "long", 0.0)
    work.start(2, "short", 0.0)
    assert work.left(5.0) == 95.0


def test_at_the_end_all_is_done(work: Work):
    number = 0
    for rule, jobs in work.planned.items():
        for _ in range(jobs):
            number += 1
            work.start(number, rule, 0.0)
            work.end(number, 10.0)
    assert (work.done, work.left(10.0), work.share(10.0)) == (15, 0.0, 1.0)


def test_jobs_that_were_not_planned_make_nothing_negative():
    work = Work({"long": 1}, {"long": 100.0}, 1)
    work.start(1, "long", 0.0)
    work.end(1, 100.0)
    work.start(2, "long", 100.0)
    work.end(2, 200.0)
    assert work.left(200.0) == 0.0
