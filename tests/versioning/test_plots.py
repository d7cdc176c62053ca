"""The profile plot ends where its predictions begin to go missing, whoever draws it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import quickjs
from drawn_plots import drawn
from tiny_study import REPOSITORY

ARM = {"model": "m", "weights": "trained", "order": "intact", "objective": "true_logit"}
REACH = {"first": 4, "second": 6, "single": 0}  # the largest distance that all predictions have

# What Vega does with the kinds of transform that the template holds.
VEGA = """
var toNumber = Number;
function transformed(rows, transforms) {
  for (const step of transforms) {
    const value = (datum, words) => new Function("datum", `return ${words}`)(datum);
    if (step.calculate) rows = rows.map(d => ({...d, [step.as]: value(d, step.calculate)}));
    if (step.filter) rows = rows.filter(d => value(d, step.filter));
    for (const {op, field, as} of step.joinaggregate ?? []) {
      if (op !== "max") throw op;
      const same = (a, b) => step.groupby.every(key => a[key] === b[key]);
      rows = rows.map(d => ({...d, [as]: Math.max(...rows.filter(e => same(d, e)).map(e => e[field]))}));
    }
  }
  return rows;
}
"""


def table() -> pd.DataFrame:
    """Profiles whose number of predictions falls from 12 beyond each arm's reach, to 1 at the end."""
    rows = ((corpus, last, r) for corpus, last in REACH.items() for r in range(10))
    return pd.DataFrame(
        ARM
        | {"corpus": corpus, "distance": r, "median": 1 / (r + 1)}
        | {"n": max(1, 12 - 3 * max(0, r - last))}
        for corpus, last, r in rows
    )


@pytest.fixture
def page(tmp_path: Path) -> str:
    """The page of `dvc plots show` for `table`."""
    shutil.copytree(REPOSITORY / ".dvc/plots", tmp_path / ".dvc/plots")
    for name in (".dvc/config", "dvc.yaml"):
        shutil.copy(REPOSITORY / name, tmp_path / name)
    (tmp_path / "results/tables").mkdir(parents=True)
    table().to_csv(tmp_path / "results/tables/profiles.csv", index=False)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    command = [sys.executable, "-m", "dvc", "plots", "show", "profiles"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    return (tmp_path / "dvc_plots/index.html").read_text()


def test_the_page_shows_the_distances_that_every_prediction_has(page: str) -> None:
    panels = re.findall(r"<figcaption>(.*?)</figcaption>(.*?)</figure>", drawn(page), re.DOTALL)
    points = {
        arm.split(" · ")[2]: len(re.findall(r'points="(.*?)"', panel)[0].split())
        for arm, panel in panels
    }
    # From r = 1 on: a logarithmic axis has no place for 0. What has no more than that is left out.
    assert points == {corpus: last for corpus, last in REACH.items() if last}


def test_vega_shows_the_same_points(page: str) -> None:
    (spec,) = re.findall(r"spec = (\{.*?\});\n", page)
    values: list[dict[str, Any]] = json.loads(spec)["data"]["values"]
    template = json.loads((REPOSITORY / ".dvc/plots/profiles.json").read_text())
    engine = quickjs.Context()
    engine.eval(VEGA)
    call = f"JSON.stringify(transformed({json.dumps(values)}, {json.dumps(template['transform'])}))"
    rows = pd.DataFrame(json.loads(engine.eval(call)))
    assert set(rows["n"]) == {"12"}
    assert rows.groupby("corpus")["distance"].count().to_dict() == {"first": 4, "second": 6}
