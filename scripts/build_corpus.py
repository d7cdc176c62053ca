"""Read one corpus from the files of its sources into documents of plain text."""

from _job import job, provenance

from token_influence.corpora.build import build_corpus, write_corpus
from token_influence.corpora.works import Work
from token_influence.files import read_json
from token_influence.sources.cache import ensure_source

with job(snakemake) as log:
    params = snakemake.params
    roots = [
        ensure_source(source, folder, read_json(manifest))
        for source, folder, manifest in zip(
            params.sources, params.folders, snakemake.input, strict=True
        )
    ]
    works = {place: Work(**work) for place, work in params.works.items()}
    corpus = build_corpus(params.reader, roots, works=works or None, **params.selection)
    log.write(f"{len(corpus)} documents, {sum(map(len, corpus['text']))} characters\n")
    write_corpus(corpus, snakemake.output[0], provenance(snakemake))
