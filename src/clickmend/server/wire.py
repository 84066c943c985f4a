"""What goes over the wire: the bodies of requests and the state that every change answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict

from clickmend.server.sessions import Editing, Opened

API = "/api/v1"


class Body(BaseModel):
    """A request body: exact types, and no field that is not known."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ClickBody(Body):
    """A click, (x, y) in pixels of the original image."""

    x: float
    y: float
    label: str | int | None = None
    value: float | None = None
    radius_px: float | None = None

    def apply(self, session: Editing) -> None:
        """Put the click on the photo."""
        session.click(self.x, self.y, label=self.label, value=self.value, radius_px=self.radius_px)


class BoxBody(Body):
    """A box around the object, x0 < x1 and y0 < y1, in pixels of the original image."""

    x0: float
    y0: float
    x1: float
    y1: float

    def apply(self, session: Editing) -> None:
        """Put the box on the photo."""
        session.box(self.x0, self.y0, self.x1, self.y1)


class MaskLink(BaseModel):
    """Where the mask of this version is fetched."""

    url: str
    version: int


class State(BaseModel):
    """One opened photo as it is now; ``feedback`` are the marks that count, in order."""

    id: str
    name: str
    task: str
    model: str | None
    refine: str | None
    size: tuple[int, int]
    feedback: list[dict[str, Any]]
    can_undo: bool
    can_redo: bool
    photo: str
    mask: MaskLink


def state_of(opened: Opened) -> State:
    """What the client is told about an opened photo."""
    session, options = opened.session, opened.options
    place = f"{API}/sessions/{opened.key}"
    return State(
        id=opened.key,
        name=opened.name,
        task=options.task,
        model=options.model,
        refine=options.refine,
        size=session.size,
        feedback=[
            {"type": type(mark).__name__.lower(), **asdict(mark)} for mark in session.feedback
        ],
        can_undo=session.can_undo,
        can_redo=session.can_redo,
        photo=f"{place}/photo",
        mask=MaskLink(url=f"{place}/mask.png?v={opened.version}", version=opened.version),
    )
