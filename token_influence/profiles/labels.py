"""How profiles are labelled: all seeds pooled, and the sources that are left out."""

POOLED = "pooled"
"""In the column or key `seed`: the predictions of all seeds together."""


def sources_in_words(skip: int) -> str:
    """Which sources a profile includes, where those at the first `skip` positions are left out.

    >>> sources_in_words(0), sources_in_words(4)
    ('all sources', 'without the first 4 positions as sources')
    """
    return f"without the first {skip} positions as sources" if skip else "all sources"
