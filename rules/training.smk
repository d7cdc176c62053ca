rule train_model:
    input:
        corpora=lambda wildcards: expand(
            CORPUS, corpus=STUDY.models[wildcards.model].training.corpora
        ),
        record=up_to_date("train_model"),
    output:
        TRAINING,
    log:
        f"{LOGS}/train_model/{{model}}.log",
    benchmark:
        f"{BENCHMARKS}/train_model/{{model}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    threads: lambda wildcards: STUDY.models[wildcards.model].training.torch_threads
    resources:
        mem_mb=memory,
        runtime=minutes,
    params:
        training=lambda wildcards: plain(STUDY.models[wildcards.model].training),
        context=lambda wildcards: STUDY.models[wildcards.model].context,
        folder=lambda wildcards: str(Path(TRAINING.format(model=wildcards.model)).parent),
        code=code("train_model"),
    script:
        "../scripts/train_model.py"


# The checkpoints of a training become models like all others, each known by its manifest.
rule register_checkpoint:
    input:
        TRAINING,
        record=up_to_date("register_checkpoint"),
    output:
        manifest=MANIFEST,
    log:
        f"{LOGS}/register_checkpoint/{{model}}/{{checkpoint}}.log",
    benchmark:
        f"{BENCHMARKS}/register_checkpoint/{{model}}/{{checkpoint}}.tsv"
    wildcard_constraints:
        model=any_of(name for name, model in STUDY.models.items() if model.training),
    conda:
        "../envs/token_influence.yaml"
    resources:
        mem_mb=memory,
        runtime=minutes,
    params:
        model=lambda wildcards: wildcards.model,
        checkpoint=lambda wildcards: wildcards.checkpoint,
        licence=lambda wildcards: training_licence(STUDY, wildcards.model),
        quantisation=lambda wildcards: STUDY.models[wildcards.model].quantisation,
        code=code("register_checkpoint"),
    script:
        "../scripts/register_checkpoint.py"
