# What the rules share: paths, wildcards and functions of wildcards.
import re
import shutil

from token_influence.config import (
    checkpoint_of,
    conventions_of,
    corpus_origin,
    earlier_seeds,
    own_values,
    plain,
    reads_begin_of_text,
    referenced,
    requested_mb,
    requested_minutes,
    source_at,
    spans,
    text_of,
    training_licence,
    windows_of,
)
from token_influence.errors import SourceError
from token_influence.orders import CONTROLS, ORDERS, PAIRED

# --- paths ----------------------------------------------------------------------------------
#
# An arm is one model, weights, corpus and order. Jobs depend on small manifests, by content. The files
# that a manifest lists are a verified cache, which is restored by the job that needs them: a clone with
# only the results runs nothing again.

ARM = "{model}/{weights}/{corpus}/{order}"
SOURCE = "resources/sources/{source}"
CORPUS = "resources/corpora/{corpus}.parquet"
MODEL = "resources/models/{model}/{checkpoint}"
MANIFEST = f"{MODEL}/manifest.json"
TRAINING = "resources/models/{model}/training.json"
UNIGRAM = f"{RESULTS}/windows/{{model}}/{{corpus}}/tokens.parquet"
WINDOWS = f"{RESULTS}/windows/{{model}}/{{corpus}}/{{order}}/seed{{seed}}.parquet"
INFLUENCE = f"{RESULTS}/influence/{ARM}/seed{{seed}}.parquet"
PREDICTIONS = f"{RESULTS}/predictions/{ARM}/seed{{seed}}.parquet"
PRECISION = f"{RESULTS}/precision/{ARM}/seed{{seed}}.json"
PROFILE = f"{RESULTS}/profiles/{ARM}/{{objective}}.parquet"
DECAY = f"{RESULTS}/decay/{ARM}/{{objective}}.json"
DIFFERENCES = (
    f"{RESULTS}/decay/{{model}}/{{weights}}/{{corpus}}/intact-{{control}}/{{objective}}.json"
)
OBJECTIVE_DIFFERENCES = f"{RESULTS}/decay/{ARM}/{{objective}}/{{other}}.json"
SENSITIVITY = f"{RESULTS}/sensitivity/{ARM}/{{objective}}.json"
MIXTURES = f"{RESULTS}/decay/{ARM}/mixtures/{{objective}}.json"
SOURCE_CLASSES = f"{RESULTS}/response/source_classes/{ARM}/{{objective}}.json"
SCORES = f"{RESULTS}/attribution/{{model}}/{{data}}/{{start}}/{{method}}/{{span}}.parquet"
JUDGED_BY = f"{RESULTS}/faithfulness/{{model}}/{{data}}/{{conventions}}/{{measure}}"
JUDGED = f"{JUDGED_BY}/{{method}}/{{span}}.parquet"
REFERENCE = f"{JUDGED_BY}/reference/{{span}}.parquet"
SANITY = f"{RESULTS}/faithfulness/{{model}}/{{data}}/sanity/{{method}}/{{span}}.parquet"
SPECTRUM = f"{RESULTS}/faithfulness/{{model}}/{{data}}/spectrum/{{span}}.parquet"
FORECAST = f"{RESULTS}/series/{{model}}/{{system}}/{{table}}.parquet"
SCOPE = f"{RESULTS}/scopes/{{model}}/{{prompt}}.{{kind}}"
RESPONSE = f"{RESULTS}/response/{ARM}/{{change}}/seed{{seed}}.parquet"
PERTURBATIONS = RESPONSE.replace("{change}", "perturbations")
INTERVENTIONS = RESPONSE.replace("{change}", "interventions")
EVERY_SOURCE = RESPONSE.replace("{change}", "sources")
TABLE = f"{RESULTS}/tables/{{table}}.csv"
METRICS = f"{RESULTS}/metrics.json"
FIGURE = f"{RESULTS}/figures/{{figure}}.{{kind}}"
# What one job measures: an arm and seed, or a part of it that is merged into the files above.
WINDOWS_PER_JOB = STUDY.influence.windows_per_job
PART = "seed{seed}" if WINDOWS_PER_JOB is None else "seed{seed}/{span}"
MEASURED = RESULTS if WINDOWS_PER_JOB is None else f"{RESULTS}/parts"
MEASURED_INFLUENCE = f"{MEASURED}/influence/{ARM}/{PART}.parquet"
MEASURED_PREDICTIONS = f"{MEASURED}/predictions/{ARM}/{PART}.parquet"
# The same for jobs that change inputs.
CHANGED_PER_JOB = STUDY.response.windows_per_job if STUDY.response else None
CHANGED_PART = "seed{seed}" if CHANGED_PER_JOB is None else "seed{seed}/{span}"
CHANGED = RESULTS if CHANGED_PER_JOB is None else f"{RESULTS}/parts"
MEASURED_RESPONSE = f"{CHANGED}/response/{ARM}/{{change}}/{CHANGED_PART}.parquet"
# Each study has logs of its own, since several studies have jobs of the same name.
LOGS = f"logs/{RESULTS}"
BENCHMARKS = f"{LOGS}/benchmarks"
ARM_LABELS = {key: f"{{{key}}}" for key in ("model", "weights", "corpus", "order")}


