"""Which readings go together."""

from token_influence.response.batches import LENGTH_STEP, similar


def test_every_reading_is_in_one_batch_of_similar_length() -> None:
    lengths = [3, 90, 17, 8, 24, 9, 88, 1, 20, 90]
    batches = similar(lengths, 2)
    assert sorted(k for batch in batches for k in batch) == list(range(10))
    for batch in batches:
        assert len(batch) <= 2
        of_batch = [lengths[k] for k in batch]
        assert max(of_batch) - min(of_batch) < LENGTH_STEP


def test_the_order_within_a_length_is_that_of_the_readings() -> None:
    assert similar([8, 30, 1, 5, 30], 2) == [[0, 2], [3], [1, 4]]
    assert similar([], 2) == []
