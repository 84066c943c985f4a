"""What a state says of the picture of its prediction, see ``pictures``."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from pydantic import BaseModel

from clickmend.data.levels import GreyPicture
from clickmend.server.opened import Opened
from clickmend.server.pictures import Coarse, Tile, screen
from clickmend.server.wire import example
from clickmend.tasks.prediction import Prediction


class TileBody(BaseModel):
    """The rectangle of a picture that differs from an earlier version.

    ``x`` is its left column, ``y`` its upper row; ``png`` its pixels as they stand now, a grey PNG
    in Base64, empty where nothing differs.
    """

    model_config = example(since=3, x=118, y=64, png="iVBORw0KGgo=")
    since: int
    x: int
    y: int
    png: str


class CoarseBody(BaseModel):
    """A whole picture as far as a screen shows it.

    ``png`` holds the middle pixel of each square of ``every`` pixels a side, also of those that the
    border cuts, a grey PNG in Base64.
    """

    model_config = example(every=4, png="iVBORw0KGgo=")
    every: int
    png: str


class PredictionLink(BaseModel):
    """Where the prediction of this version is fetched, and the one before any feedback.

    ``tile`` makes it of the version that the header ``Clickmend-Shown`` named; ``None`` where none
    was named, or where the whole picture has to be fetched. ``coarse`` stands in for a tile that
    is too large, where the header ``Clickmend-Every`` told how small the photo is shown.
    """

    url: str
    first: str
    version: int
    tile: TileBody | None = None
    coarse: CoarseBody | None = None


class IntermediateBody(BaseModel):
    """What stands while a mark is refined: what differs from the picture that is shown.

    ``tile`` makes it of the version that ``Clickmend-Shown`` named; else ``coarse`` is a whole
    picture, with ``every`` 1 where nothing was said of the screen. It is no version of the session.
    """

    tile: TileBody | None = None
    coarse: CoarseBody | None = None


def link_to(opened: Opened, place: str) -> PredictionLink:
    """What is told of the prediction of a session, whose address is ``place``."""
    return PredictionLink(
        url=f"{place}/shown.png?v={opened.version}",
        first=f"{place}/first.png?v={opened.version}",
        version=opened.version,
        **_bodies(opened.differs()),
    )


def intermediate(opened: Opened, prediction: Prediction) -> IntermediateBody:
    """What is told of a prediction that is shown until another takes its place."""
    return IntermediateBody(**_bodies(opened.differs_meanwhile(prediction)))


def _bodies(differs: Tile | Coarse | None) -> dict[str, Any]:
    if isinstance(differs, Coarse):
        return {"coarse": CoarseBody(every=differs.every, png=_text(differs.picture))}
    if differs is not None and (since := screen().version) is not None:
        png = _text(differs.picture)
        return {"tile": TileBody(since=since, x=differs.x, y=differs.y, png=png)}
    return {}


def _text(picture: GreyPicture | None) -> str:
    return "" if picture is None else b64encode(picture.png()).decode()
