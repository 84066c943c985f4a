"""The registered tasks; each folder here with a ``task.py`` is found automatically.

A task of another package registers itself when its module is imported; an entry point of the group
``clickmend.tasks`` lets it be found by name without that.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from clickmend import tasks
from clickmend.core.errors import NotAvailableError
from clickmend.tasks.base import TASKS, Task

__all__ = ["TASKS", "default_task", "task_named", "tasks_with"]

_FIRST = ("interactive", "semantic", "matting", "depth")  # the order in which they are shown

_folders = (found.name for found in iter_modules(tasks.__path__) if found.ispkg)
for _name in dict.fromkeys((*_FIRST, *_folders)):
    if find_spec(f"clickmend.tasks.{_name}.task"):
        import_module(f"clickmend.tasks.{_name}.task")
TASKS.put_first(*_FIRST)  # whichever of them somebody imported before


def default_task() -> Task[Any]:
    """The task if neither a task nor a network is given."""
    return TASKS[_FIRST[0]]


def task_named(name: str) -> Task[Any]:
    """The task of a name.

    Raises:
        NotAvailableError: There is none.
    """
    if name not in TASKS:
        raise NotAvailableError(
            f"There is no task {name!r} for a session. Available: {', '.join(TASKS)}. For masks of "
            "many objects use Objects."
        )
    return TASKS[name]


def tasks_with(option: str) -> list[str]:
    """The names of the tasks that declare an option."""
    return [name for name in TASKS if TASKS[name].has_option(option)]
