"""The sections after the explorer, each from the tables that a study has; without them it is absent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from token_influence.figures.faithfulness import in_words
from token_influence.page.captions import caption
from token_influence.page.figure_kinds import kind_of
from token_influence.page.parts import Figure, Section, Table, number, table, text, with_error
from token_influence.tables.decay import headline_fits

ARM = [
    *(("weights", text("weights")), ("corpus", text("corpus")), ("order", text("order"))),
]
MODEL = ("model", text("model"))


def words(name: str) -> str:
    """A name of the study's files in words.

    >>> words("power_law_no_offset")
    'power law no offset'
    """
    return name.replace("_", " ")


OBJECTIVE = ("objective", text("objective", words))


@dataclass(frozen=True)
class Results:
    """What a study's page is made of.

    tables: by name; figures: the file beside the page of each figure, by its path below the folder of
    figures; captions: the templates of the captions, by kind of figure; study: the configuration with
    every default filled in; scopes: the page of each (model, prompt), relative to this one; provenance:
    code and library versions by stage.
    """

    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, str]
    captions: Mapping[str, str]
    study: Mapping[str, Any]
    scopes: Mapping[tuple[str, str], str]
    provenance: Mapping[str, Mapping[str, Any]]

    def of(self, *kinds: str) -> list[Figure]:
        """The figures of these kinds, with their captions."""
        return [
            self._figure(name) for kind in kinds for name in self.figures if kind_of(name) == kind
        ]

    def _figure(self, name: str) -> Figure:
        kind, *about = name.split("/")
        arms = self.tables["predictions"]
        shown = arms[arms["model"].isin(about[:1]) & arms["corpus"].isin(about)]
        return Figure(
            self.figures[name],
            " · ".join([words(kind), *about]),
            caption(self.captions[kind_of(name)], name, self.study, shown["order"].unique()),
        )


def sections(results: Results) -> list[Section]:
    """Every section for which the study has results, in their order on the page."""
    makers = (
        *(published, rivals, controls, sources, response, faithfulness, prompts, series, emergence),
        *(predictions,),
    )
    return [section for make in makers if (section := make(results))]


def published(results: Results) -> Section:
    """What the publication reports, and where ours stands."""
    verdicts = results.tables["verdicts"]
    rows = verdicts[verdicts["model"] != "all"]
    rows = rows[rows["verdict"] != "not measured"]
    columns = [("the publication", text("published")), MODEL, ("corpus", text("corpus"))]
    columns += [OBJECTIVE, ("ours", text("ours")), ("verdict", text("verdict"))]
    return Section(
        "published",
        "Published results beside ours",
        words=[
            "The publication (arXiv 2606.29139) measures Pythia models and Qwen2.5-0.5B on Gutenberg "
            "and WikiText-103. Its figures are not ours to copy, so its results stand here in words. "
            "Its median profiles with both fits correspond to the figure at the top and to the "
            "explorer; its shuffled texts and random weights to the controls below.",
            "It does not say on which distances it fits. Ours are on "
            f"r = {results.study['headline']['range']}.",
        ],
        tables=[
            table("Each published result beside ours", rows, columns, "tables/verdicts.csv"),
        ],
    )


def rivals(results: Results) -> Section:
    """Every family of curves on the headline's range, and how p depends on choices."""
    fits = headline_fits(results.tables["decay"], results.study["headline"])
    columns = [MODEL, *ARM, OBJECTIVE, ("family", text("family", words))]
    columns += [("R²", number("r_squared", 3)), ("R² of logarithms", number("r_squared_log", 3))]
    columns += [("error in cross-validation", with_error("cv_error", "cv_error_se", 4))]
    columns += [("residual autocorrelation", number("residual_autocorrelation", 2))]
    columns += [("not determined, for", text("reason"))]
    return Section(
        "rivals",
        "Rivals, residuals and choices",
        words=[
            "Every family of curves is fitted to the same median profiles. A high R² alone decides "
            "nothing: nearly every falling curve has one. The explorer shows the residuals of each "
            "fit as the ratio of the profile to the fit."
        ],
        figures=results.of("sweep", "sensitivity", "joint", "exponents", "mixtures"),
        tables=[
            table(
                f"Every fit on r = {results.study['headline']['range']}",
                fits,
                columns,
                "tables/decay.csv",
            )
        ],
    )


def controls(results: Results) -> Section | None:
    """Shuffled text, other orders and random weights."""
    frame = results.tables["controls"]
    headline = results.study["headline"]
    rows = frame[
        frame["order"].str.contains("−")
        & (frame["family"] == "power_law")
        & (frame["range"] == headline["range"])
        & (frame["skip_sources"] == headline["skip_sources"])
    ]
    figures = results.of("controls")
    if rows.empty and not figures:
        return None
    columns = [MODEL, *ARM, OBJECTIVE, ("difference of p", number("p", 2))]
    columns += [("difference of γ", number("gamma", 3))]
    columns += [("difference of the loss", with_error("loss", "loss_se", 2))]
    return Section(
        "controls",
        "Controls",
        words=[
            "Does the decay need the order of the text, and does it need training? Differences pair "
            "the same windows."
        ],
        figures=figures,
        tables=[table("Intact text minus its control", rows, columns, "tables/controls.csv")],
    )


def sources(results: Results) -> Section | None:
    """Which tokens the influence comes from."""
    frame = results.tables.get("source_classes")
    if frame is None:
        return None
    columns = [MODEL, *ARM, ("class", text("class", words))]
    columns += [("share of positions", number("positions", 3))]
    columns += [("share of influence", number("influence", 3))]
    columns += [("tail without it", number("tail_left_out", 2))]
    return Section(
        "sources",
        "Where the influence comes from",
        figures=results.of("source_classes"),
        tables=[table("Shares by class of tokens", frame, columns, "tables/source_classes.csv")],
    )


def response(results: Results) -> Section | None:
    """Finite changes of the input, and whether the gradient predicts their effect."""
    frame = results.tables.get("response_verdicts")
    if frame is None:
        return None
    columns = [("claim", text("claim")), ("of", text("about")), MODEL, ("corpus", text("corpus"))]
    columns += [("effect on", text("effect", words)), ("answer", text("answer"))]
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


def emergence(results: Results) -> Section | None:
    """When the decay appears in training."""
    figures = results.of("emergence")
    return Section("emergence", "Emergence in training", figures=figures) if figures else None


def predictions(results: Results) -> Section:
    """How well each arm predicts."""
    columns = [MODEL, *ARM, ("windows", text("windows")), ("predictions", text("predictions"))]
    columns += [("mean loss (nats)", with_error("loss", "loss_se", 2))]
    columns += [("entropy (nats)", number("entropy", 2)), ("median rank", number("median_rank", 1))]
    columns += [("accuracy", number("accuracy", 3))]
    return Section(
        "predictions",
        "Quality of predictions",
        words=["The loss ± its standard error over windows; rank 1 is the most probable token."],
        tables=[
            table(
                "How well each arm predicts",
                results.tables["predictions"],
                columns,
                "tables/predictions.csv",
            )
        ],
    )
