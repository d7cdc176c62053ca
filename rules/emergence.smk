rule tabulate_emergence:
    input:
        decay=TABLE.format(table="decay"),
        predictions=TABLE.format(table="predictions"),
        trainings=[TRAINING.format(model=model) for model in TRAINED],
        record=up_to_date("tabulate_emergence"),
    output:
        report(
            TABLE.format(table="emergence"),
            caption="../report/emergence_table.rst",
            category="Tables",
            labels={"table": "emergence"},
        ),
    log:
        f"{LOGS}/tabulate_emergence.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_emergence/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        headline=plain(STUDY.headline),
        models=TRAINED,
        held_out={
            name: corpus.held_out.corpus
            for name, corpus in STUDY.corpora.items()
            if corpus.held_out
        },
        code=code("tabulate_emergence"),
    script:
        "../scripts/tabulate_emergence.py"


rule draw_emergence:
    input:
        emergence=TABLE.format(table="emergence"),
        profiles=TABLE.format(table="profiles"),
        record=up_to_date("draw_emergence"),
    output:
        svg=report(
            f"{RESULTS}/figures/emergence/{{model}}.svg",
            caption="../report/emergence.rst",
            category="Emergence",
            labels={"model": "{model}"},
        ),
        png=f"{RESULTS}/figures/emergence/{{model}}.png",
    log:
        f"{LOGS}/draw_emergence/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/draw_emergence/{{model}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        model=lambda wildcards: wildcards.model,
        headline=plain(STUDY.headline),
        interval=STUDY.decay.bootstrap.interval,
        size=STUDY.figures.size,
        code=code("draw_emergence"),
    script:
        "../scripts/draw_emergence.py"
