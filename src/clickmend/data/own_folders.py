"""A folder of one's own in place of a shared set, as it is written on the command line."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import NamedTuple

PLAIN = "folder"
"""The layout of a folder of which no other is said."""


class OwnFolder(NamedTuple):
    """What a person calls a dataset of their own, its layout, and where it is."""

    name: str
    layout: str
    folder: Path


def own_folder(given: str, layouts: Container[str]) -> OwnFolder | None:
    """Read ``NAME=FOLDER`` or ``NAME=LAYOUT:FOLDER``; ``None`` is a name alone.

    Without LAYOUT it is NAME if that is one, and else the plain "folder".

    Args:
        given: What was written.
        layouts: Those that there are.

    Example:
        >>> own_folder("davis=/data/DAVIS", ["davis", "folder"]).layout
        'davis'
        >>> own_folder("cats=davis:/data/cats", ["davis", "folder"]).layout
        'davis'
        >>> own_folder("cats=/data/cats", ["davis", "folder"]).layout
        'folder'
    """
    name, equals, place = given.partition("=")
    if not equals:
        return None
    layout, colon, folder = place.partition(":")
    if colon and layout in layouts:
        return OwnFolder(name, layout, Path(folder))
    return OwnFolder(name, name if name in layouts else PLAIN, Path(place))
