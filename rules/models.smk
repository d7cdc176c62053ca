rule prepare_model:
    input:
        lambda wildcards: f"{SOURCE}/manifest.json".format(
            source=STUDY.models[wildcards.model].source
        ),
    output:
        manifest=MANIFEST,
    log:
        "logs/prepare_model/{model}/{checkpoint}.log",
    benchmark:
        "logs/benchmarks/prepare_model/{model}/{checkpoint}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        recipe=lambda wildcards: recipe(wildcards.model, wildcards.checkpoint),
        registered=lambda wildcards: {
            "context": STUDY.models[wildcards.model].context,
            "quantisation": STUDY.models[wildcards.model].quantisation,
            "loss_bound": STUDY.models[wildcards.model].loss_bound,
        },
        code=code("prepare_model"),
    script:
        "../scripts/prepare_model.py"
