"""Token Influence: how strongly an earlier token moves a language model's next prediction."""

__version__ = "0.1.0"
