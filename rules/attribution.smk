rule attribute_passages:
    input:
        passages=passages_manifest,
        manifest=lambda wildcards: manifest_of(wildcards.model, "trained"),
        record=up_to_date("attribute_passages"),
    output:
        SCORES,
    log:
        f"{LOGS}/attribute_passages/{{model}}/{{data}}/{{start}}/{{method}}/{{span}}.log",
    benchmark:
        f"{BENCHMARKS}/attribute_passages/{{model}}/{{data}}/{{start}}/{{method}}/{{span}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=minutes,
    params:
        data=lambda wildcards: wildcards.data,
        passages=passages,
        begin_of_text=lambda wildcards: wildcards.start == "begin-of-text",
        method=lambda wildcards: wildcards.method,
        seed=lambda wildcards: STUDY.faithfulness.seed,
        influence=plain(STUDY.influence, without=SAME_NUMBERS),
        source=lambda wildcards: plain(STUDY.sources[passages_source(wildcards)]),
        folder=lambda wildcards: source_folder(passages_source(wildcards)),
        recipe=lambda wildcards: recipe(wildcards.model),
        code=code("attribute_passages"),
    script:
        "../scripts/attribute_passages.py"


# What all methods are compared with, such as the drops by random masks: measured once.
rule measure_reference:
    input:
        passages=passages_manifest,
        manifest=lambda wildcards: manifest_of(wildcards.model, "trained"),
        record=up_to_date("measure_reference"),
    output:
        REFERENCE,
    log:
        f"{LOGS}/measure_reference/{{model}}/{{data}}/{{conventions}}/{{measure}}/{{span}}.log",
    benchmark:
        f"{BENCHMARKS}/measure_reference/{{model}}/{{data}}/{{conventions}}/{{measure}}/{{span}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=minutes,
    params:
        data=lambda wildcards: wildcards.data,
        passages=passages,
        conventions=lambda wildcards: plain(conventions_of(STUDY, wildcards.conventions)),
        measure=lambda wildcards: wildcards.measure,
        seed=lambda wildcards: STUDY.faithfulness.seed,
        influence=plain(STUDY.influence, without=SAME_NUMBERS),
        source=lambda wildcards: plain(STUDY.sources[passages_source(wildcards)]),
        folder=lambda wildcards: source_folder(passages_source(wildcards)),
        recipe=lambda wildcards: recipe(wildcards.model),
        code=code("measure_reference"),
    script:
        "../scripts/measure_reference.py"


rule measure_faithfulness:
    input:
        scores=scores_of,
        reference=reference_of,
        passages=passages_manifest,
        manifest=lambda wildcards: manifest_of(wildcards.model, "trained"),
        record=up_to_date("measure_faithfulness"),
    output:
        JUDGED,
    log:
        f"{LOGS}/measure_faithfulness/{{model}}/{{data}}/{{conventions}}/{{measure}}/{{method}}/{{span}}.log",
    benchmark:
        f"{BENCHMARKS}/measure_faithfulness/{{model}}/{{data}}/{{conventions}}/{{measure}}/{{method}}/{{span}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=minutes,
    params:
        data=lambda wildcards: wildcards.data,
        passages=passages,
        conventions=lambda wildcards: plain(conventions_of(STUDY, wildcards.conventions)),
        measure=lambda wildcards: wildcards.measure,
        seed=lambda wildcards: STUDY.faithfulness.seed,
        influence=plain(STUDY.influence, without=SAME_NUMBERS),
        source=lambda wildcards: plain(STUDY.sources[passages_source(wildcards)]),
        folder=lambda wildcards: source_folder(passages_source(wildcards)),
        recipe=lambda wildcards: recipe(wildcards.model),
        code=code("measure_faithfulness"),
    script:
        "../scripts/measure_faithfulness.py"


rule tabulate_faithfulness:
    input:
        [path for paths in JUDGED_FILES.values() for path in paths],
        record=up_to_date("tabulate_faithfulness"),
    output:
        faithfulness=report(
            TABLE.format(table="faithfulness"),
            caption="../report/faithfulness_table.rst",
            category="Tables",
            labels={"table": "faithfulness"},
        ),
        pairs=report(
            TABLE.format(table="faithfulness_pairs"),
            caption="../report/faithfulness_pairs.rst",
            category="Tables",
            labels={"table": "faithfulness_pairs"},
        ),
    log:
        f"{LOGS}/tabulate_faithfulness.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_faithfulness/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        explanations=[each.keys | {"files": len(paths)} for each, paths in JUDGED_FILES.items()],
        conventions={
            name: plain(conventions_of(STUDY, name))
            for name in dict.fromkeys(each.conventions for each in EXPLANATIONS)
        },
        seed=STUDY.faithfulness.seed if STUDY.faithfulness else None,
        code=code("tabulate_faithfulness"),
    script:
        "../scripts/tabulate_faithfulness.py"


