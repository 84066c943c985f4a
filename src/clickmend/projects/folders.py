"""The folders of a project: its photos in them, and labels that must not meet each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from clickmend.core.errors import ProjectError
from clickmend.core.files import make_folder, write_atomically
from clickmend.core.natural import natural
from clickmend.data.picture_files import PHOTO_SUFFIXES, text_name
from clickmend.projects.formats import Format


def photo_folder(folder: Path) -> Path:
    """A folder of photos, in full.

    Raises:
        ProjectError: It is no folder.
    """
    if not folder.is_dir():
        raise ProjectError(f"{folder} is no folder. Give the one that holds the photos.")
    return folder.resolve()


def place_of_priors(priors: Path) -> Path:
    """A folder or file of priors, in full.

    Raises:
        ProjectError: It is not there.
    """
    if not priors.exists():
        raise ProjectError(
            f"{priors} is not there. Give the folder, or the file, that holds the priors."
        )
    return priors.resolve()


def photos_in(folders: Sequence[Path], *, hidden: Sequence[Path]) -> list[tuple[int, str]]:
    """All photos: the number of their folder, and their path below it.

    Args:
        folders: Those of photos, in full.
        hidden: Of labels and of priors. Pictures in one that lies inside a folder of photos are
            none of these.

    Raises:
        DataError: The name of one is not valid UTF-8.
    """
    found = []
    for number, folder in enumerate(folders):
        inside = [one for one in hidden if folder in one.parents]
        for file in natural(folder.rglob("*"), name=Path.as_posix):
            name = file.relative_to(folder)
            is_photo = (
                file.suffix.lower() in PHOTO_SUFFIXES
                and not any(part.startswith(".") for part in name.parts)
                and not any(file.is_relative_to(place) for place in inside)
                and file.is_file()
            )
            if is_photo:
                found.append((number, text_name(name.as_posix())))
    return found


def check_apart(
    folders: Sequence[Path], found: Sequence[tuple[int, str]], *, out: Path, form: Format
) -> None:
    """Refuse photos whose labels would be written over those of another photo, or over a photo.

    Args:
        folders: Those of photos.
        found: The photos in them, see `photos_in`.
        out: Where the labels go.
        form: Of the labels.

    Raises:
        ProjectError: With the photos.
    """
    pictures = not set(form.suffixes).isdisjoint(PHOTO_SUFFIXES)
    if out in folders and pictures:
        raise ProjectError(
            f"The labels would lie among the photos in {out}, and the next start would take them "
            f"for photos, for {form.title} is a picture. Choose another folder for them."
        )
    taken: dict[str, tuple[int, str]] = {}
    for number, name in found:
        photo = folders[number] / name
        if pictures and photo.is_symlink() and photo.resolve().is_relative_to(out):
            raise ProjectError(
                f"The photo {name} is a link to {photo.resolve()}, and labels in {out} might be "
                "written over it. Choose another folder for them."
            )
        label = label_name(name, form=form)
        first, other = taken.setdefault(label, (number, name))
        if (first, other) == (number, name):
            continue
        if other != name:
            raise ProjectError(
                f"The photos {other} and {name} would have one file of labels, for {form.title} is "
                "named like its photo but for the ending. Rename one of them, or move it elsewhere."
            )
        raise ProjectError(
            f"There is a photo {name} in {folders[first]} and in {folders[number]}, and labels are "
            "found by that name. Rename one of them, or give the folder that both folders lie in."
        )


def keep_earlier(out: Path, *, folders: Sequence[Path], form: Format, to: Path) -> int:
    """Keep the label files that are in a folder before a project writes there; how many.

    Args:
        out: The folder of labels, which need not be there.
        folders: Those of photos; of one inside ``out`` nothing is kept.
        form: Of the labels that will be written.
        to: Where they are kept, under the same names; hard links where these can be.

    Raises:
        OutputError: They cannot be kept there.
    """
    suffixes = {*form.suffixes, *_LISTS}
    inside = [folder for folder in folders if out in folder.parents]
    files = [
        file
        for file in sorted(out.rglob("*"))
        if file.suffix.lower() in suffixes
        and not any(part.startswith(".") for part in file.relative_to(out).parts)
        and not any(file.is_relative_to(folder) for folder in inside)
        and file.is_file()
    ]
    for file in files:
        kept = to / file.relative_to(out)
        make_folder(kept.parent)
        try:
            kept.hardlink_to(file)
        except OSError:  # a file system without them
            write_atomically(kept, file.read_bytes())
    return len(files)


_LISTS = (".txt", ".yaml")
"""What lists of classes or of photos end in, which some formats have beside their files."""


def label_name(photo: str, *, form: Format) -> str:
    """What tells the labels of a photo from those of others in a format.

    Args:
        photo: Its name, relative to its folder.
        form: Of the labels.
    """
    return photo if form.shared else PurePosixPath(photo).with_suffix("").as_posix()
