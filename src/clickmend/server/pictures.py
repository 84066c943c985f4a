"""What a page shows of a session, and of the next version only the rectangle that differs.

A client that draws holds a picture already. It says of which version in the header
``Clickmend-Shown``, and every answer that tells a state then carries what differs, a PNG of one
rectangle, so that a mark and its picture are one round trip. Where that version is not known any
more, the two are no pictures of one kind, or the rectangle is too large for text, there is none and
the client fetches the picture itself.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header

from clickmend.correction.rectangles import box_of
from clickmend.data.levels import GreyPicture

MOST_BYTES = 4_000_000
"""Of a tile of 16 bits, which a PNG hardly makes smaller; more are better fetched as they are than
as text in JSON. Of masks and classes, in 8 bits, a PNG leaves some hundredths."""

_HELD: ContextVar[int | None] = ContextVar("held", default=None)


async def read_held(
    clickmend_shown: Annotated[
        int | None,
        Header(
            ge=0,
            description="Which version of the prediction is on the screen, so that the answer "
            "carries what differs from it as ``prediction.tile``.",
            openapi_examples={"what is shown": {"value": 3}},
        ),
    ] = None,
) -> None:
    """Keep, for as long as the request lasts, which version whoever asks has on the screen."""
    _HELD.set(clickmend_shown)


def held() -> int | None:
    """The version that whoever asks has on the screen; ``None`` where that was not said."""
    return _HELD.get()


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


def tile_between(before: GreyPicture, after: GreyPicture) -> Tile | None:
    """The smallest rectangle that makes one picture of another.

    ``None`` where that is no matter of pixels alone, for they are of another kind, or where the
    rectangle is too large.
    """
    old, new = before.levels, after.levels
    kinds = (old.shape, old.dtype, before.units_per_m), (new.shape, new.dtype, after.units_per_m)
    if kinds[0] != kinds[1]:
        return None
    differ = old != new
    rows, columns = box_of(differ if differ.ndim == 2 else differ.any(axis=2))
    if rows.stop == 0:
        return Tile(0, 0, None)
    part = new[rows, columns]
    if part.itemsize > 1 and part.nbytes > MOST_BYTES:
        return None
    return Tile(columns.start, rows.start, GreyPicture(part, after.units_per_m))
