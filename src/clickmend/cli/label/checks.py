"""What ``clickmend label`` refuses before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from clickmend.cli.places import NAME, is_folder
from clickmend.core.addresses import Address, Place, place_at

if TYPE_CHECKING:
    from clickmend.cli.label.photos import Wanted
    from clickmend.cli.label.running import Running


def check_shared(run: Running, *places: Place | None) -> None:
    """Refuse what the workers of an engine cannot see: each process has a memory of its own."""
    inside = [place for place in places if isinstance(place, Address) and place.is_of_one_process]
    if inside and run.engine_name != "serial":
        raise typer.BadParameter(
            f"{inside[0]} lies in the memory of one process, and the engine {run.engine_name!r} "
            "has several. Give files that all of them see, or the engine 'serial'.",
            param_hint="--engine",
        )


def check_engine(run: Running) -> None:
    """Refuse several processes of the engine that is one."""
    if run.engine_name == "serial" and run.jobs > 1:
        raise typer.BadParameter(
            f"the engine 'serial' is one process, and {run.jobs} are asked for. Leave --engine "
            "out, or name 'pool' or 'ray'.",
            param_hint="--jobs",
        )


def check_sequence(task: str, *, jobs: int, engine: str | None) -> None:
    """Refuse what cannot be followed, and workers that would have nothing to do."""
    if task != "interactive":
        raise typer.BadParameter(
            f"a sequence of the task {task!r} cannot be followed. Objects can, of the task "
            "'interactive'; leave it out to label each frame by itself.",
            param_hint="--sequence",
        )
    if jobs > 1 or engine not in (None, "serial"):
        raise typer.BadParameter(
            "each frame of a sequence needs the one before it, so one process does them. Leave "
            "--jobs and --engine out; several sequences can be done at the same time, each by a "
            "command of its own.",
            param_hint="--jobs",
        )


def check_target(wanted: Wanted, photos: Place) -> None:
    """Refuse results where there is no place for one of each photo, or where photos are."""
    from clickmend.tasks.registry import task_named

    suffixes = task_named(wanted.task).prediction.suffixes
    target = wanted.target
    if NAME not in target and (not is_folder(target) or place_at(target).is_file()):
        raise typer.BadParameter(
            f"{target!r} is no folder. Each photo gets a file of its own; give a folder, such as "
            f"labels/, or a pattern, such as labels/{NAME}{suffixes[0]}.",
            param_hint="--output",
        )
    if NAME in target and Path(target).suffix.lower() not in suffixes:
        raise typer.BadParameter(
            f"{target!r} does not end with {' or '.join(suffixes)}. Results are such files.",
            param_hint="--output",
        )
    taken = [str(place.resolve()) for place in (photos, *wanted.beside.values())]
    if str(wanted.root.resolve()) in taken:
        raise typer.BadParameter(
            f"{str(wanted.root)!r} holds what is read. Results have a folder of their own; give "
            "another.",
            param_hint="--output",
        )
    if isinstance(photos, Path) and isinstance(wanted.root, Path):
        _check_no_photos(wanted.root, photos)


def _check_no_photos(root: Path, photos: Path) -> None:
    """Refuse a folder below the photos that has some of them, neither read nor safe then."""
    from clickmend.cli.label.mending import KEPT
    from clickmend.cli.label.photos import photos_below

    inside = photos.is_dir() and root.resolve().is_relative_to(photos.resolve())
    if not inside or not root.is_dir() or (root / KEPT).exists():
        return
    first = next(photos_below(root), None)
    if first is not None:
        raise typer.BadParameter(
            f"{str(root)!r} is below the photos and holds pictures itself, such as {first}, which "
            "would not be labelled and might be written over. Results have a folder of their own; "
            "give another.",
            param_hint="--output",
        )


def check_detecting(model: str | None, of_points: Mapping[str, object]) -> None:
    """Without points a network has to find the objects, and what is said of points is refused."""
    if model is None:
        raise typer.BadParameter(
            "nothing says where the objects are. Give a file of points of the photos, or with "
            "--model a network that finds objects by itself (clickmend train instances).",
            param_hint="--points",
        )
    for name, value in of_points.items():
        if value is not None:
            raise typer.BadParameter(
                "it says how objects are made of points, and there are none. Leave it out, or "
                "give --points.",
                param_hint=f"--{name}",
            )


def refuse(task: str, **given: object) -> None:
    """Refuse options that another task has."""
    for name, value in given.items():
        if value is not None:
            raise typer.BadParameter(
                f"it is not of the task {task!r}. Leave it out.",
                param_hint=f"--{name.replace('_', '-')}",
            )


def refuse_for_manifest(**given: object) -> None:
    """Refuse options that say what a manifest says itself."""
    for name, value in given.items():
        if value is not None:
            raise typer.BadParameter(
                "a manifest says itself what belongs to each photo. Leave it out, or give a "
                "folder of photos.",
                param_hint=f"--{'priors' if name == 'prior' else name.replace('_', '-')}",
            )
