"""Made-up arms for the tests of claims: the numbers that the rules look at."""

from token_influence.claims.rules import Measured

ENDS = ("", "_low", "_high")


def arm(
    p=(0.8, 0.75, 0.85),
    near_to_far=(6.0, 5.0, 7.0),
    nearness=(0.95, 0.8, 1.1),
    reason=None,
    windows=64,
    loss=(4.0, 0.1),
) -> Measured:
    """An arm's rows of the decay table; `nearness` None where no exponential was fitted."""
    power = {
        "windows": windows,
        "predictions": 4 * windows,
        "identified": reason is None,
        "reason": reason,
        "r_squared": 0.99,
    }
    for name, numbers in (("p", p), ("near_to_far", near_to_far)):
        power |= dict(zip((f"{name}{end}" for end in ENDS), numbers, strict=True))
    fits = {"power_law": power}
    if nearness is not None:
        place = zip((f"nearness{end}" for end in ENDS), nearness, strict=True)
        fits["exponential"] = {"r_squared": 0.9} | dict(place)
    return Measured(fits, *loss)