def any_of(names):
    """A regular expression for exactly these names; it matches nothing if there are none."""
    return "|".join(map(re.escape, map(str, names))) or "(?!)"


wildcard_constraints:
    source=any_of(SOURCES),
    model=any_of(STUDY.models),
    checkpoint=any_of(
        {
            checkpoint_of(STUDY, arm.model, weights)
            for arm in ARMS
            for weights in (arm.weights, "trained")
        }
        | {checkpoint_of(STUDY, each.model, "trained") for each in [*EXPLANATIONS, *FORECASTS]}
        | {checkpoint_of(STUDY, model, "trained") for model in PROMPTED}
    ),
    corpus=any_of(STUDY.corpora),
    weights=any_of({arm.weights for arm in ARMS}),
    order=any_of(ORDERS),
    control=any_of(PAIRED),
    objective=any_of({objective for arm in ARMS for objective in arm.objectives}),
    other=any_of({objective for arm in ARMS for objective in arm.objectives}),
    seed=any_of(STUDY.seeds),
    data=any_of({each.data for each in EXPLANATIONS}),
    conventions=any_of({each.conventions for each in EXPLANATIONS}),
    start="plain|begin-of-text",
    method=any_of({each.method for each in [*EXPLANATIONS, *SANITY_CHECKS]}),
    measure=any_of({each.measure for each in EXPLANATIONS}),
    change="perturbations|interventions|sources",
    span=r"\d+-\d+",
    system=any_of({each.system for each in FORECASTS}),


# The texts of a page's templates, a parameter: so a changed one makes the pages again, while a path would
# differ between clones.
TEMPLATES = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((Path(workflow.basedir) / "token_influence/page/templates").iterdir())
}
# A rule has outputs even where no target asks for them.
PROMPTS = list(STUDY.prompts.texts) if STUDY.prompts else ["none"]


def scopes_of_model(*kinds):
    """The files of all prompts of one model, in the order of the study; kinds: of files."""
    return expand(SCOPE, prompt=PROMPTS, kind=kinds, allow_missing=True)


def manifest_of(model, weights):
    """The manifest of the checkpoint that a model's weights need."""
    return MANIFEST.format(model=model, checkpoint=checkpoint_of(STUDY, model, weights))


def source_folder(source):
    """The folder for the files of a source that is fetched."""
    return f"{SOURCE.format(source=source)}/files"


def per_arm(pattern, over=ARMS, **fixed):
    """The paths of a pattern for all arms, and for all seeds and objectives that it names, each once."""
    paths = []
    for arm in over:
        values = {"seed": STUDY.seeds, "objective": arm.objectives} | fixed
        paths += expand(pattern, **arm.keys, **values)
    return list(dict.fromkeys(paths))


def over_seeds(pattern):
    """An input function: the paths of a pattern for all seeds, in the study's order."""
    return lambda wildcards: expand(pattern, seed=STUDY.seeds, **wildcards)


# Keys of the section `influence` that change how numbers are computed, but not the numbers.
SAME_NUMBERS = {"memory_mb", "windows_per_job"}


# --- functions of wildcards -----------------------------------------------------------------


def part(wildcards):
    """Which windows a job measures; None for all of an arm and seed."""
    if "span" not in wildcards.keys():
        return None
    first, last = map(int, wildcards.span.split("-"))
    return {"first": first, "last": last}


def measured_part(wildcards):
    """The part of a job that measures influence, and how many windows other jobs measure."""
    found = part(wildcards)
    return found and found | {"windows_per_job": WINDOWS_PER_JOB}


def parts_of(pattern, per_job, windows):
    """An input function: the paths of a pattern for all parts of an arm and seed, in their order.

    windows: a function of wildcards, which gives the number of windows.
    """

    def paths(wildcards):
        return expand(pattern, span=spans(range(windows(wildcards)), per_job), **wildcards)

    return paths


def measured_windows(wildcards):
    """The number of windows of a corpus in which influence is measured, for each seed."""
    return windows_of(STUDY, wildcards.corpus).per_seed


def changed_windows(wildcards):
    """The number of windows in which inputs are changed, for each seed."""
    every = wildcards.change == "sources"
    return (STUDY.response.every_source if every else STUDY.response).windows


