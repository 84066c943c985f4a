"""Which file belongs to which photo, and formats that have one file for each photo."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import final

from clickmend.core.errors import DataError, NoLabelsError, OutputError
from clickmend.core.files import make_folder, write_atomically
from clickmend.data.picture_files import bare_name
from clickmend.data.planes import Size
from clickmend.projects.formats.base import Format, PhotoLabels


@final
class Photos:
    """The photos that labels are looked for.

    Args:
        sizes: Name, parted by "/" → width and height.
    """

    def __init__(self, sizes: Mapping[str, Size]) -> None:
        self._sizes = sizes
        self._by: dict[str, list[str]] = defaultdict(list)
        for name in sizes:
            for key in {bare_name(name), _stem(bare_name(name))}:
                self._by[key.casefold()].append(name)

    def find(self, written: str, *, place: Path, stem: bool = False) -> str | None:
        r"""The photo that a file means, ``None`` if it means none of them.

        That is the one of this name, or else the only one whose path ends in the name, or in whose
        path the name ends, such as images/train/a.jpg, train/a.jpg and a.jpg. A backslash parts
        names where there is no photo of that name, and small and capital letters are the same where
        no name tells them apart.

        Args:
            written: The name in the file.
            place: The file, for the error.
            stem: Whether the name lacks the photo's ending.

        Raises:
            DataError: Several photos in several folders are named so.
        """
        name = written.replace("\\", "/") if written not in self._sizes else written
        name = name.removeprefix("./")
        alike = self._by.get(bare_name(name).casefold(), [])
        written_as = {one: _stem(one) if stem else one for one in alike}
        found = _best(written_as, name) or _best(
            {one: key.casefold() for one, key in written_as.items()}, name.casefold()
        )
        if len(found) > 1:
            raise DataError(
                f"{place} has labels of {written!r}, and {len(found)} photos are named so: "
                f"{', '.join(found[:3])}. Name the photo with its folder, or give one of them."
            )
        return found[0] if found else None

    def size(self, name: str, labelled: Size | None, *, place: Path) -> Size:
        """The width and height of a photo, if they are those that were labelled.

        Raises:
            DataError: The labels are of another size.
        """
        size = self._sizes[name]
        if labelled not in (None, size):
            turned = " (turned on its side?)" if labelled == size[::-1] else ""
            raise DataError(
                f"{name} is {size[0]}×{size[1]} but {place} says {labelled[0]}×{labelled[1]}"
                f"{turned}. Labels are pixels of the photo as it is seen; give the photo that was "
                "labelled."
            )
        return size


def _best(written_as: Mapping[str, str], name: str) -> list[str]:
    """The photos of which one path ends in the other, those that share the most folders."""
    shared = {
        one: min(key.count("/"), name.count("/")) + (key == name)
        for one, key in written_as.items()
        if f"/{key}".endswith(f"/{name}") or f"/{name}".endswith(f"/{key}")
    }
    return [one for one, parts in shared.items() if parts == max(shared.values())]


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix("")) if name else name


@contextmanager
def parsing(file: Path, *, form: Format) -> Iterator[None]:
    """Explain whatever is wrong with the structure of a file while it is taken apart.

    Raises:
        DataError: In place of what comes of a missing entry, or one of another kind.
    """
    try:
        yield
    except (
        ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    ) as problem:  # fmt: skip
        reason = f"{type(problem).__name__}: {problem}"[:120]
        raise DataError(
            f"{file} is not in the form of {form.title} ({reason}). Give a file that such a tool "
            "wrote, or name the format that it is in."
        ) from problem


class PerPhoto(Format):
    """A format with one file for each photo, named like it, in the same sub-folders."""

    @abstractmethod
    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """Read the labels of a photo from its file.

        Raises:
            DataError: See `Format.read`.
        """

    @abstractmethod
    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """The content of a photo's file.

        Args:
            labels: Those of the photo; they passed `check`.
            place: Where the file will lie.

        Raises:
            OutputError: See `Format.write`.
        """

    def read(
        self, place: Path, *, photos: Mapping[str, Size], classes: Sequence[str] = ()
    ) -> Iterator[PhotoLabels]:
        """See the base class."""
        found = self._files(place, photos)
        if not found:
            raise NoLabelsError(
                f"{place} holds no {' or '.join(self.suffixes)} file that is named like a photo. "
                f"{self.title} has one for each, such as {_example(photos, self.suffixes[0])}; "
                "check the place and the names."
            )
        for name, file in found.items():
            with parsing(file, form=self):
                labels = self.load(file, name, photos[name], classes)
            yield labels

    def _files(self, place: Path, photos: Mapping[str, Size]) -> dict[str, Path]:
        """Photo → file, in the order of the photos."""
        if place.is_file():
            files = [place]
            if len(photos) == 1:
                return {next(iter(photos)): place}
        else:
            files = sorted(
                file
                for file in place.rglob("*")
                if file.suffix.lower() in self.suffixes and not _is_hidden(file.relative_to(place))
            )
        index = Photos(photos)
        found: dict[str, Path] = {}
        for file in files:
            below = file.name if file == place else file.relative_to(place).as_posix()
            name = index.find(_stem(below), place=file, stem=True)
            if name is None:
                continue
            if found.setdefault(name, file) != file:
                raise DataError(
                    f"{name} has two files of labels: {found[name]} and {file}. Each photo has "
                    "one; choose one, or its folder."
                )
        return {name: found[name] for name in photos if name in found}

    def write(self, place: Path, labels: Iterable[PhotoLabels]) -> Sequence[Path]:
        """See the base class."""
        written: list[Path] = []
        taken: dict[Path, str] = {}
        for one in labels:
            file = file_of(place, one.file_name, self.suffixes[0], taken)
            self.check(one)
            content = self.encode(one, file)
            make_folder(file.parent)
            write_atomically(file, content)
            written.append(file)
        return written


def file_of(place: Path, file_name: str, suffix: str, taken: dict[Path, str]) -> Path:
    """The file of a photo's labels in a folder.

    Args:
        place: The folder.
        file_name: The photo, relative to its folder.
        suffix: What the file ends in.
        taken: Files → photos of those before; this one is added.

    Raises:
        OutputError: It would lie outside the folder, or another photo has this file.
    """
    below = PurePosixPath(file_name)
    if below.is_absolute() or ".." in below.parts or not below.name:
        raise OutputError(
            f"The labels of {file_name!r} would lie outside {place}. A photo is named by its path "
            "in the folder of the photos; give it so."
        )
    file = place / below.with_suffix(suffix)
    if taken.setdefault(file, file_name) != file_name:
        raise OutputError(
            f"{file} would hold the labels of {taken[file]} and of {file_name}. Each photo has a "
            "file of its own; rename one, or write a format with one file for all."
        )
    return file


def _is_hidden(below: Path) -> bool:
    return any(part.startswith(".") for part in below.parts)


def _example(photos: Mapping[str, Size], suffix: str) -> str:
    return f"{_stem(next(iter(photos), 'photo'))}{suffix}"
