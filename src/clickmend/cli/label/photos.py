"""The photos of a folder or a manifest, with what belongs to each, as items of a job."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from clickmend.cli.label.work import REFUSED
from clickmend.cli.places import NAME
from clickmend.core.addresses import Address, Place, is_address, joined, place_at
from clickmend.core.errors import DataError
from clickmend.core.natural import natural
from clickmend.core.written_json import written_json
from clickmend.data.picture_files import PHOTO_SUFFIXES, bare_name, text_name
from clickmend.jobs import Item
from clickmend.tasks.registry import task_named


@dataclass
class Wanted:
    """What is made of photos.

    Args:
        task: The task.
        target: Where results go: a folder, or a pattern in one.
        beside: Folders of files that belong to photos by name, by what they are: "prior",
            "protect", and the task's own such as "trimap".
        marks: File of marks.

    Attributes:
        left_out: How many photos nothing is asked of; counted while items are gone through.
    """

    task: str
    target: str
    beside: Mapping[str, Place] = field(default_factory=dict)
    marks: Place | None = None
    left_out: int = 0

    @property
    def root(self) -> Place:
        """The folder of all results."""
        before, named, _ = self.target.partition(NAME)
        return place_at(before[: before.rfind("/") + 1] if named else self.target)

    def output(self, name: str) -> Place:
        """Where the result of a photo of this name goes."""
        stem = PurePosixPath(name).with_suffix("").as_posix()
        if NAME in self.target:
            return place_at(self.target.replace(NAME, stem))
        return self.root / f"{stem}{task_named(self.task).prediction.suffixes[0]}"

    def item(self, name: str, inputs: Mapping[str, Place], marks: Sequence[Any]) -> Item | None:
        """The item of one photo; ``None`` where nothing is asked of it."""
        if task_named(self.task).told and not marks and "prior" not in inputs:
            self.left_out += 1
            return None
        asked = {"photo": name, "marks": list(marks)}
        return self.listed(self.output(name), inputs, asked)

    def refused(self, name: str, inputs: Mapping[str, Place], reason: str) -> Item:
        """The item of a photo that cannot be done, so that it is told with the others."""
        return self.listed(self.output(name), inputs, {"photo": name, REFUSED: reason})

    def listed(self, output: Place, inputs: Mapping[str, Place], asked: Mapping[str, Any]) -> Item:
        """An item by its result."""
        files = {kind: str(path) for kind, path in inputs.items()}
        if isinstance(output, Address):
            own = output.relative_to(self.root).as_posix()
        else:
            own = Path(os.path.relpath(output, str(self.root))).as_posix()
        return Item(own, files, asked, str(output))


def of_folder(folder: Place, wanted: Wanted) -> Iterator[Item]:
    """An item for each photo of a folder and of those below it, in the order of their names.

    Raises:
        DataError: A folder cannot be read, or marks are of nothing that is there.
    """
    hidden = [wanted.root, *wanted.beside.values()]
    names = photos_below(folder, hidden=hidden)
    if wanted.marks is None and not wanted.beside:
        yield from _present(wanted.item(name, {"photo": folder / name}, ()) for name in names)
        return
    listed = list(names)
    lists = {} if wanted.marks is None else read_lists(wanted.marks)
    placed = place_names(list(lists), listed)
    marks = {photo: lists[name] for name, photo in placed.items()}
    paired = {kind: _paired(place, listed) for kind, place in wanted.beside.items()}
    for name in listed:
        inputs = {"photo": folder / name}
        inputs |= {kind: found[name] for kind, found in paired.items() if name in found}
        lacks = [kind for kind in paired if kind not in inputs]
        if lacks:
            yield wanted.refused(name, inputs, _lacking(name, lacks[0], wanted.beside[lacks[0]]))
            continue
        item = wanted.item(name, inputs, marks.get(name, ()))
        if item is not None:
            yield item
    for name in lists:
        if name not in placed:
            yield Item(
                f"(marks) {name}",
                {},
                {
                    "photo": name,
                    REFUSED: f"{wanted.marks} has marks of {name!r}, and no photo of {folder} is "
                    "meant by that alone. Photos are named by their path in the folder, or by "
                    "their own name where it is there once; correct it.",
                },
            )


def of_manifest(file: Place, wanted: Wanted) -> Iterator[Item]:
    """An item for each line of a manifest.

    Raises:
        DataError: It cannot be read, or a line is none.
    """
    kinds = ["prior", "protect", *_file_options(wanted.task)]
    allowed = {"photo", "output", "marks", *kinds}
    for number, entry in read_manifest(file):
        unknown = sorted(entry.keys() - allowed)
        wrong = [k for k in ("photo", "output", *kinds) if not isinstance(entry.get(k, ""), str)]
        listed = isinstance(entry.get("marks", []), list)
        if unknown or wrong or not listed or not entry.get("photo"):
            _no_line(file, number, entry, allowed)
        photo = entry["photo"]
        there = [kind for kind in ("photo", *kinds) if kind in entry]
        inputs = {kind: joined(file.parent, entry[kind]) for kind in there}
        name = entry.get("output") or _inside(photo)
        output: Place = wanted.root / name if "output" in entry else wanted.output(name)
        suffixes = task_named(wanted.task).prediction.suffixes
        inside = not (name[:1] == "/" or is_address(name) or ".." in PurePosixPath(name).parts)
        if output.suffix.lower() not in suffixes or not inside:
            raise DataError(
                f"{file}, line {number}: {name!r} is no output. It is a path inside the folder of "
                f"results that ends in {' or '.join(suffixes)}; correct it."
            )
        asked: dict[str, Any] = {"photo": photo, "marks": entry.get("marks", [])}
        if task_named(wanted.task).told and not asked["marks"] and "prior" not in inputs:
            asked = {
                "photo": photo,
                REFUSED: "The photo has neither marks nor a prior. Give at least one of them.",
            }
        yield wanted.listed(output, inputs, asked)


def read_manifest(file: Place) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines of a manifest with their numbers, one at a time.

    Raises:
        DataError: It cannot be read, or a line is no JSON object.
    """
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    entry, why = written_json(line), ""
                except ValueError as error:
                    entry, why = None, f" ({error})"
                if not isinstance(entry, dict):
                    told = line.decode(errors="replace").strip()
                    _no_line(file, number, told, {"photo"}, why=why)
                yield number, entry
    except OSError as error:
        raise DataError(
            f"The manifest {file} cannot be read ({error.strerror}). Give a file of JSON lines, or "
            "a folder of photos."
        ) from None


