"""What is done to a session, as it stands in the log: a kind, and a body that JSON can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias, cast

import numpy as np

from clickmend.core.errors import ClickError, OptionError
from clickmend.data.rle import decode_rle
from clickmend.feedback import Box, Click, Mark, Push, Stroke, Tidy
from clickmend.projects.contracts import INSTANCES, Collecting, Editing, HasObjects, Marking
from clickmend.tasks.instances.joining import MOST_PARTS
from clickmend.tasks.prediction import Prediction

Body: TypeAlias = Mapping[str, Any]
Meanwhile: TypeAlias = Callable[[Prediction], object]
"""Is shown what stands until an answer is there."""

MARK = "mark"

MEND = "mend"
"""The kind of a mark on one of many objects."""

MOST_OBJECTS = 2000
"""On one photo."""

FOUND = "found"
"""The kind of what a network has found by itself; its masks are in the body."""

MARKS: Mapping[str, Callable[..., Mark]] = {
    kind.__name__.lower(): kind for kind in (Click, Stroke, Box, Push, Tidy)
}


def body_of(mark: Mark) -> dict[str, Any]:
    """A mark as JSON holds it: its fields, and its ``type``."""
    return {"type": type(mark).__name__.lower(), **asdict(mark)}


def mark_of(body: Body) -> Mark:
    """The mark of a body that :func:`body_of` made."""
    fields = {name: value for name, value in body.items() if name != "type"}
    if "points" in fields:
        fields["points"] = tuple((x, y) for x, y in fields["points"])
    return MARKS[body["type"]](**fields)


def as_marking(session: Editing) -> Marking:
    """The session, whose marks are on its one prediction.

    Raises:
        ClickError: It has many objects.
    """
    if isinstance(session, HasObjects):
        raise ClickError(
            f"In the task {INSTANCES!r} a point makes an object and a click mends one. Send "
            "points to …/points and clicks to …/objects/KEY/clicks."
        )
    return cast("Marking", session)


def as_collecting(session: Editing) -> Collecting:
    """The session, which has many objects.

    Raises:
        OptionError: It has but one prediction.
    """
    if not isinstance(session, HasObjects):
        raise OptionError(
            f"This session shows one prediction and has no objects. Open one of the task "
            f"{INSTANCES!r}."
        )
    return cast("Collecting", session)


def _points(session: Editing, body: Body) -> None:
    collecting = as_collecting(session)
    there, more = len(collecting.entries), len(body["points"])
    if there + more > MOST_OBJECTS:
        raise OptionError(
            f"There are {there} objects on this photo, and {more} more would be too many. A photo "
            f"has {MOST_OBJECTS} at most; send fewer points."
        )
    collecting.add([(x, y) for x, y in body["points"]], body["labels"])


def _found(session: Editing, body: Body) -> None:
    collecting, found = as_collecting(session), body["objects"]
    there, more = len(collecting.entries), len(found)
    if there + more > MOST_OBJECTS:
        raise OptionError(
            f"There are {there} objects on this photo, and the {more} that were found would be too "
            f"many. A photo has {MOST_OBJECTS} at most; ask for those that the network is surer of."
        )
    masks = np.array([decode_rle(one["mask"]) for one in found])
    if not collecting.add_masks(masks, [one["label"] for one in found]):
        raise OptionError("What was found is there by now. Nothing is left to be added.")


def _relabel(session: Editing, body: Body) -> None:
    as_collecting(session).relabel(body["key"], body["label"])


def _remove(session: Editing, body: Body) -> None:
    as_collecting(session).remove(body["key"])


def _merge(session: Editing, body: Body) -> None:
    as_collecting(session).merge(body["key"], body["other"])


def _split(session: Editing, body: Body) -> None:
    collecting = as_collecting(session)
    if len(collecting.entries) + MOST_PARTS > MOST_OBJECTS:
        raise OptionError(
            f"There are {len(collecting.entries)} objects on this photo, too many to split one. A "
            f"photo has {MOST_OBJECTS} at most; remove some."
        )
    collecting.split(body["key"])


def _protect(session: Editing, body: Body) -> None:
    mask = body["mask"]
    as_marking(session).protect(None if mask is None else decode_rle(mask))


def _protect_class(session: Editing, body: Body) -> None:
    as_marking(session).protect_class(body["label"], body["on"])


def _finish(session: Editing, body: Body) -> None:
    as_collecting(session).protect(body["key"], body["protected"])


def _delete(session: Editing, body: Body) -> None:
    if isinstance(session, HasObjects):
        as_collecting(session).remove_mark(body["number"])
    else:
        as_marking(session).remove(body["number"])


def _move(session: Editing, body: Body) -> None:
    number, mark = body["number"], mark_of(body["mark"])
    if isinstance(session, HasObjects):
        as_collecting(session).replace_mark(number, mark)
    else:
        as_marking(session).replace(number, mark)


def _reset(session: Editing, _: Body) -> None:
    session.reset()


_ACTIONS: Mapping[str, Callable[[Editing, Body], None]] = {
    "points": _points,
    FOUND: _found,
    "relabel": _relabel,
    "remove": _remove,
    "merge": _merge,
    "split": _split,
    "finish": _finish,
    "protect": _protect,
    "protect_class": _protect_class,
    "delete": _delete,
    "move": _move,
    "reset": _reset,
}
"""What each kind but marks does; each is one step of the session's own undo."""


def act(session: Editing, kind: str, body: Body, *, meanwhile: Meanwhile | None = None) -> None:
    """Do to a session what an entry of the log says.

    Args:
        session: Is changed.
        kind: What is done.
        body: With what.
        meanwhile: Shown the prediction that stands while a mark is refined.

    Raises:
        ClickmendError: The session refuses it; it is as it was.
    """
    if kind == MEND:
        as_collecting(session).mend(body["key"], mark_of(body["mark"]), meanwhile=meanwhile)
    elif kind != MARK:
        _ACTIONS[kind](session, body)
    elif meanwhile is None:
        as_marking(session).add(mark_of(body))
    else:
        as_marking(session).add(mark_of(body), meanwhile=meanwhile)
