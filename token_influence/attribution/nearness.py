"""How much of a method's scores the distance alone explains."""

import numpy as np
from scipy.stats import spearmanr

FEWEST = 3  # sources with which a correlation says anything


def explained_by_distance(scores: np.ndarray) -> dict[str, float]:
    """Agreement of one prediction's scores [position + 1] with the distance r of each source.

    `rank_correlation`: Spearman's, of the scores with −r; 1 where nearer tokens always score higher.
    `r_squared`: of the straight line that fits ln(score) to ln(r + 1) best, which is a power law of the
    distance; only where every score is positive. Without three sources, or where all scores are equal,
    there is neither.

    >>> scores = 1 / np.arange(8.0, 0, -1)
    >>> {name: round(value, 6) for name, value in explained_by_distance(scores).items()}
    {'rank_correlation': 1.0, 'r_squared': 1.0}
    >>> explained_by_distance(np.array([1.0, 1.0, 1.0]))
    {}
    """
    if len(scores) < FEWEST or np.ptp(scores) == 0:
        return {}
    distance = np.arange(len(scores))[::-1]
    found = {"rank_correlation": float(spearmanr(scores, -distance).statistic)}
    if (scores > 0).all():
        line = np.corrcoef(np.log(scores), np.log(distance + 1.0))[0, 1]
        found["r_squared"] = float(line**2)
    return found
