# The study's files, read strictly before Snakemake reads them: it takes the last of two equal keys,
# and runs code that a template holds. (What --configfile names, it has read before.)
from pathlib import Path

from snakemake.exceptions import WorkflowError

from token_influence.config import read_config
from token_influence.errors import ConfigError

CONFIG_FILES = [Path("config.yaml"), *map(Path, workflow.overwrite_configfiles)]


def checked(read, *arguments):
    """What `read` gives; one sentence where it finds that the configuration is not valid."""
    try:
        return read(*arguments)
    except ConfigError as error:
        sentence = str(error).removesuffix(".")
        raise WorkflowError(f"The study's configuration is not valid. {sentence}.") from None


def other_results():
    """The folders of the results of all studies but this one, by the file that names them.

    A file elsewhere than in studies/ is no further study, but changes the one of config.yaml.
    """
    base, own = Path(workflow.basedir).resolve(), CONFIG_FILES[-1].resolve()
    files = sorted(base.glob("studies/*.yaml"))
    if own in files:
        files.append(base / "config.yaml")
    found = {}
    for file in files:
        if file == own or not file.exists():
            continue
        try:
            content = read_config(file)
        except ConfigError:
            continue  # it is refused when it is planned itself
        folder = content.get("results", "results" if file.parent == base else None)
        if isinstance(folder, str):
            found[str(file.relative_to(base))] = folder
    return found


for path in CONFIG_FILES:
    if path.exists():
        checked(read_config, path)
