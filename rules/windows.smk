rule draw_windows:
    input:
        corpus=CORPUS,
        manifest=MANIFEST,
    output:
        WINDOWS.replace("{order}", "intact"),
    log:
        "logs/draw_windows/{model}/{corpus}/seed{seed}.log",
    benchmark:
        "logs/benchmarks/draw_windows/{model}/{corpus}/seed{seed}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        windows=plain(STUDY.windows),
        seed=seed_number,
        earlier_seeds=earlier_seeds,
        recipe=recipe,
        code=code("draw_windows"),
    script:
        "../scripts/draw_windows.py"


rule shuffle_windows:
    input:
        intact=WINDOWS.replace("{order}", "intact"),
    output:
        WINDOWS.replace("{order}", "shuffled"),
    log:
        "logs/shuffle_windows/{model}/{corpus}/seed{seed}.log",
    benchmark:
        "logs/benchmarks/shuffle_windows/{model}/{corpus}/seed{seed}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        seed=seed_number,
        code=code("shuffle_windows"),
    script:
        "../scripts/shuffle_windows.py"
