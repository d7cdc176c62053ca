rule build_corpus:
    input:
        lambda wildcards: expand(f"{SOURCE}/manifest.json", source=corpus_sources(wildcards)),
        record=up_to_date("build_corpus"),
    output:
        CORPUS,
    log:
        f"{LOGS}/build_corpus/{{corpus}}.log",
    benchmark:
        f"{BENCHMARKS}/build_corpus/{{corpus}}.tsv"
    wildcard_constraints:
        corpus=any_of(name for name, corpus in STUDY.corpora.items() if not corpus.held_out),
    conda:
        "../envs/token_influence.yaml"
    params:
        reader=lambda wildcards: STUDY.corpora[wildcards.corpus].reader,
        selection=lambda wildcards: STUDY.corpora[wildcards.corpus].model_dump(
            include={"min_characters", "documents"}, exclude_none=True
        ),
        works=lambda wildcards: {
            f"corpora.{wildcards.corpus}.works[{index}]": plain(work)
            for index, work in enumerate(STUDY.corpora[wildcards.corpus].works)
        },
        sources=lambda wildcards: [plain(STUDY.sources[s]) for s in corpus_sources(wildcards)],
        folders=lambda wildcards: list(map(source_folder, corpus_sources(wildcards))),
        code=code("build_corpus"),
    script:
        "../scripts/build_corpus.py"


rule hold_out_documents:
    input:
        lambda wildcards: CORPUS.format(corpus=STUDY.corpora[wildcards.corpus].held_out.corpus),
        record=up_to_date("hold_out_documents"),
    output:
        CORPUS,
    log:
        f"{LOGS}/hold_out_documents/{{corpus}}.log",
    benchmark:
        f"{BENCHMARKS}/hold_out_documents/{{corpus}}.tsv"
    wildcard_constraints:
        corpus=any_of(name for name, corpus in STUDY.corpora.items() if corpus.held_out),
    conda:
        "../envs/token_influence.yaml"
    params:
        corpus=lambda wildcards: STUDY.corpora[wildcards.corpus].held_out.corpus,
        share=lambda wildcards: training_of(wildcards.corpus).held_out.share,
        seed=lambda wildcards: training_of(wildcards.corpus).seed,
        code=code("hold_out_documents"),
    script:
        "../scripts/hold_out_documents.py"
