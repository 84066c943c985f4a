"""Making and removing folders, and writing a file whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import glob
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import IO

from clickmend.core.addresses import Address, Place
from clickmend.core.errors import OutputError

_TOKEN_BYTES = 4
"""Of the hidden name of a file that is being written."""

_UNFINISHED = re.compile(rf"\..+\.[0-9a-f]{{{2 * _TOKEN_BYTES}}}\.part")

_A_DAY_S = 86_400


def make_folder(folder: Place) -> None:
    """Make a folder with those above it, where it is missing.

    Raises:
        OutputError: The system does not allow it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be made: {error.strerror}. This user needs permission "
            "to write there; choose another place."
        ) from None


def remove_folder(folder: Place) -> None:
    """Remove a folder with all that lies in it.

    Raises:
        OSError: The system does not allow it.
    """
    if isinstance(folder, Address):
        folder.remove_below()
    else:
        shutil.rmtree(folder)


def write_atomically(path: str | Place, data: bytes) -> None:
    """Write a file so that nobody ever sees a part of it.

    Raises:
        OutputError: See ``written_atomically``.
    """
    with written_atomically(path) as file:
        file.write(data)


@contextmanager
def written_atomically(path: str | Place) -> Iterator[IO[bytes]]:
    """A file to write into, which takes the place of ``path`` when the block ends.

    The bytes go to a hidden file in the same folder. When the block or the writing fails, the
    hidden file is removed and what was at ``path`` before is still there. Those of an address go to
    a file of this machine, and to the store when the block has ended.

    Raises:
        OutputError: The folder is missing or read-only, the disk is full, or ``path`` is a
            folder or a device.
    """
    if isinstance(path, Address):
        with _sent(path) as file:
            yield file
        return
    path = Path(path)
    if not path.parent.is_dir():
        raise OutputError(
            f"{path} cannot be written: the folder {path.parent} does not exist. "
            "The folder has to exist; create it first."
        )
    if path.exists() and not path.is_file():
        raise OutputError(
            f"{path} cannot be written: it is not an ordinary file. "
            "Give the path of a file; name one in a folder."
        )
    try:
        with _hidden_beside(path) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
    except OSError as problem:
        raise OutputError(
            f"{path} cannot be written ({problem.strerror}). The folder needs free space "
            "and permission to write; choose another."
        ) from problem


@contextmanager
def _hidden_beside(path: Path) -> Iterator[IO[bytes]]:
    """A new hidden file beside another one, gone at the end unless it was renamed.

    It is locked until then, so that others know that somebody is at it, see ``_remove_ended``.
    """
    while True:
        hidden = path.parent / f".{path.name}.{secrets.token_hex(_TOKEN_BYTES)}.part"
        try:
            with hidden.open("xb") as file:
                with suppress(OSError):  # a file system without locks
                    fcntl.flock(file, fcntl.LOCK_EX)
                if os.fstat(file.fileno()).st_nlink:
                    yield file
                    return
        finally:  # who looked for what was left may have found it before it was locked
            hidden.unlink(missing_ok=True)


def remove_unfinished(path: Place) -> None:
    """Remove what was left beside a file by processes that were killed while they wrote it.

    At an address it is left to :func:`remove_unfinished_below`.
    """
    if isinstance(path, Path):
        token = "[0-9a-f]" * 2 * _TOKEN_BYTES
        for hidden in path.parent.glob(f".{glob.escape(path.name)}.{token}.part"):
            _remove_ended(hidden)


def remove_unfinished_below(folder: Place) -> None:
    """Remove what was left in a folder, and below it, by processes that were killed while writing.

    What somebody is still writing stays. At an address nobody can be asked, so there it is what
    was written more than a day ago; stores of whole objects have nothing of the kind.
    """
    if isinstance(folder, Address):
        folder.remove_parts(_UNFINISHED, older_s=_A_DAY_S)
        return
    for place, _, names in os.walk(folder):
        for name in names:
            if name[0] == "." and _UNFINISHED.fullmatch(name):
                _remove_ended(Path(place) / name)


def _remove_ended(hidden: Path) -> None:
    """Remove a hidden file that nobody writes any more, for the lock of who is killed is freed."""
    with suppress(OSError), hidden.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        hidden.unlink()


@contextmanager
def _sent(address: Address) -> Iterator[IO[bytes]]:
    """A file to write into, which is put to an address when the block ends."""
    with tempfile.NamedTemporaryFile(prefix="clickmend-") as file:
        yield file.file
        try:
            file.flush()
            address.put(Path(file.name))
        except OSError as problem:
            raise OutputError(
                f"{address} cannot be written ({problem.strerror}). This user needs permission "
                "to write there, and the store has to respond; check both."
            ) from problem


def open_to_read(path: str | Path) -> BufferedReader:
    """Open a file; a pipe or a device, which may never end or never begin, is refused.

    Raises:
        OSError: It cannot be opened, or is none.
    """
    mode = Path(path).stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "it is a pipe or a device, and no file", str(path))
    return Path(path).open("rb")
