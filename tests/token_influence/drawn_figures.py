"""Made-up profiles and records for the tests of figures, and what a figure shows of them."""

import matplotlib
import numpy as np
import pandas as pd

ARM = {
    "model": "tiny_1",
    "weights": "trained",
    "corpus": "poems",
    "order": "intact",
    "objective": "true_logit",
}
HEADLINE = {"range": "1..100", "skip_sources": 0}
FULL = 110  # the largest distance that every prediction has
PARAMETERS = {
    "power_law": {"p": (0.91, 0.85, 0.97), "gamma": (0.02, 0.01, 0.03), "beta": (0.6, 0.5, 0.7)},
    "exponential": {"xi": (5.5, 4.5, 6.5), "gamma": (0.03, 0.02, 0.04), "beta": (0.4, 0.3, 0.5)},
}


def power_law(r: np.ndarray) -> np.ndarray:
    return 0.02 + 0.6 * (r + 1) ** -0.91


def exponential(r: np.ndarray) -> np.ndarray:
    return 0.03 + 0.4 * np.exp(-r / 5.5)


def profile() -> pd.DataFrame:
    """Two seeds and their pool, with all sources and without the first 4."""
    frames = []
    for seed, scale in [("0", 0.9), ("1", 1.1), ("pooled", 1.0)]:
        for skip in (0, 4):
            r = np.arange(121)
            median = scale * (1 + 0.1 * np.sin(r)) * power_law(r) + 0.001 * skip
            levels = {"median": 1.0, "mean": 1.1, "q05": 0.3, "q25": 0.7, "q75": 1.4, "q95": 2.5}
            columns = {name: factor * median for name, factor in levels.items()}
            n = np.where(r <= FULL, 8, 5)
            frames.append(
                pd.DataFrame({"seed": seed, "skip_sources": skip, "distance": r, "n": n, **columns})
            )
    return pd.concat(frames, ignore_index=True)


def fit(family: str, label: str = "1..100", **changes) -> dict:
    low, high = (1, FULL) if label == "full" else map(int, label.split(".."))
    triples = PARAMETERS[family].items()
    return {
        "seed": "pooled",
        "skip_sources": 0,
        "distance_min": low,
        "distance_max": high,
        "range": label,
        "n": high - low + 1,
        "windows": 4,
        "predictions": 8,
        "family": family,
        "identified": True,
        "reason": None,
        "parameters": {
            name: dict(zip(("estimate", "low", "high"), triple, strict=True))
            for name, triple in triples
        },
        "r_squared": 0.9871 if family == "power_law" else 0.9342,
        **dict.fromkeys(("r_squared_log", "rss", "aic", "aicc", "bic", "akaike_weight"), 0.5),
        **changes,
    }


def record(fits: list[dict] | None = None, **arm: str) -> dict:
    fits = fits or [fit("exponential"), fit("power_law"), fit("power_law", seed="0", n=1)]
    sample = ("seed", "skip_sources", "distance_min", "distance_max")
    fall = {"trend": {"estimate": -0.9, "low": -1.0, "high": -0.8}, "direction": "falls"}
    fall |= {"near_to_far": {"estimate": 6.0, "low": 5.0, "high": 7.0}}
    trends = [{**{key: one[key] for key in sample}, **fall} for one in fits]
    clusters = {"cluster": "window"}
    return {"arm": {**ARM, **arm}, "clusters": clusters, "trend": trends, "fits": fits}


def unidentified(family: str, **changes) -> dict:
    return fit(family, identified=False, reason="the profile rises with distance", **changes)


def line(axes, gid: str):
    """The one line of `axes` with this id."""
    (found,) = [one for one in axes.lines if one.get_gid() == gid]
    return found


def texts(artist) -> str:
    return "\n".join(one.get_text() for one in artist.findobj(matplotlib.text.Text))


def influence(seed: int) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    rows = [
        {"window": window, "position": position, "distance": r, "influence": generator.random() + 1}
        for window in range(8)
        for position in (FULL + 1, FULL + 7)
        for r in range(position + 1)
    ]
    return pd.DataFrame(rows).astype({"influence": "float32"})


def mixture_record(share: float, verdict: str = "nearer to power laws", **arm: str) -> dict:
    def around(middle: float) -> dict[str, float]:
        low, high = round(middle - 0.1, 6), round(middle + 0.1, 6)
        return {"estimate": middle, "low": low, "high": high}

    verdicts = {"exponential": (0.03, 0.9, 0.07), "power_law": (0.8, 0.01, 0.19)}
    names = ("nearer to power laws", "nearer to exponentials", "undecided")
    test = {
        "range": "1..100", "skip_sources": 0, "distance_min": 1, "distance_max": 100,
        "windows": 4, "predictions": 8, "share": around(share), "verdict": verdict,
    }  # fmt: skip
    for truth, expected in (("exponential", 0.15), ("power_law", 0.75)):
        found = dict(zip(names, verdicts[truth], strict=True))
        test[truth] = {"share": around(expected), "verdicts": found, "mismatch": 0.1}
    return {"arm": {**ARM, **arm}, "test": test}


def overhang(figure) -> float:
    """How far what is drawn, words included, reaches out of the figure, in inches."""
    figure.draw_without_rendering()
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    return max(-box.x0, -box.y0, box.x1 - width, box.y1 - height)
