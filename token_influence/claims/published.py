"""Numbers of the publication whose claims are judged (arXiv 2606.29139)."""

EXPONENTS = (0.7, 0.9)
"""Lowest and highest exponent p that it reports for trained base models."""

RANGE = "1..100"
"""Distances on which ours are compared with them. The publication names no range: this one stands
only in a simulated reply to a review of it."""
