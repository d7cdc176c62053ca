"""Made-up arms for the tests of claims: the numbers that the rules look at."""

from token_influence.claims.rules import Measured

AHEAD = {"behind_power_law": 2.0, "behind_power_law_se": 1.0, "power_law_ahead": 0.97}
LEVEL = {"behind_power_law": 0.5, "behind_power_law_se": 1.0, "power_law_ahead": 0.5}
NOT_OFTEN = AHEAD | {"power_law_ahead": 0.9}
NOT_FAR = AHEAD | {"behind_power_law": 1.0}


def arm(
    p=(0.8, 0.75, 0.85),
    direction="falls",
    reason=None,
    exponential=AHEAD,
    constant=AHEAD,
    loss=(4.0, 0.1),
) -> Measured:
    """An arm's rows of the decay table."""
    trend = {"falls": -0.5, "flat": 0.0, "rises": 0.5}[direction]
    shared = {
        "direction": direction,
        **{"trend": trend, "trend_low": trend - 0.1, "trend_high": trend + 0.1},
        "r_squared": 0.99,
    }
    identified = reason is None and direction == "falls"
    power = shared | dict(zip(("p", "p_low", "p_high"), p, strict=True))
    power |= {"identified": identified, "reason": reason or direction}
    power |= dict.fromkeys(AHEAD, float("nan"))
    fits = {"power_law": power, "exponential": shared | exponential, "constant": shared | constant}
    return Measured(fits, *loss)
