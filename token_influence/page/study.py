"""The page of a study: the answer first, then what is behind it, in one folder without network."""

import base64
import hashlib
import json
from collections.abc import Mapping

from token_influence.page.explorer import explorer_data
from token_influence.page.origins import code_table, sources_table
from token_influence.page.render import fragment
from token_influence.page.results import Results
from token_influence.page.sections import sections
from token_influence.page.summary import answer, arms_table, claims_table

SCRIPTS = ("curves.js", "address.js", "plot.js", "fits.js", "explorer.js", "run_record.js")
TITLE = "How token influence decays with distance"


def study_page(templates: Mapping[str, str], plotting: str, results: Results) -> str:
    """The page of a study's results.

    templates: the texts of all templates, by file name (`files.study_templates`); plotting: the script
    of the plotting library.

    The page's policy lets the browser run this page's own script, and read files beside it: figures,
    and the record of the last run (`run.js`), which is no part of the page.
    """
    script = "\n".join([plotting, *(templates[name] for name in SCRIPTS)])
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    tables, headline = results.tables, results.study["headline"]
    data = explorer_data(tables["profiles"], tables["decay"], tables["sweep"], headline)
    return fragment(
        templates,
        "study.html",
        policy=(
            f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}' 'self'; "
            "img-src 'self' data:; base-uri 'none'; form-action 'none'"
        ),
        style=templates["page.css"] + templates["study.css"],
        script=script,
        title=TITLE,
        study=results.study,
        data=json.loads(json.dumps(data, allow_nan=False)),
        answer=answer(tables["verdicts"]),
        arms=arms_table(tables["decay"], tables["predictions"], headline),
        claims=claims_table(tables["verdicts"]),
        figure=next(iter(results.of("profile"))),
        sections=sections(results),
        sources=sources_table(results.study["sources"]),
        code=code_table(results.provenance),
    )
