# Prompts, shaded by what matters to a prediction.
rule explain_prompts:
    input:
        manifest=lambda wildcards: manifest_of(wildcards.model, "trained"),
        record=up_to_date("explain_prompts"),
    output:
        scopes_of_model("json"),
    log:
        f"{LOGS}/explain_prompts/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/explain_prompts/{{model}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: STUDY.influence.torch_threads
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=minutes,
    params:
        prompts=lambda wildcards: plain(STUDY.prompts)["texts"],
        methods=lambda wildcards: STUDY.prompts.methods,
        model=lambda wildcards: wildcards.model,
        influence=plain(STUDY.influence, without=SAME_NUMBERS),
        recipe=lambda wildcards: recipe(wildcards.model),
        code=code("explain_prompts"),
    script:
        "../scripts/explain_prompts.py"


rule draw_prompts:
    input:
        records=scopes_of_model("json"),
        record=up_to_date("draw_prompts"),
    output:
        html=report(scopes_of_model("html"), caption="../report/scopes.rst", category="Prompts"),
        svg=scopes_of_model("svg"),
        png=scopes_of_model("png"),
    log:
        f"{LOGS}/draw_prompts/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/draw_prompts/{{model}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        templates=TEMPLATES,
        size=STUDY.figures.size,
        code=code("draw_prompts"),
    script:
        "../scripts/draw_prompts.py"


rule tabulate_scopes:
    input:
        scope_files("json"),
        record=up_to_date("tabulate_scopes"),
    output:
        report(
            TABLE.format(table="scopes"),
            caption="../report/scopes_table.rst",
            category="Tables",
            labels={"table": "scopes"},
        ),
    log:
        f"{LOGS}/tabulate_scopes.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_scopes/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        number=len(scope_files("json")),
        code=code("tabulate_scopes"),
    script:
        "../scripts/tabulate_scopes.py"
