"""The sections on single predictions: changed inputs, attribution, prompts and number series."""

from token_influence.figures.faithfulness import in_words
from token_influence.page.parts import Section, Table, number, table, text, with_error
from token_influence.page.results import MODEL, Results, words


def response(results: Results) -> Section | None:
    """Finite changes of the input, and whether the gradient predicts their effect."""
    frame = results.tables.get("response_verdicts")
    if frame is None:
        return None
    columns = [("claim", text("claim")), ("of", text("about")), MODEL, ("corpus", text("corpus"))]
    columns += [
        ("order", text("order")),
        ("effect on", text("effect", words)),
        ("answer", text("answer")),
    ]
    columns += [("why", text("why"))]
    return Section(
        "response",
        "Response: does the gradient tell the truth?",
        words=[
            "A gradient speaks of small changes. Here inputs are really changed: by finite steps, "
            "and by other tokens."
        ],
        figures=results.of("response_linearity", "response_interventions"),
        tables=[table("Questions and answers", frame, columns, "tables/response_verdicts.csv")],
    )


def faithfulness(results: Results) -> Section | None:
    """Whose words a prediction rests on, and whether that is so."""
    frame = results.tables.get("faithfulness")
    if frame is None:
        return None
    columns = [MODEL, ("data", text("data")), ("conventions", text("conventions", words))]
    columns += [("method", text("method", method_words)), ("measure", text("measure", words))]
    columns += [("value", with_error("value", "standard_error", 2)), ("n", text("n"))]
    return Section(
        "faithfulness",
        "Faithfulness of attribution methods",
        words=["The lower the value, the more faithful: without its tokens, the prediction falls."],
        figures=results.of("faithfulness", "faithfulness_sanity", "spectrum"),
        tables=[
            table("Each method and measure", frame, columns, "tables/faithfulness.csv"),
            *sanity(results),
        ],
    )


def sanity(results: Results) -> list[Table]:
    """Which methods notice that weights are random, if that is checked."""
    frame = results.tables.get("faithfulness_sanity")
    if frame is None:
        return []
    columns = [MODEL, ("data", text("data")), ("method", text("method", method_words))]
    columns += [("random layers", text("layers"))]
    columns += [("rank correlation", with_error("rank_correlation", "standard_error", 2))]
    columns += [("notices", lambda row: "yes" if row["notices"] else "no"), ("n", text("n"))]
    caption = "Does a method notice that weights are random?"
    return [table(caption, frame, columns, "tables/faithfulness_sanity.csv")]


def method_words(method: str) -> str:
    """A method's label in one line."""
    return in_words(method).replace("\n", ", ")


def prompts(results: Results) -> Section | None:
    """The pages of single prompts."""
    frame = results.tables.get("scopes")
    if frame is None:
        return None
    texts = results.study["prompts"]["texts"]
    several = len({model for model, _ in results.scopes}) > 1
    links = [
        (texts[prompt]["title"] + (f" ({model})" if several else ""), address)
        for (model, prompt), address in results.scopes.items()
    ]
    shares = frame.groupby(["model", "prompt", "method"], sort=False)["comes_out"]
    counted = shares.agg(["sum", "count"]).reset_index()
    counted["title"] = counted["prompt"].map(lambda prompt: texts[prompt]["title"])
    columns = [MODEL, ("prompt", text("title")), ("method", text("method", method_words))]
    columns += [("expected words that come out", lambda row: f"{row['sum']} of {row['count']}")]
    return Section(
        "prompts",
        "Prompts",
        words=[
            "Each page shades the tokens of a prompt by how much they move one prediction. What "
            "was expected to matter was written down before."
        ],
        tables=[table("What came out as expected", counted, columns, "tables/scopes.csv")],
        links=links,
    )


def series(results: Results) -> Section | None:
    """Number series and their forecasts."""
    frame = results.tables.get("series")
    if frame is None:
        return None
    columns = [MODEL, ("system", text("system")), ("method", text("method", method_words))]
    columns += [
        ("measure", text("measure", words)),
        ("value", number("value", 3)),
        ("n", text("n")),
    ]
    return Section(
        "series",
        "Number series",
        figures=results.of("series"),
        tables=[table("Measures of each system", frame, columns, "tables/series.csv")],
    )
