"""Speed, accuracy and memory of the resampled fits, against the plain loop.

python benchmarks/decay.py [--memory] [--search PROFILES [--scale log]]

One run: 1,000 resamples of 800 predictions × 100 distances, their medians and both published fits,
against the loop "resample, numpy.median, bounded scipy.optimize.curve_fit"; then p, γ and the
residual sum of every resample against a tightly converged reference. --memory adds the peak memory
of 1,000 resamples at 8,000 predictions × 1,000 distances; --search compares the residual sums of so
many random profiles, on either scale, with a bounded multi-start.
"""

import argparse
import resource
import time

import numpy as np
from scipy.optimize import curve_fit, least_squares, nnls
from simulate import synthetic_pool

from token_influence.decay.resampling import weighted_medians
from token_influence.fitting.families import FAMILIES, Family
from token_influence.fitting.least_squares import estimate
from token_influence.fitting.linear_scale import fit

RESAMPLES, WINDOWS, POSITIONS, DISTANCES = 1000, 200, 4, 100
PUBLISHED = ("power_law", "exponential")


def power_law(r: np.ndarray, gamma: float, beta: float, p: float) -> np.ndarray:
    return gamma + beta * (r + 1) ** -p


def exponential(r: np.ndarray, gamma: float, beta: float, xi: float) -> np.ndarray:
    return gamma + beta * np.exp(-r / xi)


def predictions(windows: int, positions: int, distances: int) -> tuple[np.ndarray, np.ndarray]:
    pool = synthetic_pool(distances, windows, positions)
    r = np.arange(1, distances + 1)
    return power_law(r, 0.02, 0.5, 0.85) * np.exp(pool.residuals), pool.clusters


def ours(values: np.ndarray, clusters: np.ndarray, counts: np.ndarray):
    r = np.arange(1.0, values.shape[1] + 1)
    medians = weighted_medians(values, clusters, counts)
    return medians, {name: fit(FAMILIES[name], r, medians) for name in PUBLISHED}


def loop(values: np.ndarray, clusters: np.ndarray, counts: np.ndarray) -> None:
    r = np.arange(1.0, values.shape[1] + 1)
    for row in counts:
        median = np.median(np.repeat(values, row[clusters], axis=0), axis=0)
        for curve, shape, upper in ((power_law, 1.0, 5.0), (exponential, 10.0, 10 * r[-1])):
            start = (median.min(), np.ptp(median), shape)
            low = (0, 0, 0.01 if curve is power_law else 0.1)
            curve_fit(curve, r, median, start, bounds=(low, (np.inf, np.inf, upper)))


def reference(name: str, r: np.ndarray, profile: np.ndarray) -> tuple[float, float, float]:
    """γ, shape and residual sum by scipy's trust region, iterated until nothing moves."""
    curve, start, low, high = {
        "power_law": (power_law, 1.0, 0.01, 5.0),
        "exponential": (exponential, 10.0, 0.1, 10 * r[-1]),
    }[name]
    x = np.array([profile.min(), np.ptp(profile), start])
    for _ in range(3):
        x = least_squares(
            lambda x: curve(r, *x) - profile,
            x,
            bounds=((0, 0, low), (np.inf, np.inf, high)),
            x_scale=np.maximum(x, 1e-3),
            xtol=1e-15,
            ftol=1e-15,
            gtol=1e-15,
        ).x
    return x[0], x[2], float(np.sum((curve(r, *x) - profile) ** 2))


def speed() -> None:
    values, clusters = predictions(WINDOWS, POSITIONS, DISTANCES)
    rng = np.random.default_rng(0)
    counts = rng.multinomial(WINDOWS, np.full(WINDOWS, 1 / WINDOWS), RESAMPLES)
    ours(values, clusters, counts[:10])
    taken = []
    for _ in range(5):
        begin = time.perf_counter()
        medians, fits = ours(values, clusters, counts)
        taken.append(time.perf_counter() - begin)
    begin = time.perf_counter()
    loop(values, clusters, counts)
    naive = time.perf_counter() - begin
    print(f"{RESAMPLES} resamples, {len(values)} predictions × {DISTANCES} distances, both fits")
    print(f"  ours: {min(taken):.3f} s (best of 5; worst {max(taken):.3f} s)")
    print(f"  loop: {naive:.2f} s, {naive / min(taken):.0f} times as long")

    r = np.arange(1.0, DISTANCES + 1)
    for name, found in fits.items():
        exact = np.array([reference(name, r, profile) for profile in medians])
        gamma, shape, rss = exact.T
        print(
            f"  {name}: largest difference from the reference: shape "
            f"{np.max(np.abs(found.theta[:, 0] / shape - 1)):.1e} relative, residual sum "
            f"{np.max(np.abs(found.rss / rss - 1)):.1e} relative, "
            f"γ {np.max(np.abs(found.gamma - gamma)):.1e}"
        )
    straight = [np.median(np.repeat(values, row[clusters], axis=0), axis=0) for row in counts[:100]]
    print(f"  medians equal numpy's: {np.array_equal(straight, medians[:100])}")


