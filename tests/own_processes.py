"""What the processes of a test took."""

import os


def processor_time_of_children() -> float:
    """Seconds of the processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system
