"""Fixtures of several rooms."""

from browser import chromium, page
from hub_server import hub
from s3_server import s3
from tiny_study import finished_study, fresh, study
from training_study import growing

__all__ = ["chromium", "finished_study", "fresh", "growing", "hub", "page", "s3", "study"]