def _no_line(
    file: Place, number: int, entry: object, allowed: set[str], *, why: str = ""
) -> NoReturn:
    raise DataError(
        f"{file}, line {number} is {str(entry)[:80]!r}, no line of a manifest{why}. Each is a JSON "
        f"object with a photo, and of {', '.join(sorted(allowed - {'photo'})) or 'more'} what it "
        "has; marks are a list, the others paths from the manifest's folder. Correct it."
    )


def photos_below(folder: Place, *, hidden: Sequence[Place] = ()) -> Iterator[str]:
    """The photos of a folder and of those below, paths from it, in the order of their names.

    Args:
        folder: The folder.
        hidden: Folders whose pictures are no photos.

    Raises:
        DataError: A folder cannot be read, or the name of a photo is not valid UTF-8.
    """
    places = {place.resolve() for place in hidden} - {folder.resolve()}

    def refuse(error: OSError) -> NoReturn:
        raise DataError(
            f"The folder {error.filename} cannot be read ({error.strerror}). Photos are looked "
            "for in it; allow it, or move it elsewhere."
        ) from None

    for place, folders, files in _walked(folder, refuse):
        here = Path(place) if isinstance(place, str) else place
        below = [
            name
            for name in folders
            if not name.startswith(".") and (here / name).resolve() not in places
        ]
        folders[:] = natural(below, name=str)
        for name in natural(files, name=str):
            if Path(name).suffix.lower() in PHOTO_SUFFIXES and not name.startswith("."):
                yield text_name((here / name).relative_to(str(folder)).as_posix())


def _walked(
    folder: Place, refuse: Callable[[OSError], object]
) -> Iterator[tuple[str | Address, list[str], list[str]]]:
    if isinstance(folder, Address):
        yield from folder.walk(refuse)
    else:
        yield from os.walk(folder, onerror=refuse)


def read_lists(file: Place) -> dict[str, list[Any]]:
    """Marks by the names of photos.

    Raises:
        DataError: The file cannot be read or has another layout.
    """
    try:
        content = written_json(file.read_bytes())
    except OSError as error:
        raise DataError(
            f"The marks {file} cannot be read ({error.strerror}). Give a JSON file "
            "{photo: [marks]}."
        ) from None
    except ValueError as error:
        raise DataError(f"{file} is no JSON ({error}). Write {{photo: [marks]}}.") from None
    if not isinstance(content, dict) or not all(isinstance(v, list) for v in content.values()):
        raise DataError(
            f"{file} does not say of which photos its marks are. Write {{photo: [marks]}}, a mark "
            "as [x, y], as refine takes it, or as refine --json prints it."
        )
    return content


def place_names(names: Sequence[str], photos: Sequence[str]) -> dict[str, str]:
    """Which photo each name means: its path, or without folders or ending where that is one alone.

    A backslash parts folders as a slash does; small and capital letters are the same where no
    other name is meant by that.
    """
    there, flat = set(photos), not any("/" in photo for photo in photos)
    meant = Counter(key for photo in photos for key in _keys(photo))
    alone = {key: photo for photo in photos for key in _keys(photo) if meant[key] == 1}
    asked = Counter(bare_name(name).casefold() for name in names)

    def place(name: str) -> str | None:
        whole, bare = name.replace("\\", "/").removeprefix("./"), bare_name(name)
        if whole in there:
            return whole
        # A name with folders is of another photo than one in other folders.
        sure = asked[bare.casefold()] == 1 and (flat or bare == whole)
        return alone.get(bare.casefold()) if sure else None

    found = {name: photo for name in names if (photo := place(name)) is not None}
    taken = Counter(found.values())
    return {name: photo for name, photo in found.items() if taken[photo] == 1}


def _keys(photo: str) -> set[str]:
    bare = bare_name(photo).casefold()
    return {bare, Path(bare).stem}


def _present(items: Iterable[Item | None]) -> Iterator[Item]:
    return (item for item in items if item is not None)


def _paired(place: Place, names: Sequence[str]) -> Mapping[str, Place]:
    from clickmend.projects.priors import pair

    return pair(place, names)


def _lacking(name: str, kind: str, place: Place) -> str:
    return (
        f"{place} holds no {kind} of {name}. Each photo has one that is named like it; add it, or "
        "list the photos in a manifest."
    )


def _file_options(task: str) -> list[str]:
    return [option.name for option in task_named(task).options if option.kind == "file"]


def _inside(photo: str) -> str:
    """A photo's path where that stays inside, else its own name."""
    path = photo.replace("\\", "/")
    outside = (
        path.startswith("/") or path[1:2] == ":" or ".." in path.split("/") or is_address(path)
    )
    return bare_name(path) if outside else path
