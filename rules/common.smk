# What every stage shares: the checked study, paths, wildcard constraints, targets, code identity.
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from snakemake.exceptions import WorkflowError

import token_influence
from token_influence.config import (
    arms,
    check_results,
    left_out,
    load_study,
    source_at,
    sources_of_model,
    text_of,
    windows_of,
)
from token_influence.errors import CodeError
from token_influence.provenance.code import code_identity
from token_influence.provenance.fingerprints import Fingerprints, files_below
from token_influence.provenance.changes import difference

# Jobs import the installed library, but what is planned and hashed is this one.
if not Path(token_influence.__file__).parent.samefile(Path(workflow.basedir) / "token_influence"):
    raise WorkflowError(
        f"The library that is installed is {Path(token_influence.__file__).parent}, not the one of this "
        "checkout: run `pip install -e .` in it."
    )

STUDY = checked(load_study, config)
if workflow.is_main_process:
    checked(check_results, STUDY, other_results(), Path.cwd())

# Where the config says of a source that it is local: maybe in short, in the entry that reads it.
LOCAL_AT = {name: f"sources.{name}" for name in STUDY.sources} | {
    name: f"{section}.{name}"
    for section in ("models", "corpora")
    for name, entry in config[section].items()
    if "local" in entry
}

# Captions read the config: let them find every choice there, the defaults too.
config.update(STUDY.model_dump(mode="json", exclude_none=True))
for name in STUDY.corpora:
    config["corpora"][name]["windows"] = windows_of(STUDY, name).model_dump()

ARMS = arms(STUDY)
LEFT_OUT = left_out(STUDY)
if workflow.is_main_process:  # else each job would say it again
    for name, number in LEFT_OUT.items():
        print(
            f"Left out: the arms ({number}) that need the source {name}, whose terms are not "
            f"accepted. To accept them, read {STUDY.sources[name].terms} and add {name} to "
            "accept_terms in the config.",
            file=sys.stderr,
        )
STEPS = [arm for arm in ARMS if arm.weights.startswith("step")]
PAIRS = list(dict.fromkeys((arm.model, arm.corpus) for arm in ARMS))
MODELS = list(dict.fromkeys(model for model, _ in PAIRS))
TRAINED = [model for model in MODELS if STUDY.models[model].training]
CORPORA = list(dict.fromkeys(corpus for _, corpus in PAIRS))
SCRIPTS = Path(workflow.basedir) / "scripts"
STARTED = time.time()
RESULTS = STUDY.results

# Every source that may be fetched, and the revisions of a repo that arms name as their weights.
SOURCES = {
    name: source
    for name, source in STUDY.sources.items()
    if source.terms is None or name in STUDY.accept_terms
}
SOURCES |= dict(
    source_at(STUDY, source, arm.weights)
    for arm in ARMS
    if (source := STUDY.models[arm.model].source)
)

# Paths. An arm is one model, weights, corpus and order.
ARM = "{model}/{weights}/{corpus}/{order}"
SOURCE = "resources/sources/{source}"
CORPUS = "resources/corpora/{corpus}.parquet"
MODEL = "resources/models/{model}/{checkpoint}"
MANIFEST = f"{MODEL}/manifest.json"
WINDOWS = f"{RESULTS}/windows/{{model}}/{{corpus}}/{{order}}/seed{{seed}}.parquet"
INFLUENCE = f"{RESULTS}/influence/{ARM}/seed{{seed}}.parquet"
PREDICTIONS = f"{RESULTS}/predictions/{ARM}/seed{{seed}}.parquet"
PRECISION = f"{RESULTS}/precision/{ARM}/seed{{seed}}.json"
PROFILE = f"{RESULTS}/profiles/{ARM}/{{objective}}.parquet"
DECAY = f"{RESULTS}/decay/{ARM}/{{objective}}.json"
TRAINING = "resources/models/{model}/training.json"
DIFFERENCES = f"{RESULTS}/decay/{{model}}/{{weights}}/{{corpus}}/intact-shuffled/{{objective}}.json"
TABLE = f"{RESULTS}/tables/{{table}}.csv"
METRICS = f"{RESULTS}/metrics.json"
ARM_LABELS = {key: f"{{{key}}}" for key in ("model", "weights", "corpus", "order")}
FIGURE = f"{RESULTS}/figures/{{figure}}.{{kind}}"


