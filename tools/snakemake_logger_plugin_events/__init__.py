"""What Snakemake tells `tools/reproduce.py`: jobs as one line of JSON each, all else in its own words.

Snakemake finds it by its name on the path of modules, as `--logger events`. Its log file in
.snakemake/log has everything as usual.
"""

import json
import logging
import sys
from logging import LogRecord

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

MARK = "\x1e"  # begins a line of JSON (RFC 7464)

# What is told in every run and helps no reader. All else is shown, so that nothing new is hidden.
ROUTINE_EVENTS = {
    LogEvent.WORKFLOW_STARTED,
    LogEvent.RESOURCES_INFO,
    LogEvent.RUN_INFO,
    LogEvent.JOB_INFO,
    LogEvent.JOB_STARTED,
    LogEvent.JOB_FINISHED,
    LogEvent.PROGRESS,
}
ROUTINE_WORDS = (
    "Assuming unrestricted shared filesystem usage.",
    "Building DAG of jobs...",
    "Using shell:",
    "Conda environments: ignored",
    "Select jobs to execute...",
    "Execute ",
)


class LogHandler(LogHandlerBase):
    """Writes events and words to standard error."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = False
    has_formatter = False
    needs_rulegraph = False

    def emit(self, record: LogRecord) -> None:
        """Write a record in the way that its reader needs it."""
        try:
            if event := event_of(record):
                sys.stderr.write(f"{MARK}{json.dumps(event)}\n")
            if not routine(record) and (words := self.format(record)):
                sys.stderr.write(f"{words}\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


def event_of(record: LogRecord) -> dict[str, object]:
    """What counts for the progress of the run; empty for most records."""
    match getattr(record, "event", None):
        case LogEvent.RESOURCES_INFO if hasattr(record, "cores"):
            return {"cores": record.cores}
        case LogEvent.RUN_INFO:
            return {"planned": {job: n for job, n in record.stats.items() if job != "total"}}
        case LogEvent.JOB_INFO:
            return {"started": record.jobid, "rule": record.rule_name}
        case LogEvent.JOB_FINISHED:
            return {"ended": record.job_id}
        case LogEvent.JOB_ERROR:
            return {"ended": record.jobid}
    return {}


def routine(record: LogRecord) -> bool:
    """Whether the record says only what every run says."""
    words = str(record.msg).startswith(ROUTINE_WORDS)
    return record.levelno <= logging.INFO and (
        getattr(record, "event", None) in ROUTINE_EVENTS or words
    )
