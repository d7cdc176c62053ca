rule fetch_source:
    input:
        record=up_to_date("fetch_source"),
    output:
        manifest=f"{SOURCE}/manifest.json",
    log:
        f"{LOGS}/fetch_source/{{source}}.log",
    benchmark:
        f"{BENCHMARKS}/fetch_source/{{source}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        source=lambda wildcards: plain(SOURCES[wildcards.source]),
        folder=lambda wildcards: source_folder(wildcards.source),
        content=local_content,
        code=code("fetch_source"),
    script:
        "../scripts/fetch_source.py"