def checkpoint_of(model, weights):
    """The checkpoint behind a model's weights: random ones take the architecture of the trained."""
    training = STUDY.models[model].training
    trained = f"step{training.checkpoints[-1]}" if training else "trained"
    return trained if weights in ("trained", "random") else weights


def manifest_of(model, weights):
    """The manifest of the checkpoint behind a model's weights."""
    return MANIFEST.format(model=model, checkpoint=checkpoint_of(model, weights))


def any_of(names):
    """A regular expression for exactly these names; for none of them, one that never matches."""
    return "|".join(map(re.escape, map(str, names))) or "(?!)"


wildcard_constraints:
    source=any_of(SOURCES),
    model=any_of(STUDY.models),
    checkpoint=any_of(
        {checkpoint_of(arm.model, weights) for arm in ARMS for weights in (arm.weights, "trained")}
    ),
    corpus=any_of(STUDY.corpora),
    weights=any_of({arm.weights for arm in ARMS}),
    order="intact|shuffled",
    objective=any_of({objective for arm in ARMS for objective in arm.objectives}),
    seed=any_of(STUDY.seeds),


# --- what determines a result ---------------------------------------------------------------

FINGERPRINTS = Fingerprints(".snakemake/fingerprints.json")
CHECKED = []  # outputs whose records were compared
DIFFERENT = []  # those of them that are made again
SHOWN = 5


def code(rule):
    """A parameter: what the rule's script does with all that it imports (config/code.py)."""
    try:
        return code_identity(SCRIPTS / f"{rule}.py")
    except CodeError as error:
        raise WorkflowError(str(error)) from None


def up_to_date(rule):
    """An input function that names no file: it has a job run again whose outputs are not what config,
    code and inputs give now.

    Their records tell (token_influence/provenance/records.py), also where Snakemake remembers nothing of the job.
    """

    def check(wildcards):
        if workflow.is_main_process:  # else the job was decided on already
            job = workflow.get_rule(rule)
            outputs = [str(path.apply_wildcards(wildcards)) for path in job.output]
            params = {
                name: value(wildcards) if callable(value) else value
                for name, value in job.params.items()
            }
            inputs = [
                path
                for item in job.input
                if item is not check
                for path in named(item(wildcards) if callable(item) else item, wildcards)
            ]
            for path in outputs:
                compare(path, params, inputs)
        return []

    return check


def named(item, wildcards):
    """The paths that an item of a rule's input names."""
    return expand(item, **wildcards) if isinstance(item, str) else list(item)


def compare(path, params, inputs):
    """Have the job of `path` run again, and say why, where its record differs."""
    CHECKED.append(path)
    if Path(path).is_dir():
        raise WorkflowError(f"{path} is a folder, but a result belongs there: move it away.")
    why = difference(path, params, inputs, FINGERPRINTS)
    if why is None:
        return
    workflow.dag.forcefiles.add(path)  # as --forcerun does
    DIFFERENT.append(path)
    if len(DIFFERENT) <= SHOWN:
        print(f"Made again: {path} {why}.", file=sys.stderr)
    elif len(DIFFERENT) == SHOWN + 1:
        print("Made again: further results, see the jobs.", file=sys.stderr)


def remember():
    """Save the checksums of what was read and of what was made, so that planning need not read it."""
    for path in filter(os.path.isfile, CHECKED):
        FINGERPRINTS.sha256(path)
    FINGERPRINTS.save()


# --- sources, corpora, models ---------------------------------------------------------------
#
# Jobs depend on small manifests, by content. The files behind a manifest are a verified cache that
# the job which needs them restores, so that a clone with only results re-runs nothing.


