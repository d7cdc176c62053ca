"""Formats of weights: only safetensors are read, since loading other formats can run code."""

from collections.abc import Iterable

from token_influence.errors import TokenInfluenceError

OTHER_FORMATS = (".bin", ".pt", ".pth", ".gguf")


def check_safetensors(
    chosen: Iterable[str], names: Iterable[str], subject: str, kind: type[TokenInfluenceError]
) -> None:
    """Raise `kind` unless one of the `chosen` file names is that of safetensors.

    The message begins with `subject`, such as "The model in a has no safetensors", and lists the files
    among `names` that hold weights in other formats.
    """
    if any(name.endswith(".safetensors") for name in chosen):
        return
    others = sorted(name for name in names if name.endswith(OTHER_FORMATS))
    listed = f"only {', '.join(others)}" if others else "and no other weights"
    raise kind(f"{subject}, {listed}; weights in other formats are not read.")
