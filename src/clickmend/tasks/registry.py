"""The tasks by name: those of the package, and those that other packages bring.

A task of another package registers itself when its module is imported; an entry point of the group
``clickmend.tasks`` lets it be found by name without that.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from clickmend.core.errors import NotAvailableError
from clickmend.core.registry import Registry
from clickmend.tasks.base import Task
from clickmend.tasks.depth.task import DepthTask
from clickmend.tasks.interactive.task import InteractiveTask
from clickmend.tasks.matting.task import MattingTask
from clickmend.tasks.semantic.task import SemanticTask

ENTRY_POINTS = "clickmend.tasks"

TASKS: Registry[Task[Any]] = Registry("task", error=NotAvailableError)
"""In the order in which they are shown; the first is the one when none is named."""

for _task in (InteractiveTask(), SemanticTask(), MattingTask(), DepthTask()):
    TASKS.register(_task.name)(_task)


def default_task() -> Task[Any]:
    """The task when neither a task nor a network is named."""
    return TASKS[next(iter(TASKS))]


def all_tasks() -> Registry[Task[Any]]:
    """The tasks, with those that other packages bring."""
    _load_others()
    return TASKS


@cache
def _load_others() -> None:
    for entry in entry_points(group=ENTRY_POINTS):
        entry.load()


def task_named(name: str) -> Task[Any]:
    """The task of a name.

    Raises:
        NotAvailableError: There is none.
    """
    if name not in TASKS and name not in all_tasks():
        raise NotAvailableError(
            f"The task {name!r} is not one of a session. Available: {', '.join(TASKS)}. Masks of "
            "many points are made by Objects."
        )
    return TASKS[name]


def tasks_with(option: str) -> list[str]:
    """The names of the tasks that declare an option."""
    return [task for task in TASKS if option in [one.name for one in TASKS[task].options]]
