"""The corpus that windows are drawn from."""

import numpy as np
import pytest
from counted_corpus import LENGTHS

from token_influence.corpora.tokens import TokenisedCorpus


@pytest.fixture
def corpus() -> TokenisedCorpus:
    """Five documents whose token ids are all different, so that a window tells where it is from."""
    offsets = np.cumsum([0, *LENGTHS])
    return TokenisedCorpus(
        tokens=np.arange(offsets[-1], dtype=np.int32),
        document_ids=[f"d{k}" for k in range(len(LENGTHS))],
        offsets=offsets,
    )
