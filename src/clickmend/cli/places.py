"""Where the files of each photo lie: one file, a folder, or a pattern with ``{name}``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer

from clickmend.core.addresses import Place, place_at
from clickmend.core.errors import OptionError

NAME = "{name}"
"""What a pattern puts in place of the photo's name without its ending."""


def place_of(photo: Path, target: str, *, suffix: str = ".png") -> Path:
    """The file that belongs to ``photo``.

    Args:
        photo: Path of the photo.
        target: A pattern with ``{name}``; a folder, which exists, ends with a slash or has no
            ending; or a file.
        suffix: What the files in a folder end with.
    """
    if NAME in target:
        return Path(target.replace(NAME, photo.stem))
    if is_folder(target):
        return Path(target) / f"{photo.stem}{suffix}"
    return Path(target)


def is_folder(target: str) -> bool:
    """Whether ``target`` means a folder, there or to be made."""
    return target.endswith("/") or not Path(target).suffix or Path(target).is_dir()


def place_given(text: str, *, option: str) -> Place:
    """The file or folder that an option names, of this machine or at an address.

    Raises:
        typer.BadParameter: It is an address of no protocol.
        NotAvailableError: The protocol needs a package that is not installed.
    """
    try:
        return place_at(text)
    except OptionError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def complete_place(incomplete: str) -> list[str]:
    """The files and folders of this machine that begin so."""
    folder, _, name = incomplete.rpartition("/")
    there = sorted(Path(f"{folder}/" if folder or incomplete[:1] == "/" else ".").glob("*"))
    found = [place for place in there if place.name.startswith(name)]
    return [f"{place}/" if place.is_dir() else str(place) for place in found]


def is_many(target: str) -> bool:
    """Whether ``target`` gives each photo a file of its own."""
    return NAME in target or is_folder(target)


def output_places(
    photos: Sequence[Path], target: str, *, option: str, suffixes: Sequence[str] = (".png",)
) -> list[Path]:
    """Where the results of ``photos`` go, one file each.

    Args:
        photos: Paths of the photos.
        target: What the user gave, see `place_of`.
        option: The option's name, for the error.
        suffixes: What results may end with; those in a folder get the first.

    Raises:
        typer.BadParameter: Two results would have one file, a result would replace a photo, or a
            result has another ending.
    """
    places = [place_of(photo, target, suffix=suffixes[0]) for photo in photos]
    if places[0].suffix.lower() not in suffixes:
        allowed = " or ".join(suffixes)
        raise typer.BadParameter(
            f"{target!r} does not end with {allowed}. Results are such files; end a folder with a "
            "slash.",
            param_hint=option,
        )
    if len(photos) > 1 and not is_many(target):
        raise typer.BadParameter(
            f"{len(photos)} photos cannot share the file {target!r}. Give a folder, such as "
            f"masks/, or a pattern, such as masks/{NAME}.png.",
            param_hint=option,
        )
    refuse_sharing(photos, places, option=option)
    return places


def refuse_sharing(photos: Sequence[Path], places: Sequence[Path], *, option: str) -> None:
    """Refuse to write a file twice or over a photo.

    Raises:
        typer.BadParameter: With the file that would be lost.
    """
    place, times = Counter(places).most_common(1)[0]
    if times > 1:
        raise typer.BadParameter(
            f"{times} results would be written to {str(place)!r}. Give photos of different names, "
            "or run them apart.",
            param_hint=option,
        )
    there = {photo.resolve() for photo in photos}
    for place in places:
        if place.resolve() in there:
            raise typer.BadParameter(
                f"{str(place)!r} is one of the photos and would be written over. "
                "Give another file or folder.",
                param_hint=option,
            )


def make_folders(places: Sequence[Path]) -> None:
    """Make the folders of these files, where they are missing.

    Raises:
        OutputError: The system does not allow it.
    """
    from clickmend.core.files import make_folder

    for folder in {place.parent for place in places}:
        make_folder(folder)
