"""An explained prompt as text for a terminal: shaded by colour, or with ranks."""

import unicodedata
from collections.abc import Mapping
from typing import Any

MOST_SHOWN = 10
BAR = 24  # characters
LIGHT, DARK = (255, 255, 255), (77, 156, 201)  # of the background; its text is black
RESET = "\x1b[0m"


def in_terminal(record: Mapping[str, Any], method: str, colour: bool) -> str:
    """The explanations of a record (`scopes.explanation.explain`) by one method.

    colour: whether tokens are shaded; without it, the first 10 have their rank behind them. What a
    terminal would obey is made visible instead.
    """
    pieces = [visible(token["text"]) for token in record["tokens"]]
    return "\n\n".join(
        _one(pieces, explanation, method, colour) for explanation in record["explanations"]
    )


def visible(text: str) -> str:
    """The text without control characters and the like; line breaks stay.

    >>> visible("a\\x1b[31mb\\n")
    'a␛[31mb\\n'
    """
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character == "\n" or unicodedata.category(character)[0] != "C":
        return character
    return chr(0x2400 + ord(character)) if ord(character) < 0x20 else "�"


def _one(pieces: list[str], explanation: Mapping[str, Any], method: str, colour: bool) -> str:
    scores, ranks = explanation["scores"][method], explanation["ranks"][method]
    shades = explanation["shades"]["linear"][method]
    text = "".join(
        _shaded(piece, shade) if colour else _ranked(piece, rank)
        for piece, shade, rank in zip(pieces, shades, ranks, strict=False)
    )
    order = sorted(range(len(scores)), key=lambda k: ranks[k])[:MOST_SHOWN]
    rows = [(pieces[k], shades[k], f"{scores[k]:.3g}") for k in order]
    probabilities = [(visible(t["text"]), t["probability"]) for t in explanation["next"]]
    likely = [(text, p, f"{p:.1%}") for text, p in probabilities[:MOST_SHOWN]]
    return "\n".join(
        [
            f"Explained: {visible(explanation['target'])} · {method}",
            "",
            text,
            *_bars("Largest scores", rows),
            *_bars("Next token", likely),
        ]
    )


def _shaded(piece: str, shade: float) -> str:
    red, green, blue = (
        round(low + shade * (high - low)) for low, high in zip(LIGHT, DARK, strict=True)
    )
    return f"\x1b[30;48;2;{red};{green};{blue}m{piece}{RESET}"


def _ranked(piece: str, rank: int) -> str:
    return f"{piece}[{rank}]" if rank <= MOST_SHOWN else piece


def _bars(title: str, rows: list[tuple[str, float, str]]) -> list[str]:
    most = max(size for _, size, _ in rows) or 1.0
    return [
        "",
        title,
        *(
            f"  {name.replace(chr(10), '↵'):<16} {'█' * round(BAR * size / most):<{BAR}} {value}"
            for name, size, value in rows
        ),
    ]
