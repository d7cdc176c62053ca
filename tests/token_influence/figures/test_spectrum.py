"""The figure of Fisher spectra."""

import numpy as np
import pandas as pd
import pytest
from drawn_figures import texts

from token_influence.figures.spectrum import rank_of, spectrum_figure
from token_influence.tables.spectrum import spectrum_table

WIDTH = 16


@pytest.fixture(scope="module")
def eigenvalues() -> pd.DataFrame:
    ranks = np.arange(1, WIDTH + 1)
    return pd.concat(
        [
            pd.DataFrame({"passage": k, "rank": ranks, "eigenvalue": (1 + k) / ranks**2.0})
            for k in range(12)
        ],
        ignore_index=True,
    ).assign(model="tiny", data="poems")


def faithfulness(methods: list[str]) -> pd.DataFrame:
    names = {"model": "tiny", "data": "poems", "conventions": "as_in_paper", "measure": "aopc"}
    rows = [
        names | {"method": method, "value": -float(k), "standard_error": 0.1, "n": 10 + k}
        for k, method in enumerate(methods)
    ]
    return pd.DataFrame(rows)


def test_eigenvalues_shares_and_areas_have_a_panel_each(eigenvalues: pd.DataFrame):
    methods = ["fisher", "semantic", "fisher-rank=4", "fisher_trace"]
    figure = spectrum_figure(eigenvalues, spectrum_table(eigenvalues), faithfulness(methods))
    values, shares, areas = figure.subfigs[0].axes
    assert len(values.lines) == 10  # passages at most
    assert shares.lines[0].get_ydata()[-1] == pytest.approx(1)
    assert areas.containers[0].lines[0].get_xdata().tolist() == [1, 4, WIDTH]
    assert areas.containers[0].lines[0].get_ydata().tolist() == [0, -2, -3]
    shown = texts(areas)
    assert "1\n10\n" in shown  # the rank and its passages
    assert "16\n13\n" in shown


def test_without_fisher_methods_it_says_so(eigenvalues: pd.DataFrame):
    figure = spectrum_figure(eigenvalues, spectrum_table(eigenvalues), faithfulness(["semantic"]))
    assert "no AOPC of Fisher methods" in texts(figure.subfigs[0].axes[2])


def test_ranks_are_read_from_labels():
    labels = ["fisher", "fisher-rank=64", "fisher_trace", "fisher_hutchinson", "semantic"]
    assert [rank_of(label, 576) for label in labels] == [1, 64, 576, None, None]
