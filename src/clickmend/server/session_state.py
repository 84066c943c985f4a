"""What a session tells over the wire: the state that every change answers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from clickmend.projects.actions import body_of
from clickmend.projects.contracts import HasObjects
from clickmend.server.catalogue import API
from clickmend.server.object_wire import ObjectsDiffer, ObjectState, all_objects, objects_differ
from clickmend.server.opened import Opened
from clickmend.server.picture_wire import PredictionLink, link_to


class Protection(BaseModel):
    """Protected pixels: where the mask is, and the version since which it is that one."""

    url: str
    version: int


class ClassLook(BaseModel):
    """How a class of the project is shown, and the key that chooses it."""

    name: str
    colour: str | None = None
    key: str | None = None


class State(BaseModel):
    """One session as it is now.

    ``feedback`` are the marks that count, in order. ``classes`` are the session's own, or as
    ``range_m`` those of the model, where the task has them; ``radius_px`` is the attention radius
    of a mark that carries none, where that is the same everywhere. ``layers`` may be chosen as
    ``refine``, and of ``infers`` each has its iterations. ``objects`` are those of the task
    "instances", numbered from 1 in this order in the prediction. Where ``Clickmend-Known`` names
    the version that was told last, they are ``None``, for ``differ`` makes them of those, and so is
    ``feedback``: their points in order as clicks, of those that are not ``given``, then their
    marks. ``beside`` holds the sessions on the same photo, the id of the newest for each task, this
    one among them. ``protected`` are the pixels that are kept, ``None`` where none are, and
    ``protected_classes`` the classes, by index.
    ``project`` is that of the ``image``, ``None`` where it was opened alone, and ``palette`` the
    project's own classes.
    What this tells is ``saved``: no state is told that is not. ``timings`` are those of the last
    change, in milliseconds.
    """

    id: str
    name: str
    task: str
    model: str | None
    refine: str | None
    adapt_keys: int
    propagate: int
    finish: str | None
    layers: tuple[str, ...]
    infers: tuple[str, ...]
    size: tuple[int, int]
    feedback: list[dict[str, Any]] | None
    objects: list[ObjectState] | None
    differ: ObjectsDiffer | None
    can_undo: bool
    can_redo: bool
    classes: tuple[str, ...]
    palette: list[ClassLook]
    protected: Protection | None
    protected_classes: list[int]
    range_m: tuple[float, float] | None
    radius_px: float | None
    photo: str
    prediction: PredictionLink
    beside: dict[str, str]
    project: int | None
    image: int
    saved: Literal[True]
    timings: dict[str, float]


def state_of(opened: Opened) -> State:
    """What the client is told about a session."""
    session, options, image = opened.session, opened.options, opened.photo.image
    traits = opened.desk.traits(options)
    place = f"{API}/sessions/{opened.key}"
    share = traits.radius_share
    loose = image.project_id == opened.desk.loose_id
    own = [] if loose else opened.desk.store.projects.get(image.project_id).classes
    collects = isinstance(session, HasObjects)
    differ = objects_differ(opened) if collects else None
    return State(
        id=opened.key,
        name=opened.photo.name,
        task=options.task,
        model=traits.model,
        refine=options.refine,
        adapt_keys=options.adapt_keys,
        propagate=options.propagate,
        finish=options.finish,
        layers=traits.layers,
        infers=traits.infers,
        size=session.size,
        feedback=[body_of(mark) for mark in session.feedback] if differ is None else None,
        objects=None if differ else all_objects(opened) if collects else [],
        differ=differ,
        can_undo=opened.work.can_undo,
        can_redo=opened.work.can_redo,
        classes=traits.classes,
        palette=[ClassLook.model_validate(one) for one in own],
        protected=_protection(opened, place),
        protected_classes=list(getattr(session, "protected_classes", ())),
        range_m=traits.range_m,
        radius_px=None if share is None else share * min(session.size),
        photo=f"{place}/photo",
        prediction=link_to(opened, place),
        beside=dict(opened.beside),
        project=None if loose else image.project_id,
        image=image.id,
        saved=True,
        timings=dict(opened.timings),
    )


def _protection(opened: Opened, place: str) -> Protection | None:
    since = opened.protected_since()
    return None if since is None else Protection(url=f"{place}/protected.png", version=since)
