"""The predictions to explain, checked against the model."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from transformers import PreTrainedModel

from token_influence.attribution.targets import Target, Term, TrueToken
from token_influence.errors import AttributionError
from token_influence.influence.access import vocabulary
from token_influence.models.configuration import context_length


@dataclass(frozen=True)
class Prediction:
    """One prediction to explain.

    key: names its random streams, and the prediction in errors, such as `lambada/17`.
    token_ids: the text's S tokens, without begin-of-text.
    position: the predicting position, 0-based and below S; the sources are 0..position.
    target: what is explained; the token that follows in the text by default.
    """

    key: str
    token_ids: tuple[int, ...]
    position: int
    target: Target = field(default_factory=TrueToken)

    @property
    def read(self) -> tuple[int, ...]:
        """The tokens that the prediction depends on, one for each source."""
        return self.token_ids[: self.position + 1]

    def terms(self, predicted: int) -> list[Term]:
        """The logits whose weighted sum is explained; `predicted` is the arg-max token at `position`."""
        return self.target.terms(self.token_ids, self.position, predicted)


def check(predictions: Sequence[Prediction], model: PreTrainedModel, bos_id: int | None) -> None:
    """Raise AttributionError, which names the first prediction that does not fit the model."""
    size, context = vocabulary(model), context_length(model.config)
    if bos_id is not None and not 0 <= bos_id < size:
        raise AttributionError(
            f"The begin-of-text id {bos_id} is outside the vocabulary of {size}."
        )
    for prediction in predictions:
        _check_position(prediction)
        _check_ids(prediction, size)
        length = len(prediction.read) + (bos_id is not None)
        if context is not None and length > context:
            raise AttributionError(
                f"The text of {prediction.key} is {length} tokens long"
                f"{' with begin-of-text' if bos_id is not None else ''}, but the model reads at "
                f"most {context}."
            )


def _check_position(prediction: Prediction) -> None:
    key, length, position = prediction.key, len(prediction.token_ids), prediction.position
    if not length:
        raise AttributionError(f"The text of {key} has no token.")
    if not 0 <= position < length:
        raise AttributionError(
            f"{key} is to be explained at position {position}, but its text has {length} tokens, so "
            f"0 to {length - 1} are allowed."
        )
    if prediction.target == TrueToken() and position == length - 1:
        raise AttributionError(
            f"{key} is to be explained at the last of its {length} tokens, which no token of the "
            "text follows: name another target, or an earlier position."
        )


def _check_ids(prediction: Prediction, size: int) -> None:
    if outside := [token for token in prediction.token_ids if not 0 <= token < size]:
        raise AttributionError(
            f"The text of {prediction.key} holds token id {outside[0]}, outside the vocabulary of "
            f"{size}."
        )
    terms = prediction.terms(predicted=0)
    if not terms:
        raise AttributionError(f"The target of {prediction.key} names no token.")
    for term in terms:
        if not 0 <= term.id < size:
            raise AttributionError(
                f"The target of {prediction.key} is token id {term.id}, outside the vocabulary of "
                f"{size}."
            )
        if not 0 <= term.position <= prediction.position:
            raise AttributionError(
                f"The target of {prediction.key} has a token at position {term.position}; allowed are "
                f"0 to {prediction.position}, the predicting position."
            )
