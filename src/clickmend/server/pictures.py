"""What a page shows of a session, and of the next version only the rectangle that differs.

A client that draws holds a picture already. It says of which version in the header
``Clickmend-Shown``, and every answer that tells a state then carries what differs, a PNG of one
rectangle, so that a mark and its picture are one round trip. Where that version is not known any
more, the two are no pictures of one kind, or the rectangle is too large for text, there is none and
the client fetches the picture itself.

One that shows so many pixels of the photo as one says that in ``Clickmend-Every``. In place of what
is too large the answer then carries the middle pixels of squares of that size, which are all that
can be seen, and the client fetches the whole when nobody waits.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from math import prod
from typing import Annotated

from fastapi import Header

from clickmend.correction.rectangles import Place, box_of
from clickmend.data.levels import GreyPicture, every_so_many

MOST_BYTES = 4_000_000
"""Of a tile of 16 bits, which a PNG hardly makes smaller; more are better fetched as they are than
as text in JSON. Of masks and classes, in 8 bits, a PNG leaves some hundredths."""

MOST_EVERY = 64


@dataclass(frozen=True)
class Screen:
    """What whoever asks has on the screen.

    Args:
        version: Which picture; ``None`` where that was not said.
        every: How many pixels of the photo, in each direction, are one there.
        known: The version of which it knows all objects; ``None`` where that was not said.
    """

    version: int | None = None
    every: int = 1
    known: int | None = None


_SCREEN: ContextVar[Screen] = ContextVar("screen", default=Screen())  # noqa: B039 (it is frozen)


async def read_screen(
    clickmend_shown: Annotated[
        int | None,
        Header(
            ge=0,
            description="Which version of the prediction is on the screen, so that the answer "
            "carries what differs from it as ``prediction.tile``.",
            openapi_examples={"what is shown": {"value": 3}},
        ),
    ] = None,
    clickmend_every: Annotated[
        int,
        Header(
            ge=1,
            le=MOST_EVERY,
            description="How many pixels of the photo, in each direction, are one on the screen, "
            "so that ``prediction.coarse`` stands in where a tile would be too large.",
            openapi_examples={"a photo that is shown small": {"value": 4}},
        ),
    ] = 1,
    clickmend_known: Annotated[
        int | None,
        Header(
            ge=0,
            description="Of which version all objects are known, so that the answer tells those "
            "that differ from it as ``differ``.",
            openapi_examples={"what was told last": {"value": 3}},
        ),
    ] = None,
) -> None:
    """Keep, for as long as the request lasts, what whoever asks has on the screen."""
    _SCREEN.set(Screen(clickmend_shown, clickmend_every, clickmend_known))


def screen() -> Screen:
    """What whoever asks has on the screen."""
    return _SCREEN.get()


@dataclass(frozen=True)
class Tile:
    """What differs between two pictures.

    Args:
        x: Of the left column.
        y: Of the upper row.
        picture: What stands there now; ``None`` where nothing differs.
    """

    x: int
    y: int
    picture: GreyPicture | None


@dataclass(frozen=True)
class Coarse:
    """A whole picture, but only the middle pixels of squares of ``every`` a side."""

    every: int
    picture: GreyPicture


def tile_between(before: GreyPicture, after: GreyPicture) -> Tile | None:
    """The smallest rectangle that makes one picture of another.

    ``None`` where that is no matter of pixels alone, for they are of another kind, or where the
    rectangle is too large.
    """
    place = _apart(before, after)
    if place is None:
        return None
    rows, columns = place
    if rows.stop == 0:
        return Tile(0, 0, None)
    part = after.levels[rows, columns]
    if part.itemsize > 1 and part.nbytes > MOST_BYTES:
        return None
    return Tile(columns.start, rows.start, GreyPicture(part, after.units_per_m))


def has_tile(before: GreyPicture, after: Coarse) -> bool:
    """Whether there may be a tile between two pictures, by what is seen of the second."""
    seen = GreyPicture(every_so_many(before.levels, after.every), before.units_per_m)
    place = _apart(seen, after.picture)
    if place is None:
        return False
    least_px = prod(after.every * max(part.stop - part.start - 1, 0) for part in place)
    return bool(least_px * after.picture.levels.itemsize <= MOST_BYTES)


def _apart(before: GreyPicture, after: GreyPicture) -> Place | None:
    """The smallest rectangle in which two pictures differ; ``None`` for those of two kinds."""
    old, new = before.levels, after.levels
    kinds = (old.shape, old.dtype, before.units_per_m), (new.shape, new.dtype, after.units_per_m)
    if kinds[0] != kinds[1]:
        return None
    differ = old != new
    return box_of(differ if differ.ndim == 2 else differ.any(axis=2))
