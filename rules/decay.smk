rule fit_decay:
    input:
        influence=over_seeds(INFLUENCE),
        windows=over_seeds(WINDOWS),
        record=up_to_date("fit_decay"),
    output:
        DECAY,
    log:
        f"{LOGS}/fit_decay/{ARM}/{{objective}}.log",
    benchmark:
        f"{BENCHMARKS}/fit_decay/{ARM}/{{objective}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        arm=lambda wildcards: dict(wildcards),
        seeds=STUDY.seeds,
        skip_sources=STUDY.skip_sources,
        decay=plain(STUDY.decay),
        code=code("fit_decay"),
    script:
        "../scripts/fit_decay.py"


rule compare_controls:
    input:
        intact=over_seeds(INFLUENCE.replace("{order}", "intact")),
        control=over_seeds(INFLUENCE.replace("{order}", "{control}")),
        windows=over_seeds(WINDOWS.replace("{order}", "intact")),
        record=up_to_date("compare_controls"),
    output:
        DIFFERENCES,
    log:
        f"{LOGS}/compare_controls/{{model}}/{{weights}}/{{corpus}}/{{control}}/{{objective}}.log",
    benchmark:
        f"{BENCHMARKS}/compare_controls/{{model}}/{{weights}}/{{corpus}}/{{control}}/{{objective}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        arm=lambda wildcards: dict(wildcards),
        seeds=STUDY.seeds,
        skip_sources=STUDY.skip_sources,
        decay=plain(STUDY.decay),
        code=code("compare_controls"),
    script:
        "../scripts/compare_controls.py"


# Does the decay depend on what is explained? An arm's first objective against each of its others.
rule compare_objectives:
    input:
        influence=over_seeds(INFLUENCE),
        windows=over_seeds(WINDOWS),
        record=up_to_date("compare_objectives"),
    output:
        OBJECTIVE_DIFFERENCES,
    log:
        f"{LOGS}/compare_objectives/{ARM}/{{objective}}/{{other}}.log",
    benchmark:
        f"{BENCHMARKS}/compare_objectives/{ARM}/{{objective}}/{{other}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        arm=lambda wildcards: dict(wildcards),
        seeds=STUDY.seeds,
        skip_sources=STUDY.skip_sources,
        decay=plain(STUDY.decay),
        code=code("compare_objectives"),
    script:
        "../scripts/compare_objectives.py"


# How the fits depend on the choices of the analysis: all of it from what is measured anyway.
rule fit_sensitivity:
    input:
        influence=over_seeds(INFLUENCE),
        windows=over_seeds(WINDOWS),
        decay=DECAY,
        record=up_to_date("fit_sensitivity"),
    output:
        SENSITIVITY,
    log:
        f"{LOGS}/fit_sensitivity/{ARM}/{{objective}}.log",
    benchmark:
        f"{BENCHMARKS}/fit_sensitivity/{ARM}/{{objective}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        arm=lambda wildcards: dict(wildcards),
        seeds=STUDY.seeds,
        skip_sources=STUDY.skip_sources,
        headline=plain(STUDY.headline),
        decay={key: plain(STUDY.decay)[key] for key in ("scale", "weighting", "bootstrap")},
        code=code("fit_sensitivity"),
    script:
        "../scripts/fit_sensitivity.py"


rule compare_mixtures:
    input:
        influence=over_seeds(INFLUENCE),
        windows=over_seeds(WINDOWS),
        decay=DECAY,
        record=up_to_date("compare_mixtures"),
    output:
        MIXTURES,
    log:
        f"{LOGS}/compare_mixtures/{ARM}/{{objective}}.log",
    benchmark:
        f"{BENCHMARKS}/compare_mixtures/{ARM}/{{objective}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        arm=lambda wildcards: dict(wildcards),
        seeds=STUDY.seeds,
        headline=plain(STUDY.headline),
        bootstrap=plain(STUDY.decay.bootstrap),
        code=code("compare_mixtures"),
    script:
        "../scripts/compare_mixtures.py"
