from tiny_study import finished_study, fresh, study

__all__ = ["finished_study", "fresh", "study"]
