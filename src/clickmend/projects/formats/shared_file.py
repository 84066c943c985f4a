"""Formats with one file for all photos."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clickmend.core.errors import DataError, NoLabelsError
from clickmend.core.files import make_folder
from clickmend.data.picture_files import file_bytes
from clickmend.data.planes import Size
from clickmend.projects.formats.base import Format, PhotoLabels
from clickmend.projects.formats.places import Photos, parsing


class SharedFile(Format):
    """A format with one file for all photos.

    Attributes:
        default: Where the file lies in a folder.
    """

    shared = True
    default: str

    @abstractmethod
    def load(self, file: Path, photos: Photos, classes: Sequence[str]) -> Iterator[PhotoLabels]:
        """Read the labels of the photos that the file means.

        Raises:
            DataError: See `Format.read`.
        """

    @abstractmethod
    def save(self, file: Path, labels: Iterable[PhotoLabels]) -> Sequence[Path]:
        """Write the file; its folder is there.

        Raises:
            OutputError: See `Format.write`.
        """

    def read(
        self, place: Path, *, photos: Mapping[str, Size], classes: Sequence[str] = ()
    ) -> Iterator[PhotoLabels]:
        """See the base class."""
        file = self._existing(place)
        found = self.load(file, Photos(photos), classes)
        seen: set[str] = set()
        while True:
            with parsing(file, form=self):
                labels = next(found, None)
            if labels is None:
                break
            if labels.file_name in seen:
                raise DataError(
                    f"{file} has two entries for the photo {labels.file_name}. Each photo has one; "
                    "name photos with their folders, or join the entries."
                )
            seen.add(labels.file_name)
            yield labels
        if not seen:
            raise NoLabelsError(
                f"{file} has labels of no photo that is here, such as {next(iter(photos), 'none')}."
                " Its photos are found by their names; choose the file or the photos that fit."
            )

    def write(self, place: Path, labels: Iterable[PhotoLabels]) -> Sequence[Path]:
        """See the base class."""
        file = place if place.suffix.lower() in self.suffixes else place / self.default
        make_folder(file.parent)
        return self.save(file, self._checked(labels))

    def _checked(self, labels: Iterable[PhotoLabels]) -> Iterator[PhotoLabels]:
        for one in labels:
            self.check(one)
            yield one

    def _existing(self, place: Path) -> Path:
        if not place.is_dir():
            return place
        if (place / self.default).is_file():
            return place / self.default
        folders = {place: None, (place / self.default).parent: None}
        inside = [
            file
            for folder in folders
            for file in (sorted(folder.iterdir()) if folder.is_dir() else ())
            if file.suffix.lower() in self.suffixes
        ]
        if len(inside) == 1:
            return inside[0]
        raise DataError(
            f"{place} holds {len(inside)} {' or '.join(self.suffixes)} files. {self.title} is one "
            f"file for all photos, such as {self.default}; give the file."
        )


def read_json(file: Path, *, form: Format) -> Any:
    """The content of a JSON file.

    Raises:
        DataError: It cannot be read or is no JSON.
    """
    content = file_bytes(file, error=DataError)
    with parsing(file, form=form):
        return json.loads(content)


def json_bytes(content: Any) -> bytes:
    """The content of a JSON file, its letters as they are."""
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
