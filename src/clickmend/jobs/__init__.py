"""Running many items, so that an interrupted command goes on where it was. Imports no torch."""

from clickmend.jobs.engines import ENGINES, Engine
from clickmend.jobs.items import Item, Shard
from clickmend.jobs.kept import Line
from clickmend.jobs.run import Ran, run_job, summary
from clickmend.jobs.runlog import Record, RunLog, forget_runs
from clickmend.jobs.worker import Result, Work

__all__ = [
    "ENGINES",
    "Engine",
    "Item",
    "Line",
    "Ran",
    "Record",
    "Result",
    "RunLog",
    "Shard",
    "Work",
    "forget_runs",
    "run_job",
    "summary",
]
