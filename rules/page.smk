# The page of the study. Figures are copied beside it, so that its folder can be given away.
from token_influence.page.figure_kinds import kind_of
from token_influence.page.files import study_templates

CAPTIONS = Path(workflow.basedir) / "report"
PAGE_SECTIONS = ["models", "corpora", "seeds", "skip_sources", "decay", "headline", "response"]


# The configuration as the page and its captions read it.
PAGE_STUDY = {key: config.get(key) for key in PAGE_SECTIONS} | {
    "sources": {name: plain(used.source) for name, used in used_sources(STUDY).items()},
    "prompts": {
        "texts": {name: {"title": STUDY.prompts.texts[name].title} for name in PROMPTS if PROMPTED}
    },
}


rule page:
    input:
        TARGETS["page"],


rule build_page:
    input:
        tables=expand(TABLE, table=table_names()),
        figures=expand(FIGURE, figure=PAGE_FIGURES, kind="svg"),
        scopes=scope_files("html"),
        influence=per_arm(INFLUENCE)[0],
        profile=per_arm(PROFILE)[0],
        decay=per_arm(DECAY)[0],
        record=up_to_date("build_page"),
    output:
        page=PAGE,
        figures=PAGE_COPIES,
    log:
        f"{LOGS}/build_page.log",
    benchmark:
        f"{BENCHMARKS}/build_page/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        templates=study_templates(),
        captions={
            kind_of(name): (CAPTIONS / f"{kind_of(name)}.rst").read_text(encoding="utf-8")
            for name in PAGE_FIGURES
        },
        figures=PAGE_FIGURES,
        scopes=[[model, name] for model in PROMPTED for name in STUDY.prompts.texts],
        study=PAGE_STUDY,
        code=code("build_page"),
    script:
        "../scripts/build_page.py"
