# Faster arithmetic is compared with float32 first, on some windows of each arm.
rule check_precision:
    input:
        windows=WINDOWS,
        manifest=lambda wildcards: manifest_of(wildcards.model, wildcards.weights),
        record=up_to_date("check_precision"),
    output:
        PRECISION,
    log:
        f"{LOGS}/check_precision/{ARM}/seed{{seed}}.log",
    benchmark:
        f"{BENCHMARKS}/check_precision/{ARM}/seed{{seed}}.tsv"
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
        objectives=arm_objectives,
        influence=plain(STUDY.influence, without=SAME_NUMBERS),
        recipe=lambda wildcards: recipe(wildcards.model, wildcards.weights),
        code=code("check_precision"),
    script:
        "../scripts/check_precision.py"


rule measure_influence:
    input:
        windows=WINDOWS,
        manifest=lambda wildcards: manifest_of(wildcards.model, wildcards.weights),
        precision=[] if STUDY.influence.dtype == "float32" else PRECISION,
        record=up_to_date("measure_influence"),
    output:
        influence=MEASURED_INFLUENCE,
        predictions=MEASURED_PREDICTIONS,
    log:
        f"{LOGS}/measure_influence/{ARM}/{PART}.log",
    benchmark:
        f"{BENCHMARKS}/measure_influence/{ARM}/{PART}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=minutes_of_part,
    params:
        weights=lambda wildcards: wildcards.weights,
        seed=lambda wildcards: int(wildcards.seed),
        objectives=arm_objectives,
        part=measured_part,
        influence=plain(STUDY.influence, without=SAME_NUMBERS),
        recipe=lambda wildcards: recipe(wildcards.model, wildcards.weights),
        code=code("measure_influence"),
    script:
        "../scripts/measure_influence.py"


if WINDOWS_PER_JOB is not None:

    rule merge_influence:
        input:
            influence=parts_of(MEASURED_INFLUENCE, WINDOWS_PER_JOB, measured_windows),
            predictions=parts_of(MEASURED_PREDICTIONS, WINDOWS_PER_JOB, measured_windows),
            record=up_to_date("merge_influence"),
        output:
            influence=INFLUENCE,
            predictions=PREDICTIONS,
        log:
            f"{LOGS}/merge_influence/{ARM}/seed{{seed}}.log",
        benchmark:
            f"{BENCHMARKS}/merge_influence/{ARM}/seed{{seed}}.tsv"
        conda:
            "../envs/token_influence.yaml"
        params:
            code=code("merge_influence"),
        script:
            "../scripts/merge_influence.py"