rule draw_faithfulness:
    input:
        faithfulness=TABLE.format(table="faithfulness"),
        record=up_to_date("draw_faithfulness"),
    output:
        svg=report(
            f"{RESULTS}/figures/faithfulness.svg",
            caption="../report/faithfulness.rst",
            category="Faithfulness",
            labels={"figure": "faithfulness"},
        ),
        png=f"{RESULTS}/figures/faithfulness.png",
    log:
        f"{LOGS}/draw_faithfulness.log",
    benchmark:
        f"{BENCHMARKS}/draw_faithfulness/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        size=STUDY.figures.size,
        code=code("draw_faithfulness"),
    script:
        "../scripts/draw_faithfulness.py"


rule measure_spectrum:
    input:
        passages=passages_manifest,
        manifest=lambda wildcards: manifest_of(wildcards.model, "trained"),
        record=up_to_date("measure_spectrum"),
    output:
        SPECTRUM,
    log:
        f"{LOGS}/measure_spectrum/{{model}}/{{data}}/{{span}}.log",
    benchmark:
        f"{BENCHMARKS}/measure_spectrum/{{model}}/{{data}}/{{span}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=minutes,
    params:
        data=lambda wildcards: wildcards.data,
        passages=passages,
        influence=plain(STUDY.influence, without=SAME_NUMBERS),
        source=lambda wildcards: plain(STUDY.sources[passages_source(wildcards)]),
        folder=lambda wildcards: source_folder(passages_source(wildcards)),
        recipe=lambda wildcards: recipe(wildcards.model),
        code=code("measure_spectrum"),
    script:
        "../scripts/measure_spectrum.py"


rule tabulate_spectrum:
    input:
        eigenvalues=list(SPECTRUM_FILES),
        record=up_to_date("tabulate_spectrum"),
    output:
        report(
            TABLE.format(table="spectrum"),
            caption="../report/spectrum_table.rst",
            category="Tables",
            labels={"table": "spectrum"},
        ),
    log:
        f"{LOGS}/tabulate_spectrum.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_spectrum/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        names=list(SPECTRUM_FILES.values()),
        code=code("tabulate_spectrum"),
    script:
        "../scripts/tabulate_spectrum.py"


rule draw_spectrum:
    input:
        eigenvalues=list(SPECTRUM_FILES),
        spectrum=TABLE.format(table="spectrum"),
        faithfulness=TABLE.format(table="faithfulness"),
        record=up_to_date("draw_spectrum"),
    output:
        svg=report(
            f"{RESULTS}/figures/spectrum.svg",
            caption="../report/spectrum.rst",
            category="Faithfulness",
            labels={"figure": "spectrum"},
        ),
        png=f"{RESULTS}/figures/spectrum.png",
    log:
        f"{LOGS}/draw_spectrum.log",
    benchmark:
        f"{BENCHMARKS}/draw_spectrum/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        names=list(SPECTRUM_FILES.values()),
        size=STUDY.figures.size,
        code=code("draw_spectrum"),
    script:
        "../scripts/draw_spectrum.py"


# The scores of one method by the trained model, and with random weights.
rule measure_sanity:
    input:
        passages=passages_manifest,
        manifest=lambda wildcards: manifest_of(wildcards.model, "trained"),
        record=up_to_date("measure_sanity"),
    output:
        SANITY,
    log:
        f"{LOGS}/measure_sanity/{{model}}/{{data}}/{{method}}/{{span}}.log",
    benchmark:
        f"{BENCHMARKS}/measure_sanity/{{model}}/{{data}}/{{method}}/{{span}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory_of_two,
        runtime=minutes,
    params:
        data=lambda wildcards: wildcards.data,
        passages=passages,
        method=lambda wildcards: wildcards.method,
        layers=lambda wildcards: STUDY.faithfulness.sanity.layers,
        seed=lambda wildcards: STUDY.faithfulness.seed,
        influence=plain(STUDY.influence, without=SAME_NUMBERS),
        source=lambda wildcards: plain(STUDY.sources[passages_source(wildcards)]),
        folder=lambda wildcards: source_folder(passages_source(wildcards)),
        recipe=lambda wildcards: recipe(wildcards.model),
        code=code("measure_sanity"),
    script:
        "../scripts/measure_sanity.py"


rule tabulate_sanity:
    input:
        correlations=list(SANITY_FILES),
        record=up_to_date("tabulate_sanity"),
    output:
        report(
            TABLE.format(table="faithfulness_sanity"),
            caption="../report/faithfulness_sanity_table.rst",
            category="Tables",
            labels={"table": "faithfulness_sanity"},
        ),
    log:
        f"{LOGS}/tabulate_sanity.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_sanity/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        names=list(SANITY_FILES.values()),
        code=code("tabulate_sanity"),
    script:
        "../scripts/tabulate_sanity.py"


rule draw_sanity:
    input:
        sanity=TABLE.format(table="faithfulness_sanity"),
        record=up_to_date("draw_sanity"),
    output:
        svg=report(
            f"{RESULTS}/figures/faithfulness_sanity.svg",
            caption="../report/faithfulness_sanity.rst",
            category="Faithfulness",
            labels={"figure": "faithfulness_sanity"},
        ),
        png=f"{RESULTS}/figures/faithfulness_sanity.png",
    log:
        f"{LOGS}/draw_sanity.log",
    benchmark:
        f"{BENCHMARKS}/draw_sanity/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        size=STUDY.figures.size,
        code=code("draw_sanity"),
    script:
        "../scripts/draw_sanity.py"
