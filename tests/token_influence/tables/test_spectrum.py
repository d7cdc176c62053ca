"""The table of Fisher spectra."""

import pandas as pd
import pytest

from token_influence.tables.spectrum import shares, spectrum_table


@pytest.fixture
def eigenvalues() -> pd.DataFrame:
    """Two passages of three ranks; their sums are 10 and 4."""
    values = {0: [6.0, 3.0, 1.0], 1: [2.0, 2.0, 0.0]}
    rows = [
        {"model": "tiny", "data": "poems", "passage": passage, "rank": rank, "eigenvalue": value}
        for passage, found in values.items()
        for rank, value in enumerate(found, start=1)
    ]
    return pd.DataFrame(rows)


def test_shares_are_of_each_passages_own_sum(eigenvalues: pd.DataFrame):
    assert shares(eigenvalues).tolist() == pytest.approx([0.6, 0.9, 1.0, 0.5, 1.0, 1.0])
    mixed = eigenvalues.sample(frac=1, random_state=0)
    assert shares(mixed).sort_index().tolist() == pytest.approx([0.6, 0.9, 1.0, 0.5, 1.0, 1.0])


def test_each_rank_has_its_median_and_spread(eigenvalues: pd.DataFrame):
    table = spectrum_table(eigenvalues)
    assert table["rank"].tolist() == [1, 2, 3]
    assert table["eigenvalue"].tolist() == [4.0, 2.5, 0.5]
    assert table["share"].tolist() == pytest.approx([0.55, 0.95, 1.0])
    assert table["share_low"].tolist() == pytest.approx([0.505, 0.905, 1.0])
    assert table["share_high"].tolist() == pytest.approx([0.595, 0.995, 1.0])
    assert set(table["n"]) == {2}


def test_models_are_kept_apart(eigenvalues: pd.DataFrame):
    both = pd.concat([eigenvalues, eigenvalues.assign(model="other", eigenvalue=1.0)])
    table = spectrum_table(both.reset_index(drop=True))
    assert table["model"].tolist() == ["tiny"] * 3 + ["other"] * 3
    assert table["share"].tolist()[3:] == pytest.approx([1 / 3, 2 / 3, 1])
