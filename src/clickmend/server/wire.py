"""What goes over the wire: the bodies of requests and the state that every change answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from clickmend.feedback.marks import Direction
from clickmend.server.catalogue import API
from clickmend.server.sessions import Editing, Opened

Place = Annotated[list[float], Field(min_length=2, max_length=2)]
"""(x, y) in pixels of the original image."""


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


class PushBody(Body):
    """A push towards larger ("up") or smaller ("down") values."""

    x: float
    y: float
    direction: Direction
    radius_px: float | None = None

    def apply(self, session: Editing) -> None:
        """Push the value at the place."""
        session.push(self.x, self.y, self.direction, radius_px=self.radius_px)


class StrokeBody(Body):
    """A line painted with a class; ``radius_px`` is half the width of the brush."""

    points: list[Place]
    label: str | int
    radius_px: float = 3.0

    def apply(self, session: Editing) -> None:
        """Paint the line on the photo."""
        points = [(x, y) for x, y in self.points]
        session.stroke(points, label=self.label, radius_px=self.radius_px)


class BoxBody(Body):
    """A box around the object, x0 < x1 and y0 < y1, in pixels of the original image."""

    x0: float
    y0: float
    x1: float
    y1: float

    def apply(self, session: Editing) -> None:
        """Put the box on the photo."""
        session.box(self.x0, self.y0, self.x1, self.y1)


class PredictionLink(BaseModel):
    """Where the prediction of this version is fetched, and the one before any feedback."""

    url: str
    first: str
    version: int


class State(BaseModel):
    """One session as it is now.

    ``feedback`` are the marks that count, in order. ``classes`` and ``range_m`` are those of the
    model, where the task has them; ``radius_px`` is the attention radius of a mark that carries
    none, where that is the same everywhere. ``beside`` holds the sessions on the same photo, the
    id of the newest for each task, this one among them.
    """

    id: str
    name: str
    task: str
    model: str | None
    refine: str | None
    size: tuple[int, int]
    feedback: list[dict[str, Any]]
    can_undo: bool
    can_redo: bool
    classes: tuple[str, ...]
    range_m: tuple[float, float] | None
    radius_px: float | None
    photo: str
    prediction: PredictionLink
    beside: dict[str, str]


def state_of(opened: Opened) -> State:
    """What the client is told about a session."""
    session, options, traits = opened.session, opened.options, opened.traits
    place = f"{API}/sessions/{opened.key}"
    share = traits.radius_share
    return State(
        id=opened.key,
        name=opened.photo.name,
        task=options.task,
        model=options.model,
        refine=options.refine,
        size=session.size,
        feedback=[
            {"type": type(mark).__name__.lower(), **asdict(mark)} for mark in session.feedback
        ],
        can_undo=session.can_undo,
        can_redo=session.can_redo,
        classes=traits.classes,
        range_m=traits.range_m,
        radius_px=None if share is None else share * min(session.size),
        photo=f"{place}/photo",
        prediction=PredictionLink(
            url=f"{place}/prediction.png?v={opened.version}",
            first=f"{place}/first.png?v={opened.version}",
            version=opened.version,
        ),
        beside=dict(opened.photo.sessions),
    )
