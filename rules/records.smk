# Jobs run again whose outputs are not what the configuration, the code and the inputs give now. The
# records beside results tell (token_influence/provenance), even where Snakemake's own memory is lost,
# and even where files that later results were made from are missing.
import sys
from functools import cache
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.iocontainers import Wildcards

from token_influence.errors import CodeError, TokenInfluenceError
from token_influence.provenance.chains import Chains
from token_influence.provenance.code import code_identity
from token_influence.provenance.fingerprints import Fingerprints
from token_influence.provenance.up_to_date import UpToDateCheck

SCRIPTS = Path(workflow.basedir) / "scripts"
FINGERPRINTS = Fingerprints(".snakemake/fingerprints.json")
CHECKS = []  # the functions that `up_to_date` made


def code(rule):
    """A parameter: the identity of the rule's script and of all that it imports, found when asked for."""
    return lambda wildcards: identity(rule)


@cache
def identity(rule):
    """The identity of the code of a rule: a job of a cluster plans its own rule alone."""
    try:
        return code_identity(SCRIPTS / f"{rule}.py")
    except CodeError as error:
        raise WorkflowError(str(error)) from None


def up_to_date(rule):
    """An input function that names no file: it forces the jobs of the rule whose outputs are outdated."""

    def check(wildcards):
        if workflow.is_main_process:  # in the process of a job, this was decided before
            job = workflow.get_rule(rule)
            params, inputs = determinants(job, wildcards)
            for output in job.output:
                force_outdated(str(output.apply_wildcards(wildcards)), params, inputs)
        return []

    CHECKS.append(check)
    return check


def determinants(job, wildcards):
    """The parameters of a job of the rule, by name, and the paths of its inputs."""
    params = {
        name: value(wildcards) if callable(value) else value for name, value in job.params.items()
    }
    items = [item for item in job.input if item not in CHECKS]
    return params, [path for item in items for path in input_paths(item, wildcards)]


def job_of(path):
    """The parameters and inputs of the job that makes the file at `path`; None if no rule does."""
    for maker in workflow.rules:
        if maker.is_producer(path):
            return determinants(maker, Wildcards(fromdict=maker.get_wildcards(path)))
    return None


def input_paths(item, wildcards):
    """The paths that one item of a rule's input gives: a pattern or a function of wildcards."""
    if not callable(item):
        return [str(item.apply_wildcards(wildcards))]
    value = item(wildcards)
    return [local_path(path) for path in ([value] if isinstance(value, str) else value)]


def local_path(path):
    """Where a job finds the file at `path`: a local copy, if results lie in a bucket."""
    return str(workflow.modifier.path_modifier.modify(path))


def force_outdated(path, params, inputs):
    """Have the job of the output at `path` run again if it is outdated, as --forcerun does."""
    try:
        if RESULTS_CHECK.outdated(path, params, inputs):
            workflow.dag.forcefiles.add(path)
    except TokenInfluenceError as error:
        raise WorkflowError(str(error)) from None


RESULTS_CHECK = UpToDateCheck(
    FINGERPRINTS,
    Chains(job_of, FINGERPRINTS).chain,
    lambda sentence: print(sentence, file=sys.stderr),
)