def memory() -> None:
    values, clusters = predictions(2000, 4, 1000)
    rng = np.random.default_rng(0)
    counts = rng.multinomial(2000, np.full(2000, 1 / 2000), RESAMPLES)
    begin = time.perf_counter()
    ours(values, clusters, counts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{RESAMPLES} resamples, {len(values)} predictions × {values.shape[1]} distances")
    print(f"  {time.perf_counter() - begin:.1f} s, peak memory of the process {peak:.2f} GiB")


def random_profiles(number: int, n: int) -> np.ndarray:
    """Positive profiles [number, n]: noise, random walks, noisy decays, rises, heavy tails."""
    rng = np.random.default_rng(0)
    r = np.arange(1.0, n + 1)
    noise = np.exp(rng.uniform(0, 0.5, (number, 1)) * rng.standard_normal((number, n)))
    lengths, exponents = rng.uniform(0.2, 3 * n, (number, 1)), rng.uniform(0.05, 4, (number, 1))
    offsets = rng.uniform(0, 0.1, (number, 1))
    kinds = [
        rng.lognormal(size=(number, n)),
        np.exp(np.cumsum(0.3 * rng.standard_normal((number, n)), axis=1)),
        (offsets + (r + 1) ** -exponents) * noise,
        (offsets + np.exp(-r / lengths)) * noise,
        (1 + offsets * r) * noise,
        np.abs(rng.standard_cauchy((number, n))) + 1e-3,
    ]
    return np.choose(np.arange(number)[:, None] % len(kinds), kinds)


def misfits(family: Family, r: np.ndarray, scale: str):
    """Residuals of a profile as a function of what is searched, and its bounds [2, K]: the shapes,
    on the log scale after γ/β; γ and β, or β, are eliminated."""
    bounds = [shape.bounds(r[-1]) for shape in family.shapes]

    def linear(theta: np.ndarray, profile: np.ndarray) -> np.ndarray:
        phi = family.curve(r, *theta)
        columns = np.column_stack([np.ones_like(r), phi] if family.offset else [phi])
        return columns @ nnls(columns, profile)[0] - profile

    def log(x: np.ndarray, profile: np.ndarray) -> np.ndarray:
        curve = x[0] * family.offset + family.curve(r, *x[family.offset :])
        residuals = np.log(profile) - np.log(np.maximum(curve, 1e-300))
        return residuals - residuals.mean()

    if scale == "linear":
        return linear, np.transpose(bounds)
    return log, np.transpose([(0.0, 1e6)] * family.offset + bounds)


def search(number: int, scale: str, starts: int = 10) -> None:
    r = np.arange(1.0, 41)
    profiles = random_profiles(number, len(r))
    rng = np.random.default_rng(1)
    print(
        f"{number} random profiles × {len(r)} distances, {scale} scale, "
        f"{starts} random starts of least_squares"
    )
    for name, family in FAMILIES.items():
        if not family.shapes:
            continue
        misfit, bounds = misfits(family, r, scale)
        found = estimate(family, r, profiles, None, scale).rss
        excess = []
        for rss, profile in zip(found, profiles, strict=True):
            rivals = [
                least_squares(
                    misfit,
                    np.exp(rng.uniform(*np.log(np.clip(bounds, 1e-6, 1e3)))),
                    args=(profile,),
                    bounds=bounds,
                    x_scale=np.ptp(bounds, axis=0) if scale == "linear" else "jac",
                ).cost
                for _ in range(starts)
            ]
            excess.append(rss / (2 * min(rivals)) - 1)
        beaten = int(np.sum(np.array(excess) > 1e-9))
        print(
            f"  {name}: residual sum at most {max(excess):+.1e} relative to the best start's, "
            f"beyond 1e-9 in {beaten} profiles; smaller by 1e-6 and more in "
            f"{np.mean(np.array(excess) < -1e-6):.0%}",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--search", type=int, metavar="PROFILES")
    parser.add_argument("--scale", choices=("linear", "log"), default="linear")
    arguments = parser.parse_args()
    speed()
    if arguments.memory:
        memory()
    if arguments.search:
        search(arguments.search, arguments.scale)
