"""The user's own folders as datasets, as given on the command line."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import NamedTuple

PLAIN = "folder"
"""The default layout of a folder."""


class OwnFolder(NamedTuple):
    """Name, layout and folder of the user's dataset."""

    name: str
    layout: str
    folder: Path


def own_folder(given: str, layouts: Container[str]) -> OwnFolder | None:
    """Read ``NAME=FOLDER`` or ``NAME=LAYOUT:FOLDER``; ``None`` is a name alone.

    Without LAYOUT it is NAME if that is a layout, else "folder".

    Args:
        given: The argument.
        layouts: The names of all layouts.

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
