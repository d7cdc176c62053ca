"""Kinds of figures, by which the page of a study chooses them and finds their captions."""


def kind_of(figure: str) -> str:
    """The kind of a figure, from its path below the folder of figures; its caption has that name.

    >>> kind_of("controls/tiny/poems"), kind_of("response/linearity")
    ('controls', 'response_linearity')
    """
    return figure.replace("/", "_") if figure.startswith("response/") else figure.split("/")[0]


def of_page(figures: list[str]) -> list[str]:
    """Those figures that the page shows: of the profiles the first alone, which the explorer all has.

    >>> of_page(["profile/a", "profile/b", "individual/a", "objectives/a", "sweep"])
    ['profile/a', 'sweep']
    """
    profiles = [name for name in figures if kind_of(name) == "profile"]
    instead = {"profile", "individual", "objectives"}
    return [*profiles[:1], *(name for name in figures if kind_of(name) not in instead)]