def described_orders(over):
    """The words and the question of each order of these arms, for captions."""
    used = {arm.order for arm in over}
    return {
        name: {"words": order.words, "question": order.question}
        for name, order in ORDERS.items()
        if name in used
    }


def arm_objectives(wildcards):
    """The objectives that are measured on an arm."""
    return OBJECTIVES[wildcards.model, wildcards.weights, wildcards.corpus, wildcards.order]


def corpus_sources(wildcards):
    """The keys of the sources of a corpus."""
    return STUDY.corpora[wildcards.corpus].sources


def corpus_text(wildcards):
    """The file with the text of a corpus, which several corpora may share."""
    return CORPUS.format(corpus=text_of(STUDY, wildcards.corpus))


def unigram_of(wildcards):
    """The file with the counts of the tokens of a corpus, which several corpora may share."""
    return UNIGRAM.format(model=wildcards.model, corpus=text_of(STUDY, wildcards.corpus))


def local_content(wildcards):
    """The checksums of the files of a local source, whatever their dates; None for other sources."""
    path = SOURCES[wildcards.source].local
    try:
        return path and FINGERPRINTS.sha256_below(path)
    except SourceError as error:
        raise WorkflowError(str(error)) from None


def model_source(model, checkpoint):
    """The key of the source of a checkpoint."""
    return source_at(STUDY, STUDY.models[model].source, checkpoint)[0]


def training_of(corpus):
    """The training that holds out a corpus."""
    return STUDY.models[STUDY.corpora[corpus].held_out.model].training


def recipe(model, weights="trained"):
    """How the checkpoint for a model's weights is made: the arguments of `Recipe` in the library."""
    entry = STUDY.models[model]
    folder = MODEL.format(model=model, checkpoint=checkpoint_of(STUDY, model, weights))
    if entry.training:
        return {"source": {"training": model}, "source_folder": "", "gguf": None, "folder": folder}
    name, source = source_at(STUDY, entry.source, weights)
    return {
        "source": plain(source),
        "source_folder": source_folder(name),
        "gguf": entry.gguf,
        "folder": folder if entry.gguf else source.local or source_folder(name),
    }


def passages_source(wildcards):
    """The key of the source of a data set of passages."""
    return STUDY.faithfulness.data[wildcards.data].source


def passages_manifest(wildcards):
    """The manifest of that source."""
    return f"{SOURCE}/manifest.json".format(source=passages_source(wildcards))


def passages(wildcards):
    """Which passages a job reads, and how: the arguments of `read_passages` in the library."""
    first, last = map(int, wildcards.span.split("-"))
    reader = STUDY.faithfulness.data[wildcards.data].reader
    return {"reader": reader, "first": first, "number": last - first + 1}


def scores_of(wildcards):
    """The scores that are judged under the conventions of a job."""
    begun = reads_begin_of_text(STUDY, wildcards.conventions)
    return SCORES.format(**dict(wildcards), start="begin-of-text" if begun else "plain")


def reference_of(wildcards):
    """What a measure compares all methods with; nothing for most measures."""
    return REFERENCE.format(**wildcards) if referenced(wildcards.measure) else []


def response_keys(*names):
    """The named keys of the section `response`, as a job's parameter; None without the section."""
    section = plain(STUDY.response) if STUDY.response else {}
    return {name: section[name] for name in names} if section else None


def gpus(wildcards):
    """The number of GPUs that a job uses, 0 or 1; found without importing torch."""
    device = STUDY.influence.device
    return int(device in ("cuda", "mps") or (device == "auto" and bool(shutil.which("nvidia-smi"))))


# --- what a job asks of a cluster -----------------------------------------------------------
#
# On one machine these limit nothing, except that one job uses the GPU at a time (profiles/default).


def memory(wildcards, attempt):
    """Megabytes of a job that reads a model; a further attempt asks for a multiple."""
    return attempt * requested_mb(STUDY, wildcards.model)


def memory_of_two(wildcards, attempt):
    """Megabytes of a job that reads a model with two sets of weights."""
    return 2 * memory(wildcards, attempt)


def minutes(wildcards, attempt, most=None):
    """Minutes of a job that reads a model, at `most` so many windows of an arm and seed.

    A further attempt asks for a multiple.
    """
    corpus, gpu = wildcards.get("corpus"), bool(gpus(wildcards))
    return attempt * requested_minutes(STUDY, wildcards.model, corpus, MOST_OBJECTIVES, gpu, most)


def minutes_of_part(wildcards, attempt):
    """Minutes of a job that measures a part."""
    return minutes(wildcards, attempt, WINDOWS_PER_JOB)


MOST_OBJECTIVES = max((len(arm.objectives) for arm in ARMS), default=1)
