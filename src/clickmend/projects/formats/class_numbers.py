"""Objects whose class is a number in a list that the file has beside."""

from __future__ import annotations

from collections.abc import Sequence

from clickmend.core.errors import OutputError
from clickmend.projects.formats.base import LabelObject, PhotoLabels, name_of


def class_number(
    labels: PhotoLabels, number: int, classes: Sequence[str], *, given: int | None = None
) -> int:
    """The place of an object's class in a list.

    Args:
        labels: Those of the photo.
        number: Which object, from 1.
        classes: The list.
        given: The place that it had; it stays while that is of this class, so that of two classes
            of one name none becomes the other.

    Raises:
        OutputError: The list lacks it.
    """
    found: LabelObject = labels.objects[number - 1]
    if given is not None and 0 <= given < len(classes) and classes[given] == found.label:
        return given
    if found.label not in classes:
        listed = ", ".join(classes[:8]) + (", …" if len(classes) > 8 else "") or "it is empty"
        raise OutputError(
            f"{labels.file_name}, {name_of(number, found)} is {found.label!r}, which the list of "
            f"classes lacks ({listed}). Its number is its place there; add it to the list."
        )
    return classes.index(found.label)
