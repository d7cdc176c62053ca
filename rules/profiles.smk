rule aggregate_profiles:
    input:
        influence=over_seeds(INFLUENCE),
        record=up_to_date("aggregate_profiles"),
    output:
        PROFILE,
    log:
        f"{LOGS}/aggregate_profiles/{ARM}/{{objective}}.log",
    benchmark:
        f"{BENCHMARKS}/aggregate_profiles/{ARM}/{{objective}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        objective=lambda wildcards: wildcards.objective,
        seeds=STUDY.seeds,
        skip_sources=STUDY.skip_sources,
        code=code("aggregate_profiles"),
    script:
        "../scripts/aggregate_profiles.py"
