rule draw_windows:
    input:
        corpus=corpus_text,
        manifest=lambda wildcards: manifest_of(wildcards.model, "trained"),
        record=up_to_date("draw_windows"),
    output:
        WINDOWS.replace("{order}", "intact"),
    log:
        f"{LOGS}/draw_windows/{{model}}/{{corpus}}/seed{{seed}}.log",
    benchmark:
        f"{BENCHMARKS}/draw_windows/{{model}}/{{corpus}}/seed{{seed}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        windows=lambda wildcards: plain(
            windows_of(STUDY, wildcards.corpus), without={"begin_of_text"}
        ),
        begin_of_text=lambda wildcards: windows_of(STUDY, wildcards.corpus).begin_of_text,
        text=lambda wildcards: text_of(STUDY, wildcards.corpus),
        seed=lambda wildcards: int(wildcards.seed),
        earlier_seeds=lambda wildcards: earlier_seeds(STUDY, int(wildcards.seed)),
        recipe=lambda wildcards: recipe(wildcards.model),
        code=code("draw_windows"),
    script:
        "../scripts/draw_windows.py"


rule shuffle_windows:
    input:
        intact=WINDOWS.replace("{order}", "intact"),
        record=up_to_date("shuffle_windows"),
    output:
        WINDOWS.replace("{order}", "shuffled"),
    log:
        f"{LOGS}/shuffle_windows/{{model}}/{{corpus}}/seed{{seed}}.log",
    benchmark:
        f"{BENCHMARKS}/shuffle_windows/{{model}}/{{corpus}}/seed{{seed}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        text=lambda wildcards: text_of(STUDY, wildcards.corpus),
        seed=lambda wildcards: int(wildcards.seed),
        code=code("shuffle_windows"),
    script:
        "../scripts/shuffle_windows.py"
