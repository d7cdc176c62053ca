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


rule count_tokens:
    input:
        corpus=CORPUS,
        manifest=lambda wildcards: manifest_of(wildcards.model, "trained"),
        record=up_to_date("count_tokens"),
    output:
        UNIGRAM,
    log:
        f"{LOGS}/count_tokens/{{model}}/{{corpus}}.log",
    benchmark:
        f"{BENCHMARKS}/count_tokens/{{model}}/{{corpus}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        recipe=lambda wildcards: recipe(wildcards.model),
        code=code("count_tokens"),
    script:
        "../scripts/count_tokens.py"


rule reorder_windows:
    input:
        intact=WINDOWS.replace("{order}", "intact"),
        unigram=lambda wildcards: unigram_of(wildcards) if wildcards.order == "unigram" else [],
        record=up_to_date("reorder_windows"),
    output:
        WINDOWS,
    log:
        f"{LOGS}/reorder_windows/{{model}}/{{corpus}}/{{order}}/seed{{seed}}.log",
    benchmark:
        f"{BENCHMARKS}/reorder_windows/{{model}}/{{corpus}}/{{order}}/seed{{seed}}.tsv"
    wildcard_constraints:
        order=any_of(CONTROLS),
    conda:
        "../envs/token_influence.yaml"
    params:
        order=lambda wildcards: wildcards.order,
        text=lambda wildcards: text_of(STUDY, wildcards.corpus),
        seed=lambda wildcards: int(wildcards.seed),
        code=code("reorder_windows"),
    script:
        "../scripts/reorder_windows.py"
