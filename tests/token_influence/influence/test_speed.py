"""A slower number type is named before it is used."""

import pytest

from token_influence.errors import ModelError
from token_influence.influence import speed


def test_a_product_takes_time() -> None:
    assert 0 < speed.seconds_of_product("bfloat16", "cpu") < 10


@pytest.mark.parametrize(("seconds", "refused"), [(3.0, True), (0.5, False)])
def test_only_a_type_that_is_slower_than_float32_is_refused(
    seconds: float, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = {"bfloat16": seconds, "float32": 1.0}
    monkeypatch.setattr(speed, "seconds_of_product", lambda dtype, device: times[dtype])
    if refused:
        with pytest.raises(ModelError, match=r"3\.0 times as long .* \(cpu\).* or say so\.$"):
            speed.refuse_slow("bfloat16", "cpu", "say so")
    else:
        speed.refuse_slow("bfloat16", "cpu", "say so")
    speed.refuse_slow("float32", "cpu", "say so")