def plain(section, without=None):
    """A section of the configuration as plain data, without the keys left out."""
    return section.model_dump(mode="json", exclude_none=True, exclude=without)


def source_folder(source):
    """Where the files of a source lie, if it has to be fetched."""
    return f"{SOURCE.format(source=source)}/files"


def local_content(wildcards):
    """The content of a source of kind `local`, whatever its dates; None for other kinds."""
    path = SOURCES[wildcards.source].local
    return path and {str(file): FINGERPRINTS.sha256(file) for file in files_below(path)}


def corpus_sources(wildcards):
    return STUDY.corpora[wildcards.corpus].sources


def corpus_text(wildcards):
    """The file that holds a corpus's text, which several corpora may share."""
    return CORPUS.format(corpus=text_of(STUDY, wildcards.corpus))


def corpus_origin(corpus):
    """Where a corpus comes from and under which licences, in words for a table."""
    sources = [STUDY.sources[name] for name in STUDY.corpora[corpus].sources]
    origins = [source.origin for source in sources]
    part = STUDY.corpora[corpus].held_out
    words = f" (held out of {part.model})" if part else ""
    licences = dict.fromkeys(source.licence for source in sources)
    return {"source": "; ".join(origins) + words, "licence": "; ".join(licences)}


def training_of(corpus):
    """The training that keeps a corpus out."""
    return STUDY.models[STUDY.corpora[corpus].held_out.model].training


def training_licence(model):
    """The licences of what a model was trained on."""
    sources = [STUDY.sources[name] for name in sources_of_model(STUDY, model)]
    return "; ".join(dict.fromkeys(source.licence for source in sources))


def recipe(model, weights="trained"):
    """How the checkpoint behind a model's weights comes about: the arguments of checkpoints.Recipe."""
    entry = STUDY.models[model]
    folder = MODEL.format(model=model, checkpoint=checkpoint_of(model, weights))
    if entry.training:
        return {"source": {"training": model}, "source_folder": "", "gguf": None, "folder": folder}
    name, source = source_at(STUDY, entry.source, weights)
    return {
        "source": plain(source),
        "source_folder": source_folder(name),
        "gguf": entry.gguf,
        "folder": folder if entry.gguf else source.local or source_folder(name),
    }


# --- arms and seeds -------------------------------------------------------------------------


def arm_objectives(wildcards):
    """The objectives measured on the arm that the wildcards name."""
    names = (wildcards.model, wildcards.weights, wildcards.corpus, wildcards.order)
    return next(list(arm.objectives) for arm in ARMS if arm.names == names)


def compared_arms(model, corpus):
    """The arms of one model and corpus that measured the objective shown side by side."""
    return [
        arm
        for arm in ARMS
        if (arm.model, arm.corpus) == (model, corpus)
        and CONTROLS_OBJECTIVE in arm.objectives
        and arm not in STEPS
    ]


def seed_number(wildcards):
    return int(wildcards.seed)


def earlier_seeds(wildcards):
    """The seeds whose windows are drawn before, so that none overlaps."""
    return STUDY.seeds[: STUDY.seeds.index(int(wildcards.seed))]


def gpus(wildcards):
    """One GPU where the job will use one; looked for without importing torch."""
    device = STUDY.influence.device
    return int(device in ("cuda", "mps") or (device == "auto" and bool(shutil.which("nvidia-smi"))))


def per_arm(pattern, over=ARMS, **fixed):
    """A pattern for every arm and, where it names them, every seed and objective; each path once."""
    paths = []
    for arm in over:
        values = {"seed": STUDY.seeds, "objective": arm.objectives} | fixed
        paths += expand(pattern, **arm.keys, **values)
    return list(dict.fromkeys(paths))


def over_seeds(pattern):
    """An input function: the files of a pattern for every seed, in the study's order."""
    return lambda wildcards: expand(pattern, seed=STUDY.seeds, **wildcards)


