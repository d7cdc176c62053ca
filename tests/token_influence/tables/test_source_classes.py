"""The shares of the classes of source tokens as a flat table."""

import pandas as pd
from drawn_figures import ARM
from source_shares import SHARES

from token_influence.tables.source_classes import source_classes_table


def test_every_class_of_every_arm_is_a_row():
    other = SHARES | {"arm": ARM | {"order": "shuffled"}}
    table = source_classes_table([SHARES, other])
    assert table["class"].tolist() == ["frequent", "rare", "itself"] * 2
    assert table["order"].tolist() == ["intact"] * 3 + ["shuffled"] * 3
    frequent, rare, itself = table.iloc[:3].to_dict("records")
    assert (rare["positions"], rare["tail_positions"]) == (0.2, 0.21)
    assert (rare["influence"], rare["influence_low"], rare["influence_high"]) == (0.3, 0.2, 0.4)
    assert (rare["tail_influence"], rare["tail_left_out_low"]) == (0.35, 0.7)
    assert (frequent["tail"], frequent["distance_max"], frequent["windows"]) == (4, 6, 8)
    assert pd.isna(itself["tail_influence"])
