"""Random streams are their own."""

from token_influence.seeds import stream, torch_seed


def test_streams_are_their_own():
    assert stream(0, "a").random() == stream(0, "a").random()
    assert len({stream(s, p, *k).random() for s in (0, 1) for p in "ab" for k in ((), (1,))}) == 8
    assert stream(0, "a", "bc").random() != stream(0, "ab", "c").random()
    assert 0 <= torch_seed(0, "a") < 2**63
