rule build_corpus:
    input:
        lambda wildcards: expand(f"{SOURCE}/manifest.json", source=corpus_sources(wildcards)),
    output:
        CORPUS,
    log:
        "logs/build_corpus/{corpus}.log",
    benchmark:
        "logs/benchmarks/build_corpus/{corpus}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        reader=lambda wildcards: STUDY.corpora[wildcards.corpus].reader,
        selection=lambda wildcards: STUDY.corpora[wildcards.corpus].model_dump(
            include={"min_characters", "documents"}, exclude_none=True
        ),
        sources=lambda wildcards: [plain(STUDY.sources[s]) for s in corpus_sources(wildcards)],
        folders=lambda wildcards: list(map(source_folder, corpus_sources(wildcards))),
        code=code("build_corpus"),
    script:
        "../scripts/build_corpus.py"
