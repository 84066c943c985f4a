"""Running many items, so that an interrupted command goes on where it was. Imports no torch."""

from clickmend.jobs.runlog import Record, RunLog, forget_runs

__all__ = ["Record", "RunLog", "forget_runs"]
