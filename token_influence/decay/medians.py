"""Medians of many resamples at once.

A resample is a row of counts, how often each cluster was drawn, and its median profile is a
weighted median: each distance is sorted once for all resamples.
"""

import numpy as np

CHUNK_CELLS = 8_000_000  # counts held at once (32 MB as float32), which bounds the memory


def weighted_medians(values: np.ndarray, clusters: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Medians [B, distances] of `values` [predictions, distances] with rows repeated by `counts`.

    clusters: int [predictions], the column of `counts` [B, clusters] that a prediction belongs to.
    Equals `numpy.nanmedian` of the repeated rows; NaN where a resample has no value.
    """
    n, width = values.shape
    resamples, number = counts.shape
    size = max(1, round(np.sqrt(n) / 1.5))
    blocks = -(-n // size)
    step = max(1, CHUNK_CELLS // ((blocks + 4) * (number + resamples)))
    result = np.empty((resamples, width))
    for start in range(0, width, step):
        part = slice(start, start + step)
        result[:, part] = _medians(values[:, part], clusters, counts, size).T
    return result


def _medians(values: np.ndarray, clusters: np.ndarray, counts: np.ndarray, size: int) -> np.ndarray:
    """Medians [distances, B]; see `weighted_medians`.

    The sorted values of a distance are cut into blocks of `size`. How many drawn values lie before
    the end of each block is one matrix product; only the block with the middle is then walked.
    """
    n, width = values.shape
    number = counts.shape[1]
    blocks = -(-n // size)
    order = np.argsort(values, axis=0, kind="stable").T  # NaN goes last
    ordered = np.take_along_axis(values.T, order, axis=1)
    members = clusters[order]

    column = np.arange(width)[:, None]
    cell = (column * blocks + np.arange(n) // size) * number + members
    table = np.bincount(cell.ravel(), minlength=width * blocks * number)
    table = table.reshape(width, blocks, number).cumsum(axis=1).astype(np.float32)
    weights = np.ascontiguousarray(counts.T, dtype=np.float32)  # exact below 2**24
    reached = (table.reshape(-1, number) @ weights).reshape(width, blocks, -1)

    valid = np.bincount(
        (column * number + members)[~np.isnan(ordered)], minlength=width * number
    ).reshape(width, number)
    total = valid.astype(np.float32) @ weights  # [distances, B]

    # Ranks beyond n belong to a cluster that is never drawn.
    members = np.pad(members, ((0, 0), (0, blocks * size - n)), constant_values=number)
    weights = np.vstack([weights, np.zeros_like(weights[:1])])
    resample = np.arange(weights.shape[1])

    def order_statistic(rank: np.ndarray) -> np.ndarray:
        """The value at `rank` (1-based, [distances, B]) among the drawn values."""
        block = np.minimum((reached < rank[:, None, :]).sum(axis=1), blocks - 1)
        before = np.take_along_axis(reached, np.maximum(block - 1, 0)[:, None, :], axis=1)[:, 0]
        seen = np.where(block > 0, before, 0)
        first = block * size
        position = first.copy()
        for step in range(size):
            seen += weights[members[column, first + step], resample]
            position += seen < rank
        return ordered[column, np.minimum(position, n - 1)]

    lower, upper = np.floor((total + 1) / 2), np.floor(total / 2) + 1
    low = order_statistic(lower)
    high = order_statistic(upper) if (upper != lower).any() else low
    return np.where(total > 0, (low + high) / 2, np.nan)
