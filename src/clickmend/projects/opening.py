"""How a session on a photo begins: with which options, from what, and as which kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from clickmend.core.errors import OptionError
from clickmend.core.types import RGB
from clickmend.projects.contracts import INSTANCES, Collecting, Editing, Marking
from clickmend.tasks.registry import default_task

DEFAULT_TASK = default_task().name


@dataclass(frozen=True)
class Options:
    """How a photo is worked on; ``None`` leaves the choice to the session.

    ``finish`` is of many objects alone, see ``clickmend.tasks.instances.instances``; ``classes``
    are a class map's own.
    """

    task: str = DEFAULT_TASK
    model: str | None = None
    refine: str | None = None
    adapt_keys: int = 0
    propagate: int = 0
    finish: str | None = None
    classes: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if self.classes is not None:  # JSON has lists, and options are compared and hashed
            object.__setattr__(self, "classes", tuple(self.classes))

    def kept(self) -> dict[str, Any]:
        """The options as JSON holds them."""
        classes = None if self.classes is None else list(self.classes)
        return asdict(self) | {"classes": classes}


@dataclass(frozen=True)
class Start:
    """What a session starts from beside the photo, see ``clickmend.session.Session``.

    ``prior`` and ``trimap`` are the contents of files, ``file_name`` is that of the photo.
    """

    prior: bytes | None = None
    trimap: bytes | None = None
    depth_scale: float | None = None
    file_name: str = ""


class SessionFactory(Protocol):
    """Starts a session on a photo."""

    def __call__(self, photo: RGB, options: Options, start: Start) -> Editing:
        """A session on ``photo``."""


def start_session(photo: RGB, options: Options, start: Start) -> Editing:
    """The factory that the application uses: ``Objects`` for many objects, else ``Session``."""
    from clickmend.objects.objects import Objects
    from clickmend.session import Session

    if options.task != INSTANCES:
        if options.finish is not None:
            raise OptionError(
                f"finish is an option of the task {INSTANCES!r}, not of {options.task!r}. Leave it "
                "out."
            )
        marking: Marking = Session(
            photo,
            task=options.task,
            model=options.model,
            refine=options.refine,
            adapt_keys=options.adapt_keys,
            propagate=options.propagate,
            prior=start.prior,
            trimap=start.trimap,
            depth_scale=start.depth_scale,
            classes=options.classes,
        )
        return marking
    if not (start.trimap is None and start.depth_scale is None):
        raise OptionError(
            f"The task {INSTANCES!r} starts from points or from masks, and has neither trimap nor "
            "depth_scale. Leave them out."
        )
    if options.classes is not None:
        raise OptionError(
            f"classes belongs to class maps, and objects of the task {INSTANCES!r} have labels. "
            "Leave it out."
        )
    collecting: Collecting = Objects(
        photo,
        prior=start.prior,
        model=options.model,
        refine=options.refine,
        adapt_keys=options.adapt_keys,
        propagate=options.propagate,
        finish=options.finish or "network",
        file_name=start.file_name,
    )
    return collecting
