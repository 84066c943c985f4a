"""The classes of a project's class maps: its own, whose places are the numbers in its labels."""

from __future__ import annotations

from collections.abc import Sequence

from clickmend.core.errors import ProjectError
from clickmend.projects.opening import Options
from clickmend.projects.store import Project, Store
from clickmend.tasks.registry import tasks_with

OPTION = "classes"
"""What tasks call the classes that a session may have of its own."""


def options_for(store: Store, project: Project) -> Options:
    """How the images of a project are worked on in its own task."""
    return Options(project.task, classes=own_classes(store, project))


def own_classes(store: Store, project: Project) -> tuple[str, ...] | None:
    """The names of the classes of a project's class maps; ``None`` for those of the network.

    The first photo that is labelled settles which of both they are.
    """
    names = tuple(str(one["name"]) for one in project.classes)
    if not names or project.task not in tasks_with(OPTION):
        return None
    begun = store.sessions.first_options(project.id, task=project.task)
    return names if begun is None or begun.get(OPTION) is not None else None


def classes_by_number(store: Store, project: Project) -> tuple[str, ...]:
    """What the numbers in a project's class maps mean; nothing where it has none."""
    if project.task not in tasks_with(OPTION):
        return ()
    return own_classes(store, project) or _of_network(project.task)


def check_own(store: Store, project: Project, names: Sequence[str]) -> None:
    """Refuse classes that would change what the numbers in labels mean.

    Args:
        store: Where the project is kept.
        project: With the classes that it has now.
        names: Those that it is to have.

    Raises:
        OptionError: They cannot be the classes of a class map.
        ProjectError: Photos are labelled already, and a class of theirs would be another.
    """
    if project.task not in tasks_with(OPTION):
        return
    check_names(project.task, names)
    begun = store.sessions.first_options(project.id, task=project.task)
    if begun is None:
        return
    before = [str(one["name"]) for one in project.classes]
    if begun.get(OPTION) is None:
        known = _of_network(project.task)
        strange = [name for name in names if name not in known and name not in before]
        if strange:
            raise ProjectError(
                f"Photos of this project are labelled with the network's classes, and "
                f"{strange[0]!r} is none of them. Allowed are {', '.join(known)}, each with a "
                "colour and a key; make another project with classes of its own."
            )
    elif list(names[: len(before)]) != before:
        raise ProjectError(
            "Photos of this project are labelled, and the numbers in their class maps are the "
            f"places of {', '.join(before)}. These stay as they are; allowed are other colours and "
            "keys, and more classes behind them."
        )


def check_names(task: str, names: Sequence[str]) -> None:
    """Refuse what cannot be the classes of a class map; of another task all may be.

    Raises:
        OptionError: With the reason.
    """
    if names and task in tasks_with(OPTION):
        from clickmend.tasks.semantic.own import class_names

        class_names(list(names))


def _of_network(task: str) -> tuple[str, ...]:
    from clickmend.networks import cards
    from clickmend.tasks.registry import task_named

    card = cards().get(task_named(task).weights)
    return () if card is None else card.labels
