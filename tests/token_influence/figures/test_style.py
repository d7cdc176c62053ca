"""Equal data give figures with equal bytes, in every process and under every setting."""

import subprocess
import sys
from pathlib import Path

import matplotlib
from drawn_figures import ARM, HEADLINE, influence, record
from tiny_study import REPOSITORY

from token_influence.figures.controls import controls_figure
from token_influence.figures.exponents import exponents_figure
from token_influence.figures.individual import individual_figure
from token_influence.figures.objectives import objectives_figure
from token_influence.figures.profile import profile_figure
from token_influence.figures.style import save

DRAW = """
import sys
import pandas as pd
from token_influence.figures.exponents import exponents_figure
from token_influence.figures.style import save
save(exponents_figure(pd.read_csv(sys.argv[1]), 0.95), sys.argv[2] + ".svg", sys.argv[2] + ".png")
assert "matplotlib.pyplot" not in sys.modules
"""


def test_bytes_do_not_depend_on_process_or_settings(decay, tmp_path):
    decay.to_csv(tmp_path / "decay.csv", index=False)
    for name, seed in [("one", "1"), ("two", "2")]:
        command = [sys.executable, "-c", DRAW, tmp_path / "decay.csv", tmp_path / name]
        subprocess.run(command, check=True, cwd=REPOSITORY, env={"PYTHONHASHSEED": seed})
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": None, "xtick.direction": "in"}):
        save(exponents_figure(decay, 0.95), tmp_path / "three.svg", tmp_path / "three.png")
        assert matplotlib.rcParams["font.size"] == 30
    for end in ("svg", "png"):
        files = [(tmp_path / f"{name}.{end}").read_bytes() for name in ("one", "two", "three")]
        assert files[0] == files[1] == files[2], end
    assert b"<dc:date>" not in (tmp_path / "one.svg").read_bytes()


LOSS = {"loss": 4.0, "loss_se": 0.1, "accuracy": 0.2}


def test_every_figure_is_saved_twice_alike(profile, tmp_path):
    def draw(folder: Path) -> list[bytes]:
        figures = {
            "profile": profile_figure(profile, record(), HEADLINE, 0.95),
            "individual": individual_figure([influence(0), influence(1)], profile, ARM, 0),
            "objectives": objectives_figure([profile], [record()], HEADLINE, 0.95),
            "controls": controls_figure([profile], [record()], [LOSS], HEADLINE, 0.95),
        }
        for name, figure in figures.items():
            save(figure, folder / f"{name}.svg", folder / f"{name}.png")
        return [path.read_bytes() for path in sorted(folder.iterdir())]

    assert draw(tmp_path / "one") == draw(tmp_path / "two")
