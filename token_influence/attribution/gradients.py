"""Methods of one gradient: semantic, temperature, and input × gradient (arXiv 2601.16407)."""

from dataclasses import dataclass

from torch import Tensor

from token_influence.attribution.method import Method, check_option, register
from token_influence.attribution.reading import SCALARS, Reading


@register("semantic")
@dataclass(frozen=True)
class Semantic(Method):
    """The norm ‖∂z/∂x_j‖₂ of the gradient of the target's logit z."""

    def scores(self, reading: Reading) -> Tensor:
        """The norms [B, S]."""
        return reading.gradient("logit").norm(dim=-1)


@register("temperature")
@dataclass(frozen=True)
class Temperature(Method):
    """The norm ‖∂‖y‖₂/∂x_j‖₂, y being the final hidden state at the predicting position.

    It explains how sharp the prediction is, so it does not depend on the target.
    """

    def scores(self, reading: Reading) -> Tensor:
        """The norms [B, S]."""
        return reading.gradient("temperature").norm(dim=-1)


@register("input_x_gradient")
@dataclass(frozen=True)
class InputXGradient(Method):
    """The norm ‖x_j ⊙ ∂s/∂x_j‖₂ of the elementwise product of input embedding and gradient.

    of: the scalar s: the target's `logit`, or its `log_probability` (whose gradient is that of the cross
    entropy up to the sign).
    """

    of: str = "logit"

    def __post_init__(self) -> None:
        check_scalar(self, self.of)

    def scores(self, reading: Reading) -> Tensor:
        """The norms [B, S]."""
        return (reading.inputs * reading.gradient(self.of)).norm(dim=-1)


def check_scalar(method: Method, of: str) -> None:
    """Raise AttributionError unless `of`, the option of `method`, is a scalar that can be explained."""
    check_option(method, "of", of in SCALARS, ", ".join(SCALARS))