# --- targets --------------------------------------------------------------------------------

CONTROLS_OBJECTIVE = ARMS[0].objectives[0]


def differences():
    """The comparisons of the study: every objective measured both intact and shuffled."""
    shuffled = {
        (arm.model, arm.weights, arm.corpus, objective)
        for arm in ARMS
        for objective in arm.objectives
        if arm.order == "shuffled"
    }
    return [
        DIFFERENCES.format(objective=objective, **arm.keys)
        for arm in ARMS
        for objective in arm.objectives
        if arm.order == "intact" and (arm.model, arm.weights, arm.corpus, objective) in shuffled
    ]


def figure_names():
    """Every figure of the study, as its path below results/figures without the ending.

    Many checkpoints of one training are shown together, not each by itself.
    """
    others = [arm for arm in ARMS if arm not in STEPS]
    several = [arm for arm in others if len(arm.objectives) > 1]
    return [
        *per_arm(f"profile/{ARM}/{{objective}}"),
        *per_arm(f"individual/{ARM}/{{objective}}", others),
        *per_arm(f"objectives/{ARM}", several),
        *[f"controls/{m}/{c}" for m, c in PAIRS if len(compared_arms(m, c)) > 1],
        *[f"emergence/{model}" for model in dict.fromkeys(arm.model for arm in STEPS)],
        *(["exponents", "sweep"] if others else []),
    ]


def model_source(model, checkpoint):
    """The key of the source that a checkpoint comes from."""
    return source_at(STUDY, STUDY.models[model].source, checkpoint)[0]


def used_sources():
    needed = [source for arm in ARMS for source in STUDY.corpora[arm.corpus].sources]
    for arm in ARMS:
        if STUDY.models[arm.model].training:
            needed += sources_of_model(STUDY, arm.model)
        else:
            needed += [model_source(arm.model, weights) for weights in ("trained", arm.weights)]
    return list(dict.fromkeys(needed))


for name in used_sources():
    place = SOURCES[name].local
    if place is not None and not files_below(place):
        raise WorkflowError(
            f"The study's configuration is not valid. {LOCAL_AT[name]}.local: found {place!r}, where "
            "there is no file; allowed is the path of a file, or of a folder that holds files."
        )

TARGETS = {
    "sources": expand(f"{SOURCE}/manifest.json", source=used_sources()),
    "corpora": list(dict.fromkeys(CORPUS.format(corpus=text_of(STUDY, c)) for _, c in PAIRS)),
    "models": list(
        dict.fromkeys(
            manifest_of(arm.model, weights) for arm in ARMS for weights in ("trained", arm.weights)
        )
    ),
    "windows": per_arm(WINDOWS),
    "influence": per_arm(INFLUENCE) + per_arm(PREDICTIONS),
    "profiles": per_arm(PROFILE),
    "decay": per_arm(DECAY) + differences(),
    "tables": [
        *expand(
            TABLE,
            table=[
                *("decay", "controls", "sweep", "profiles", "predictions"),
                *("models", "corpora", "verdicts"),
                *(["emergence"] if STEPS else []),
            ],
        ),
        METRICS,
    ],
    "figures": expand(FIGURE, figure=figure_names(), kind=["svg", "png"]),
}
PROFILE_FIGURES = [
    path
    for path in TARGETS["figures"]
    if path.startswith((f"{RESULTS}/figures/profile/", f"{RESULTS}/figures/objectives/"))
]


# --- the run record -------------------------------------------------------------------------


def record_run():
    """Write when, where and from which commit the last run ended well, outside the byte promise."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    record = {
        "commit": commit.stdout.strip() or None,
        "finished": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "host": platform.node(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "seconds": round(time.time() - STARTED, 1),
    }
    Path(RESULTS).mkdir(parents=True, exist_ok=True)  # models or corpora alone make no results
    Path(RESULTS, "run.json").write_text(json.dumps(record, indent=2) + "\n")
