"""One exception class per situation; each message is one sentence for the person who runs the study."""


class TokenInfluenceError(Exception):
    """Base of every error that a user can cause and correct; scripts print it without a traceback.

    >>> try:
    ...     raise WindowError("the text has 310 tokens, too few for a window of 512")
    ... except TokenInfluenceError as error:
    ...     print(error)
    the text has 310 tokens, too few for a window of 512
    """


class ConfigError(TokenInfluenceError):
    """The study's configuration is not valid; the message names the YAML path."""


class SourceError(TokenInfluenceError):
    """A source could not be fetched, verified or unpacked; nothing of it was kept."""


class InterruptedFetchError(SourceError):
    """A source could not be fetched now; what has arrived is kept, and the next run goes on from it."""


class CorpusError(TokenInfluenceError):
    """A corpus could not be read, or is too small for its use."""


class ModelError(TokenInfluenceError):
    """A checkpoint could not be converted or loaded, or is not what the config says of it."""


class WindowError(TokenInfluenceError):
    """Windows cannot be drawn, or a window does not fit the model."""


class InfluenceError(TokenInfluenceError):
    """A measured influence is not usable (non-finite, or zero at the predicting position)."""


class ResponseError(TokenInfluenceError):
    """A changed input does not fit the passage or the model."""


class AttributionError(TokenInfluenceError):
    """A prediction cannot be explained or its explanation be judged, or no method is as it was named."""


class DecayError(TokenInfluenceError):
    """A profile cannot be fitted; the message names the arm."""


class OutputError(TokenInfluenceError):
    """Results cannot be written to their place."""


class MissingResultError(TokenInfluenceError):
    """A result that should be shown has not been made yet."""


class CodeError(TokenInfluenceError):
    """Code that can hide an edit from the code identity; the message names the file and line."""
