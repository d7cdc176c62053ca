"""The table of tests of single predictions."""

from drawn_figures import ARM, mixture_record

from token_influence.tables.arms import PROFILE
from token_influence.tables.mixtures import mixtures_table


def test_one_row_per_arm_with_shares_verdict_and_error_rates():
    sorted_arm = dict(sorted(mixture_record(0.7)["arm"].items()))  # as JSON files hold it
    records = [mixture_record(0.7) | {"arm": sorted_arm}, mixture_record(0.2, corpus="prose")]
    table = mixtures_table(records)
    assert list(table.columns[:5]) == PROFILE
    first, second = table.to_dict("records")
    assert {key: first[key] for key in ARM} == ARM
    assert second["corpus"] == "prose"
    assert (first["share_low"], first["share"], first["share_high"]) == (0.6, 0.7, 0.8)
    assert (first["exponential_share"], first["power_law_share_high"]) == (0.15, 0.85)
    assert (first["right_if_exponential"], first["wrong_if_exponential"]) == (0.9, 0.03)
    assert (first["right_if_power_law"], first["wrong_if_power_law"]) == (0.8, 0.01)
    assert first["verdict"] == "nearer to power laws"
    assert (first["windows"], first["predictions"]) == (4, 8)
