"""The sections on profiles: the publication, rivals, controls, objectives, sources, training, losses."""

from token_influence.page.parts import Section, number, table, text, with_error
from token_influence.page.results import ARM, MODEL, OBJECTIVE, Results, words
from token_influence.tables.decay import headline_fits


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


def objectives(results: Results) -> Section | None:
    """How the decay depends on what is explained."""
    frame = results.tables.get("objectives")
    if frame is None:
        return None
    fits = headline_fits(frame, results.study["headline"])
    columns = [MODEL, *ARM, OBJECTIVE, ("difference of p", number("p", 2))]
    columns += [("difference of γ", number("gamma", 3)), ("not determined, for", text("reason"))]
    return Section(
        "objectives",
        "Does the decay depend on what is explained?",
        words=[
            "The same windows are explained by several objectives; the explorer shows them all. A "
            "difference counts only where the last column is empty."
        ],
        tables=[
            table(
                "The first objective minus another one",
                fits[fits["family"] == "power_law"],
                columns,
                "tables/objectives.csv",
            )
        ],
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
