# The files of the study, read strictly before Snakemake reads them: Snakemake takes the last of two equal
# keys and runs code in a template. (It has read the files of --configfile before this.)
from pathlib import Path

from snakemake.exceptions import WorkflowError

from token_influence.config import read_config
from token_influence.errors import ConfigError

CONFIG_FILES = [Path("config.yaml"), *map(Path, workflow.overwrite_configfiles)]


def checked(function, *arguments):
    """The result of the function; if the configuration is not valid, Snakemake stops with one sentence."""
    try:
        return function(*arguments)
    except ConfigError as error:
        sentence = str(error).removesuffix(".")
        raise WorkflowError(f"The study's configuration is not valid. {sentence}.") from None


for path in CONFIG_FILES:
    if path.exists():
        checked(read_config, path)
