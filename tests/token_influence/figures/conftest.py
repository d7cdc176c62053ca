"""Made-up data that several figures are drawn from."""

import drawn_figures
import pandas as pd
import pytest
from drawn_figures import fit, record, unidentified

from token_influence.tables.decay import decay_table


@pytest.fixture
def profile() -> pd.DataFrame:
    return drawn_figures.profile()


@pytest.fixture
def decay() -> pd.DataFrame:
    at_bound = {**fit("power_law")["parameters"], "p": {"estimate": 5.0, "low": 4.0, "high": 5.0}}
    wide = {**fit("power_law")["parameters"], "p": {"estimate": 1.1, "low": 0.4, "high": 4.9}}
    intact = [
        fit("exponential"),
        fit("power_law", seed="0"),
        fit("power_law"),
        fit("power_law", skip_sources=4, parameters=wide),
        fit("power_law", "full"),
    ]
    random = [unidentified("power_law"), fit("power_law", "full", parameters=at_bound)]
    return decay_table([record(intact), record(random, weights="random")])
