"""The figure of faithfulness."""

import pandas as pd
from drawn_figures import overhang, texts

from token_influence.figures.faithfulness import faithfulness_figure, in_words
from token_influence.figures.style import SIZES


def table(**changes) -> pd.DataFrame:
    methods = ["random", "semantic", "integrated_gradients-steps=5", "distance-p=0.86"]
    rows = [
        {"model": "tiny", "data": "poems", "conventions": "as_in_paper", "measure": measure}
        | {"method": method, "value": -0.1 * k, "standard_error": 0.02, "n": 32}
        | changes
        for k, method in enumerate(methods)
        for measure in ("aopc", "aopc_0.05")
    ]
    return pd.DataFrame(rows)


def test_each_method_has_its_mean_and_error_the_most_faithful_first():
    axes = faithfulness_figure(table()).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["distance, p 0.86", "integrated gradients, steps 5", "semantic", "random"]
    points, _, (errors,) = axes.containers[labels.index("semantic")].lines
    assert points.get_xdata() == [-0.1]
    assert [round(x, 6) for x in errors.get_segments()[0][:, 0]] == [-0.12, -0.08]
    assert "tiny, 32 passages" in texts(axes)
    legend = [text.get_text() for text in axes.figure.legends[0].get_texts()]
    assert legend == ["does not look at the model", "looks at the model"]


def test_each_benchmark_has_a_panel():
    both = pd.concat([table(), table(data="songs", n=40), table(conventions="as_in_code")])
    shown = texts(faithfulness_figure(both))
    for part in ("poems · as in paper", "songs · as in paper", "poems · as in code", "40 passages"):
        assert part in shown


def test_without_aopc_it_says_so():
    shown = texts(faithfulness_figure(table(measure="lds")))
    assert "no AOPC is measured" in shown


def test_labels_are_told_in_words():
    assert in_words("input_x_gradient-of=log_probability") == "input × gradient, of log probability"
    assert in_words("fisher-rank=4") == "Fisher, rank 4"
    two = "integrated_gradients-steps=5-weighted=True"
    assert in_words(two) == "integrated gradients\nsteps 5, weighted"


def test_in_one_column_its_words_are_whole():
    assert overhang(faithfulness_figure(table(), SIZES["one_column"])) < 0.02
