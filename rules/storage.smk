# Results may lie in a bucket (--default-storage-provider). Their records stay in this folder, so that no
# other folder can tell what they were made from: a place in a bucket belongs to the folder that used it first.
import tempfile
import uuid
from pathlib import Path

from snakemake.exceptions import WorkflowError


def check_storage(claim=False):
    """Refuse a place in a bucket that belongs to another folder; `claim`: take one that belongs to none."""
    flags = getattr(workflow.modifier.path_modifier.modify(".study-folder"), "flags", {})
    if "storage_object" not in flags:
        return
    owner = flags["storage_object"]
    own = Path(owner.local_path())
    known = own.read_text(encoding="utf-8") if own.is_file() else None
    if workflow.async_run(owner.managed_exists()):
        with tempfile.TemporaryDirectory() as folder:
            owner.set_local_path(Path(folder) / "owner")
            workflow.async_run(owner.managed_retrieve())
            found = owner.local_path().read_text(encoding="utf-8")
        if found != known:
            raise WorkflowError(
                f"{workflow.storage_settings.default_storage_prefix} holds results of another folder, "
                "and what they were made from is known only there: run in that folder, or give another "
                "--default-storage-prefix."
            )
    elif claim:
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(known or uuid.uuid4().hex, encoding="utf-8")
        workflow.async_run(owner.managed_store())


if workflow.is_main_process:
    check_storage()
