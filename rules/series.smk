# Number series that a model continues: one job for all series of a system, so that the model is loaded
# once.
rule measure_series:
    input:
        manifest=lambda wildcards: manifest_of(wildcards.model, "trained"),
        record=up_to_date("measure_series"),
    output:
        **{table: FORECAST.replace("{table}", table) for table in FORECAST_TABLES},
    log:
        f"{LOGS}/measure_series/{{model}}/{{system}}.log",
    benchmark:
        f"{BENCHMARKS}/measure_series/{{model}}/{{system}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=minutes,
    params:
        system=lambda wildcards: wildcards.system,
        own=lambda wildcards: own_values(STUDY, wildcards.system),
        series=plain(STUDY.series, without={"models", "systems", "own"}) if STUDY.series else None,
        influence=plain(STUDY.influence, without=SAME_NUMBERS),
        recipe=lambda wildcards: recipe(wildcards.model),
        code=code("measure_series"),
    script:
        "../scripts/measure_series.py"


rule tabulate_series:
    input:
        measures=[FORECAST.format(**each.keys, table="measures") for each in FORECASTS],
        record=up_to_date("tabulate_series"),
    output:
        report(
            TABLE.format(table="series"),
            caption="../report/series_table.rst",
            category="Tables",
            labels={"table": "series"},
        ),
    log:
        f"{LOGS}/tabulate_series.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_series/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        forecasts=[each.keys for each in FORECASTS],
        code=code("tabulate_series"),
    script:
        "../scripts/tabulate_series.py"


rule draw_series:
    input:
        **{table: FORECAST.replace("{table}", table) for table in FORECAST_TABLES},
        record=up_to_date("draw_series"),
    output:
        svg=report(
            f"{RESULTS}/figures/series/{{model}}/{{system}}.svg",
            caption="../report/series.rst",
            category="Series",
            labels={"model": "{model}", "system": "{system}"},
        ),
        png=f"{RESULTS}/figures/series/{{model}}/{{system}}.png",
    log:
        f"{LOGS}/draw_series/{{model}}/{{system}}.log",
    benchmark:
        f"{BENCHMARKS}/draw_series/{{model}}/{{system}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        model=lambda wildcards: wildcards.model,
        system=lambda wildcards: wildcards.system,
        size=STUDY.figures.size,
        code=code("draw_series"),
    script:
        "../scripts/draw_series.py"
