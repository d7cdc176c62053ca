"""The table of checkpoints, and when the power law appears in it."""

from trained_models import HEADLINE, HELD, STEPS, decay, predictions, table

from token_influence.tables.emergence import appearance, emergence_table


def test_the_table_has_a_row_per_checkpoint_in_the_order_of_steps():
    found = table()
    assert found["step"].tolist() == STEPS
    assert found["p"].tolist() == [0.8] * 4
    assert found["identified"].tolist() == HELD
    assert found["cv_error_exponential"].tolist() == [2.0] * 4
    assert found["win_share_constant"].tolist() == [0.5] * 4
    assert found["loss"].tolist() == found["held_out_loss"].tolist() == [8.0, 7.0, 6.0, 5.0]
    assert found["tokens_seen"].tolist() == [0, 100, 1600, 51200]
    assert set(found["unigram_loss"]) == {6.5}
    assert set(found["bigram_bits_per_byte"]) == {2.75}


def test_of_a_model_that_was_not_trained_here_tokens_and_baselines_stay_empty():
    found = table(trainings={})
    assert found["tokens_seen"].isna().all()
    assert "held_out_loss" not in found
    assert found["loss"].tolist() == [8.0, 7.0, 6.0, 5.0]


def test_a_family_that_was_not_fitted_leaves_its_columns_empty():
    some = decay()[lambda rows: rows["family"] != "constant"]
    found = emergence_table(some, predictions(), HEADLINE, {}, {})
    assert found["cv_error_constant"].isna().all()
    assert appearance(found) is None  # nobody knows whether it beats a constant
    assert found["cv_error_power_law"].notna().all()


def test_the_power_law_appears_where_it_holds_to_the_last():
    found = table()
    assert appearance(found) == 512
    assert appearance(found.assign(identified=True)) == 0
    assert appearance(found.assign(identified=[True] * 3 + [False])) is None
    worse = found.assign(identified=True, cv_error_constant=[0.5, 3, 3, 3])
    assert appearance(worse) == 1
    worse = found.assign(identified=True, cv_error_exponential=[3, 3, 0.5, 3])
    assert appearance(worse) == 512
