"""What machine this is, for records that stand outside the byte promise."""

import platform
import re
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")


def processor() -> str | None:
    """The model of the processor, as far as the system tells it."""
    text = CPUINFO.read_text(encoding="utf-8") if CPUINFO.is_file() else ""
    model = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return model[1] if model else platform.processor() or None
