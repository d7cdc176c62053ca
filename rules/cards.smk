# On one machine, no two jobs share a GPU: a run has one GPU at a time (profiles/default), and no other run
# gets the same one. A cluster assigns GPUs itself.
from snakemake.exceptions import WorkflowError

from token_influence import cards

CARD = []  # the lock of the GPU that this run has


def take_card():
    """Have a GPU for this run, if jobs need one."""
    needed = (job.resources.get("gpu") for job in workflow.dag.needrun_jobs())
    if workflow.local_exec and any(needed):
        at_once = workflow.global_resources.get("gpu")
        if at_once is None or at_once.value != 1:
            raise WorkflowError(
                "On one machine, jobs use one GPU after the other: run with --resources gpu=1, as "
                "profiles/default does, or with the profile of a cluster (docs/cluster.md)."
            )
        CARD.append(cards.assign())
