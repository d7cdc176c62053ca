from snakemake.utils import min_version

min_version("9.0")


include: "rules/config.smk"


configfile: "config.yaml"


include: "rules/study.smk"
include: "rules/storage.smk"
include: "rules/common.smk"
include: "rules/records.smk"
include: "rules/run_record.smk"
include: "rules/cards.smk"
include: "rules/targets.smk"
include: "rules/sources.smk"
include: "rules/corpora.smk"
include: "rules/models.smk"
include: "rules/training.smk"
include: "rules/windows.smk"
include: "rules/influence.smk"
include: "rules/profiles.smk"
include: "rules/decay.smk"
include: "rules/attribution.smk"
include: "rules/series.smk"
include: "rules/scopes.smk"
include: "rules/response.smk"
include: "rules/source_classes.smk"
include: "rules/figures.smk"
include: "rules/tables.smk"
include: "rules/emergence.smk"
include: "rules/page.smk"


report: "report/workflow.rst"


# Nodes of a cluster need no network: sources are fetched where Snakemake runs.
localrules:
    fetch_source,
    all,
    corpora,
    models,
    windows,
    influence,
    profiles,
    decay,
    faithfulness,
    series,
    scopes,
    response,
    tables,
    figures,
    profile_figures,
    page,


rule all:
    default_target: True
    input:
        list(TARGETS.values()),


rule corpora:
    input:
        TARGETS["corpora"],


rule models:
    input:
        TARGETS["models"],


rule windows:
    input:
        TARGETS["windows"],


rule influence:
    input:
        TARGETS["influence"],


rule profiles:
    input:
        TARGETS["profiles"],


rule decay:
    input:
        TARGETS["decay"],


rule faithfulness:
    input:
        TARGETS["faithfulness"],


rule series:
    input:
        TARGETS["series"],


rule scopes:
    input:
        TARGETS["scopes"],


rule figures:
    input:
        TARGETS["figures"],


rule tables:
    input:
        TARGETS["tables"],
