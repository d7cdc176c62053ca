rule prepare_model:
    input:
        lambda wildcards: f"{SOURCE}/manifest.json".format(
            source=model_source(wildcards.model, wildcards.checkpoint)
        ),
        record=up_to_date("prepare_model"),
    output:
        manifest=MANIFEST,
    log:
        f"{LOGS}/prepare_model/{{model}}/{{checkpoint}}.log",
    benchmark:
        f"{BENCHMARKS}/prepare_model/{{model}}/{{checkpoint}}.tsv"
    wildcard_constraints:
        model=any_of(name for name, model in STUDY.models.items() if model.source),
    conda:
        "../envs/token_influence.yaml"
    resources:
        mem_mb=memory,
        runtime=minutes,
    params:
        recipe=lambda wildcards: recipe(wildcards.model, wildcards.checkpoint),
        registered=lambda wildcards: {
            "context": STUDY.models[wildcards.model].context,
            "quantisation": STUDY.models[wildcards.model].quantisation,
            # The trained checkpoint must reach the bound, earlier checkpoints need not.
            "loss_bound": (
                STUDY.models[wildcards.model].loss_bound
                if wildcards.checkpoint == "trained"
                else None
            ),
            "facts": plain(STUDY.models[wildcards.model]).get("facts"),
        },
        code=code("prepare_model"),
    script:
        "../scripts/prepare_model.py"
