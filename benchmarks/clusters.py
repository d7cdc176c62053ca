"""What the rule for `cluster: auto` costs and covers, in a model so simple that studies are cheap.

python benchmarks/clusters.py [--studies 20000] [--wider 1.05]

A window's value is normal, with a share of its variance common to the windows of a document; a study
estimates the mean. Each cell is the share of 95 % intervals that hold 0, with their median width in
units of the width that knows the variances. benchmarks/coverage.py has the real estimator.
"""

import argparse

import numpy as np
from scipy.special import ndtri, stdtrit

from token_influence.decay.clusters import FEWEST, MANY, TELLING, WIDER
from token_influence.decay.design import TOLD

SIZES = {
    "2 × 16": [16] * 2,
    "3 × 10": [10] * 3,
    "4 × 8": [8] * 4,
    "6 × 4": [4] * 6,
    "6 unequal": [12, 8, 4, 4, 2, 2],
    "12 unequal": [8, 6, 4, 3, 2, 2, 2] + [1] * 5,
    "14 × 4": [4] * 14,
    "20 of 1 to 3": [1] * 10 + [2] * 8 + [3] * 2,
    "27 of 1 or 2": [1] * 22 + [2] * 5,
    "32 × 4": [4] * 32,
}
SHARES = (0.0, 0.07, 0.33, 0.6)


def intervals(values: np.ndarray, groups: np.ndarray, wider: float) -> dict[str, np.ndarray]:
    """Half the width of each study's interval, by its kind; values: [studies, windows]."""
    windows, documents = values.shape[1], int(groups.max()) + 1
    member = (groups[:, None] == np.arange(documents)).astype(float)
    sizes = member.sum(axis=0)
    mean = values.mean(axis=1, keepdims=True)
    centred = values - mean
    by_window = (centred**2).sum(axis=1) / windows**2
    by_document = ((centred @ member) ** 2).sum(axis=1) / windows**2

    of_documents = centred @ member / sizes
    between = (sizes * of_documents**2).sum(axis=1) / (documents - 1)
    within = ((centred - of_documents[:, groups]) ** 2).sum(axis=1) / (windows - documents)
    all_windows = (centred**2).sum(axis=1) / (windows - 1)
    spread = (windows - (sizes**2).sum() / windows) / (documents - 1)
    common = np.maximum((between - within) / spread, 0.0)
    own = np.where(common > 0, within, all_windows) / windows
    widened = np.sqrt((common * (sizes**2).sum() / windows**2 + own) / (all_windows / windows))

    z, t = ndtri(0.975), stdtrit(documents - 1, 0.975)
    found = {
        "windows": z * np.sqrt(by_window),
        "documents": z * np.sqrt(by_document),
        "expanded": t * np.sqrt(by_document * documents / (documents - 1)),
    }
    drawn = found["documents" if documents >= MANY else "expanded"]
    if documents < FEWEST:
        return found | {"auto": found["windows"]}
    told = documents >= TELLING and windows - documents >= TOLD
    return found | {"auto": np.where(told & (widened < wider), found["windows"], drawn)}


def row(sizes: list[int], share: float, studies: int, wider: float) -> list[str]:
    """The cells of one corpus, where documents make up this share of the variance."""
    groups = np.repeat(np.arange(len(sizes)), sizes)
    rng = np.random.default_rng([len(sizes), round(100 * share)])
    values = np.sqrt(share) * rng.standard_normal((studies, len(sizes)))[:, groups]
    values += np.sqrt(1 - share) * rng.standard_normal((studies, len(groups)))
    mean, squares = np.abs(values.mean(axis=1)), (np.square(sizes) / len(groups) ** 2).sum()
    known = ndtri(0.975) * np.sqrt(share * squares + (1 - share) / len(groups))
    return [
        f"{np.mean(mean <= half):.1%} ({np.median(half) / known:.2f})"
        for half in intervals(values, groups, wider).values()
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=20_000)
    parser.add_argument("--wider", type=float, default=WIDER)
    arguments = parser.parse_args()
    print(
        f"{'windows':>14}  share"
        + "".join(f"  {name:>12}" for name in ("windows", "documents", "expanded", "auto"))
    )
    for name, sizes in SIZES.items():
        for share in SHARES:
            cells = row(sizes, share, arguments.studies, arguments.wider)
            print(f"{name:>14}   {share:.2f}" + "".join(f"  {cell:>12}" for cell in cells))
