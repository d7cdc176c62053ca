"""A made-up record of `decay.source_shares`, for the tests of the table and the figure."""

from drawn_figures import ARM


def share(estimate: float) -> dict:
    return {"estimate": estimate, "low": round(estimate - 0.1, 3), "high": round(estimate + 0.1, 3)}


SHARES = {
    "arm": ARM,
    "windows": 8,
    "predictions": 16,
    "tail": 4,
    "distance_max": 6,
    "median": [1.0, 0.5, 0.3, 0.2, 0.15, 0.12, 0.1],
    "classes": {
        "rare": {
            "positions": 0.2,
            "influence": share(0.3),
            "tail_positions": 0.21,
            "tail_influence": share(0.35),
            "tail_left_out": share(0.8),
            "median": [1.0, 0.4, 0.2, 0.15, 0.12, 0.1, 0.08],
        },
        "frequent": {
            "positions": 0.3,
            "influence": share(0.2),
            "tail_positions": 0.31,
            "tail_influence": share(0.25),
            "tail_left_out": {"estimate": None, "low": None, "high": None},
            "median": [1.0, None, 0.31, 0.21, None, None, None],
        },
        "itself": {"positions": 0.1, "influence": share(0.15)},
    },
}
