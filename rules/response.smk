# How predictions respond when their inputs are changed (the section `response`).
rule response:
    input:
        TARGETS["response"],


rule measure_perturbations:
    input:
        windows=WINDOWS,
        manifest=lambda wildcards: manifest_of(wildcards.model, wildcards.weights),
        record=up_to_date("measure_perturbations"),
    output:
        MEASURED_RESPONSE.replace("{change}", "perturbations"),
    log:
        f"{LOGS}/measure_perturbations/{ARM}/{CHANGED_PART}.log",
    benchmark:
        f"{BENCHMARKS}/measure_perturbations/{ARM}/{CHANGED_PART}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=minutes,
    params:
        weights=lambda wildcards: wildcards.weights,
        seed=lambda wildcards: int(wildcards.seed),
        part=part,
        steps=response_keys(
            "windows", "predictions", "distances", "epsilons", "directions", "probes"
        ),
        # Changes of inputs are measured in float32, whatever gradients are.
        influence=plain(STUDY.influence, without=SAME_NUMBERS | {"dtype", "precision"}),
        recipe=lambda wildcards: recipe(wildcards.model, wildcards.weights),
        code=code("measure_perturbations"),
    script:
        "../scripts/measure_perturbations.py"


rule measure_interventions:
    input:
        windows=WINDOWS,
        tokens=lambda wildcards: expand(
            WINDOWS,
            model=wildcards.model,
            corpus=wildcards.corpus,
            order="intact",
            seed=STUDY.seeds,
        ),
        manifest=lambda wildcards: manifest_of(wildcards.model, wildcards.weights),
        record=up_to_date("measure_interventions"),
    output:
        MEASURED_RESPONSE.replace("{change}", "interventions"),
    log:
        f"{LOGS}/measure_interventions/{ARM}/{CHANGED_PART}.log",
    benchmark:
        f"{BENCHMARKS}/measure_interventions/{ARM}/{CHANGED_PART}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=minutes,
    params:
        weights=lambda wildcards: wildcards.weights,
        seed=lambda wildcards: int(wildcards.seed),
        part=part,
        interventions=response_keys("windows", "predictions", "distances", "interventions"),
        # Changes of inputs are measured in float32, whatever gradients are.
        influence=plain(STUDY.influence, without=SAME_NUMBERS | {"dtype", "precision"}),
        recipe=lambda wildcards: recipe(wildcards.model, wildcards.weights),
        code=code("measure_interventions"),
    script:
        "../scripts/measure_interventions.py"


rule measure_sources:
    input:
        windows=WINDOWS,
        manifest=lambda wildcards: manifest_of(wildcards.model, wildcards.weights),
        record=up_to_date("measure_sources"),
    output:
        MEASURED_RESPONSE.replace("{change}", "sources"),
    log:
        f"{LOGS}/measure_sources/{ARM}/{CHANGED_PART}.log",
    benchmark:
        f"{BENCHMARKS}/measure_sources/{ARM}/{CHANGED_PART}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=minutes,
    params:
        weights=lambda wildcards: wildcards.weights,
        seed=lambda wildcards: int(wildcards.seed),
        part=part,
        every_source=plain(STUDY.response.every_source) if ABLATED_ARMS else None,
        # Changes of inputs are measured in float32, whatever gradients are.
        influence=plain(STUDY.influence, without=SAME_NUMBERS | {"dtype", "precision"}),
        recipe=lambda wildcards: recipe(wildcards.model, wildcards.weights),
        code=code("measure_sources"),
    script:
        "../scripts/measure_sources.py"


if CHANGED_PER_JOB is not None:

    rule merge_response:
        input:
            parts_of(MEASURED_RESPONSE, CHANGED_PER_JOB, changed_windows),
            record=up_to_date("merge_response"),
        output:
            RESPONSE,
        log:
            f"{LOGS}/merge_response/{ARM}/{{change}}/seed{{seed}}.log",
        benchmark:
            f"{BENCHMARKS}/merge_response/{ARM}/{{change}}/seed{{seed}}.tsv"
        conda:
            "../envs/token_influence.yaml"
        params:
            code=code("merge_response"),
        script:
            "../scripts/merge_response.py"


rule tabulate_response:
    input:
        perturbations=per_arm(PERTURBATIONS, RESPONSE_ARMS, seed=RESPONSE_SEEDS),
        interventions=per_arm(INTERVENTIONS, RESPONSE_ARMS, seed=RESPONSE_SEEDS),
        record=up_to_date("tabulate_response"),
    output:
        errors=report(
            TABLE.format(table="response"),
            caption="../report/response_table.rst",
            category="Response",
            labels={"table": "response"},
        ),
        radius=report(
            TABLE.format(table="response_radius"),
            caption="../report/response_radius_table.rst",
            category="Response",
            labels={"table": "response_radius"},
        ),
        effects=report(
            TABLE.format(table="response_effects"),
            caption="../report/response_effects_table.rst",
            category="Response",
            labels={"table": "response_effects"},
        ),
        fits=report(
            TABLE.format(table="response_fits"),
            caption="../report/response_fits_table.rst",
            category="Response",
            labels={"table": "response_fits"},
        ),
        verdicts=report(
            TABLE.format(table="response_verdicts"),
            caption="../report/response_verdicts_table.rst",
            category="Response",
            labels={"table": "response_verdicts"},
        ),
    log:
        f"{LOGS}/tabulate_response.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_response/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        measured=[arm.keys | {"seed": seed} for arm in RESPONSE_ARMS for seed in RESPONSE_SEEDS],
        families=STUDY.decay.families,
        scale=STUDY.decay.scale,
        bootstrap=plain(STUDY.decay.bootstrap),
        code=code("tabulate_response"),
    script:
        "../scripts/tabulate_response.py"


rule tabulate_agreement:
    input:
        per_arm(EVERY_SOURCE, ABLATED_ARMS, seed=RESPONSE_SEEDS),
        record=up_to_date("tabulate_agreement"),
    output:
        report(
            TABLE.format(table="response_agreement"),
            caption="../report/response_agreement_table.rst",
            category="Response",
            labels={"table": "response_agreement"},
        ),
    log:
        f"{LOGS}/tabulate_agreement.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_agreement/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        measured=[arm.keys | {"seed": seed} for arm in ABLATED_ARMS for seed in RESPONSE_SEEDS],
        bootstrap=plain(STUDY.decay.bootstrap),
        code=code("tabulate_agreement"),
    script:
        "../scripts/tabulate_agreement.py"


rule draw_response:
    input:
        errors=TABLE.format(table="response"),
        radius=TABLE.format(table="response_radius"),
        effects=TABLE.format(table="response_effects"),
        fits=TABLE.format(table="response_fits"),
        record=up_to_date("draw_response"),
    output:
        linearity_svg=report(
            f"{RESULTS}/figures/response/linearity.svg",
            caption="../report/response_linearity.rst",
            category="Response",
            labels={"figure": "linearity"},
        ),
        linearity_png=f"{RESULTS}/figures/response/linearity.png",
        interventions_svg=report(
            f"{RESULTS}/figures/response/interventions.svg",
            caption="../report/response_interventions.rst",
            category="Response",
            labels={"figure": "interventions"},
        ),
        interventions_png=f"{RESULTS}/figures/response/interventions.png",
    log:
        f"{LOGS}/draw_response.log",
    benchmark:
        f"{BENCHMARKS}/draw_response/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        size=STUDY.figures.size,
        code=code("draw_response"),
    script:
        "../scripts/draw_response.py"
