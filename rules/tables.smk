rule build_tables:
    input:
        decay=per_arm(DECAY),
        differences=DIFFERENCE_FILES,
        predictions=per_arm(PREDICTIONS),
        windows=[
            path
            for model, corpus in PAIRS
            for path in expand(
                WINDOWS, model=model, corpus=corpus, order="intact", seed=STUDY.seeds
            )
        ],
        corpora=[CORPUS.format(corpus=text_of(STUDY, corpus)) for corpus in CORPORA],
        manifests=[manifest_of(model, "trained") for model in MODELS],
        record=up_to_date("build_tables"),
    output:
        decay=report(
            TABLE.format(table="decay"),
            caption="../report/decay.rst",
            category="Tables",
            labels={"table": "decay"},
        ),
        controls=report(
            TABLE.format(table="controls"),
            caption="../report/controls_table.rst",
            category="Tables",
            labels={"table": "controls"},
        ),
        sweep=report(
            TABLE.format(table="sweep"),
            caption="../report/sweep_table.rst",
            category="Tables",
            labels={"table": "sweep"},
        ),
        predictions=report(
            TABLE.format(table="predictions"),
            caption="../report/predictions.rst",
            category="Tables",
            labels={"table": "predictions"},
        ),
        models=report(
            TABLE.format(table="models"),
            caption="../report/models.rst",
            category="Tables",
            labels={"table": "models"},
        ),
        corpora=report(
            TABLE.format(table="corpora"),
            caption="../report/corpora.rst",
            category="Tables",
            labels={"table": "corpora"},
        ),
    log:
        f"{LOGS}/build_tables.log",
    benchmark:
        f"{BENCHMARKS}/build_tables/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        predictions=[arm.keys | {"seed": seed} for arm in ARMS for seed in STUDY.seeds],
        windows=[
            {"model": model, "corpus": corpus} for model, corpus in PAIRS for seed in STUDY.seeds
        ],
        corpora={corpus: corpus_origin(STUDY, corpus) for corpus in CORPORA},
        models=MODELS,
        code=code("build_tables"),
    script:
        "../scripts/build_tables.py"


rule tabulate_profiles:
    input:
        TARGETS["profiles"],
        record=up_to_date("tabulate_profiles"),
    output:
        TABLE.format(table="profiles"),
    log:
        f"{LOGS}/tabulate_profiles.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_profiles/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        profiles=[
            arm.keys | {"objective": objective} for arm in ARMS for objective in arm.objectives
        ],
        skip_sources=STUDY.headline.skip_sources,
        code=code("tabulate_profiles"),
    script:
        "../scripts/tabulate_profiles.py"


rule tabulate_sensitivity:
    input:
        variants=SENSITIVITY_FILES,
        record=up_to_date("tabulate_sensitivity"),
    output:
        report(
            TABLE.format(table="sensitivity"),
            caption="../report/sensitivity_table.rst",
            category="Tables",
            labels={"table": "sensitivity"},
        ),
    log:
        f"{LOGS}/tabulate_sensitivity.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_sensitivity/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        code=code("tabulate_sensitivity"),
    script:
        "../scripts/tabulate_sensitivity.py"


rule tabulate_objectives:
    input:
        OBJECTIVE_DIFFERENCE_FILES,
        record=up_to_date("tabulate_objectives"),
    output:
        report(
            TABLE.format(table="objectives"),
            caption="../report/objectives_table.rst",
            category="Tables",
            labels={"table": "objectives"},
        ),
    log:
        f"{LOGS}/tabulate_objectives.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_objectives/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        number=len(OBJECTIVE_DIFFERENCE_FILES),
        code=code("tabulate_objectives"),
    script:
        "../scripts/tabulate_objectives.py"


rule tabulate_mixtures:
    input:
        MIXTURE_FILES,
        record=up_to_date("tabulate_mixtures"),
    output:
        report(
            TABLE.format(table="mixtures"),
            caption="../report/mixtures_table.rst",
            category="Tables",
            labels={"table": "mixtures"},
        ),
    log:
        f"{LOGS}/tabulate_mixtures.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_mixtures/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        number=len(MIXTURE_FILES),
        code=code("tabulate_mixtures"),
    script:
        "../scripts/tabulate_mixtures.py"


rule summarise_metrics:
    input:
        decay=TABLE.format(table="decay"),
        predictions=TABLE.format(table="predictions"),
        verdicts=TABLE.format(table="verdicts"),
        record=up_to_date("summarise_metrics"),
    output:
        METRICS,
    log:
        f"{LOGS}/summarise_metrics.log",
    benchmark:
        f"{BENCHMARKS}/summarise_metrics/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        headline=plain(STUDY.headline),
        code=code("summarise_metrics"),
    script:
        "../scripts/summarise_metrics.py"


rule judge_claims:
    input:
        decay=TABLE.format(table="decay"),
        predictions=TABLE.format(table="predictions"),
        record=up_to_date("judge_claims"),
    output:
        report(
            TABLE.format(table="verdicts"),
            caption="../report/verdicts.rst",
            category="Tables",
            labels={"table": "verdicts"},
        ),
    log:
        f"{LOGS}/judge_claims.log",
    benchmark:
        f"{BENCHMARKS}/judge_claims/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        headline=plain(STUDY.headline),
        code=code("judge_claims"),
    script:
        "../scripts/judge_claims.py"
