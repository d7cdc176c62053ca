# Where influence comes from: by class of source token, from what is measured anyway.
rule classify_sources:
    input:
        influence=over_seeds(INFLUENCE),
        windows=over_seeds(WINDOWS),
        unigram=unigram_of,
        decay=DECAY,
        record=up_to_date("classify_sources"),
    output:
        SOURCE_CLASSES,
    log:
        f"{LOGS}/classify_sources/{ARM}/{{objective}}.log",
    benchmark:
        f"{BENCHMARKS}/classify_sources/{ARM}/{{objective}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        arm=lambda wildcards: dict(wildcards),
        seeds=STUDY.seeds,
        tail=lambda wildcards: STUDY.response.classes.tail,
        bootstrap=plain(STUDY.decay.bootstrap),
        code=code("classify_sources"),
    script:
        "../scripts/classify_sources.py"


rule tabulate_source_classes:
    input:
        SOURCE_CLASSES_FILES,
        record=up_to_date("tabulate_source_classes"),
    output:
        report(
            TABLE.format(table="source_classes"),
            caption="../report/source_classes_table.rst",
            category="Tables",
            labels={"table": "source_classes"},
        ),
    log:
        f"{LOGS}/tabulate_source_classes.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_source_classes/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        number=len(SOURCE_CLASSES_FILES),
        code=code("tabulate_source_classes"),
    script:
        "../scripts/tabulate_source_classes.py"


rule draw_source_classes:
    input:
        shares=SOURCE_CLASSES,
        record=up_to_date("draw_source_classes"),
    output:
        svg=report(
            f"{RESULTS}/figures/source_classes/{ARM}/{{objective}}.svg",
            caption="../report/source_classes.rst",
            category="Source tokens",
            labels=ARM_LABELS | {"objective": "{objective}"},
        ),
        png=f"{RESULTS}/figures/source_classes/{ARM}/{{objective}}.png",
    log:
        f"{LOGS}/draw_source_classes/{ARM}/{{objective}}.log",
    benchmark:
        f"{BENCHMARKS}/draw_source_classes/{ARM}/{{objective}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        words=lambda wildcards: ORDERS[wildcards.order].words,
        size=STUDY.figures.size,
        code=code("draw_source_classes"),
    script:
        "../scripts/draw_source_classes.py"
