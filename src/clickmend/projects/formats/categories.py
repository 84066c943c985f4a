"""The categories of COCO's files: ids to labels and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, final

from clickmend.core.errors import DataError
from clickmend.projects.formats.ids import fill

UNLABELLED = "unlabelled"
"""The field of ours in the category of objects that have no label."""

_NAME = "object"
"""How other tools show such objects."""


@final
class Categories:
    """The categories of a file that is written; new labels are added as they are met.

    Args:
        given: Those of the file that was read, which stay as they are.
        classes: Labels that are listed whether or not an object has them.
        more: Fields that a new category has beside.
    """

    def __init__(
        self,
        given: Sequence[Mapping[str, Any]] = (),
        classes: Sequence[str] = (),
        *,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self.entries: list[dict[str, Any]] = [dict(entry) for entry in given]
        self._more = dict(more or {})
        self._by_label: dict[str | None, Any] = {}
        self._labels: dict[Any, str | None] = {}
        for entry in self.entries:
            self._labels[entry["id"]] = _label(entry)
            self._by_label.setdefault(_label(entry), entry["id"])
        for label in classes:
            self.id_of(label)

    def id_of(self, label: str | None, *, given: Any = None) -> Any:
        """The id of a label.

        Args:
            label: The object's.
            given: The category that the object had; it stays while it is of this label, so that
                of two categories of one name none becomes the other.
        """
        if given is not None and given in self._labels and self._labels[given] == label:
            return given
        if label not in self._by_label:
            number = given if label is None and given is not None else None
            number = fill([*self._labels, number])[-1]
            entry = {"id": number, "name": _NAME if label is None else label, **self._more}
            if label is None:
                entry[UNLABELLED] = True
            self.entries.append(entry)
            self._by_label[label] = number
            self._labels[number] = label
        return self._by_label[label]

    @staticmethod
    def labels(entries: Sequence[Mapping[str, Any]], file: Path) -> dict[Any, str | None]:
        """Id → label of the categories of a file that is read.

        Raises:
            DataError: Two have one id.
        """
        found: dict[Any, str | None] = {}
        for entry in entries:
            if entry["id"] in found:
                raise DataError(
                    f"{file} has two categories of the id {entry['id']!r}. Each has an id of its "
                    "own; correct it."
                )
            found[entry["id"]] = _label(entry)
        return found


def _label(entry: Mapping[str, Any]) -> str | None:
    return None if entry.get(UNLABELLED) is True else str(entry["name"])
