"""Files at addresses, such as ``s3://bucket/photos``, by way of fsspec.

An ``Address`` answers to those words of ``pathlib.Path`` that labelling asks of a folder or a file,
so that one code serves both. fsspec is imported when the first address is named, not before.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import posixpath
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import IO, Any, TypeAlias

from clickmend.core.errors import ClickmendError, DataError, OptionError
from clickmend.core.protocols import ONE_PUT, check_protocol, path_in, store_of

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)(://|::)")

_TELLING = (
    *("ETag", "etag", "md5", "md5Hash", "content_md5", "checksum", "crc32c", "oid"),
    *("generation", "version_id", "VersionId", "ino", "created", "mtime", "modified", "updated"),
    *("LastModified", "last_modified"),
)
"""What stores tell of a file that changes with it."""

ARCHIVES = ("zip", "tar", "libarchive")
"""Protocols of fsspec whose files lie in another file, which is fetched whole for each."""

_FETCHED: dict[str, bytes] = {}
_MOST_FETCHED = 8


def is_address(text: str) -> bool:
    """Whether ``text`` is an address, and not a path of this machine."""
    return text[:1] != "/" and "://" in text and _SCHEME.match(text) is not None


def place_at(text: str) -> Place:
    """The file or folder of this name.

    Args:
        text: A path, or an address; one of ``file://`` is a path like any other.

    Raises:
        OptionError: There is no such protocol, several are chained, or it is of an archive.
        NotAvailableError: What the protocol needs is not installed.
    """
    if not is_address(text):
        return Path(text)
    found = _SCHEME.match(text)
    assert found is not None
    protocol, mark = found.groups()
    if protocol in ARCHIVES:
        raise OptionError(
            f"{text!r} is inside an archive, and files in archives are not read in place. Folders, "
            "files and addresses of stores are taken; unpack it, and give the folder."
        )
    if mark == "::" or "::" in text:
        raise OptionError(
            f"{text!r} is a chain of addresses. One address is taken, such as s3://bucket/photos; "
            "name the last of the chain."
        )
    if protocol == "file":
        return Path(text.removeprefix("file://") or "/")
    check_protocol(protocol)
    return Address(text.rstrip("/") if text[found.end() :].strip("/") else text)


def joined(folder: Place, name: str) -> Place:
    """What a file in ``folder`` means by ``name``: an address, or a path from there."""
    return place_at(name) if is_address(name) else folder / name


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A file or folder at an address; made by :func:`place_at`, which looks at it first.

    Whatever a store raises becomes ``OSError``, with a ``strerror`` and a ``filename``.

    Args:
        text: The address, without a slash at the end.
    """

    text: str

    def __str__(self) -> str:
        return self.text

    def __truediv__(self, name: str | PurePosixPath) -> Address:
        """What lies below; a path that begins with a slash lies below as well."""
        head, path = self._parts
        below = posixpath.normpath(posixpath.join(path or ".", str(name).lstrip("/")))
        kept = below if below != "." else ""
        return Address(head + ("/" if path.startswith("/") and kept[:1] != "/" else "") + kept)

    @property
    def protocol(self) -> str:
        """What comes before ``://``."""
        return self.text.partition("://")[0]

    @property
    def is_of_one_process(self) -> bool:
        """Whether no other process sees it."""
        return self.protocol == "memory"

    @property
    def _parts(self) -> tuple[str, str]:
        head, mark, path = self.text.partition("://")
        return head + mark, path

    @property
    def _path(self) -> PurePosixPath:
        return PurePosixPath(self._parts[1])

    @property
    def name(self) -> str:
        """As of ``Path``."""
        return self._path.name

    @property
    def stem(self) -> str:
        """As of ``Path``."""
        return self._path.stem

    @property
    def suffix(self) -> str:
        """As of ``Path``."""
        return self._path.suffix

    @property
    def parent(self) -> Address:
        """As of ``Path``."""
        head, path = self._parts
        return Address(head + posixpath.dirname(path))

    def resolve(self) -> Address:
        """The same for all names of one file."""
        return Address(f"{self.protocol}://{self._asked(lambda _, path: path)}")

    def is_relative_to(self, folder: str | Place) -> bool:
        """As of ``Path``."""
        return self.text.startswith(_ended(str(folder)))

    def relative_to(self, folder: str | Place) -> PurePosixPath:
        """As of ``Path``."""
        if not self.is_relative_to(folder):
            raise ValueError(f"{self} is not in {folder}")
        return PurePosixPath(self.text.removeprefix(_ended(str(folder))))

    def is_file(self) -> bool:
        """Whether it is a file.

        Raises:
            DataError: The store does not answer.
        """
        return self._kind() == "file"

    def is_dir(self) -> bool:
        """Whether something lies below it.

        Raises:
            DataError: The store does not answer.
        """
        return self._kind() == "directory"

    def exists(self) -> bool:
        """As of ``Path``."""
        return self._kind() is not None

    def stamp(self) -> list[int | str]:
        """Bytes, and what changes when it is written: as the store tells it, else by content."""
        info = self._asked(lambda fs, path: fs.info(path), fresh=True)
        if info.get("type") == "directory":
            raise self._error(errno.EISDIR, os.strerror(errno.EISDIR))
        told = {name: str(info[name]) for name in _TELLING if info.get(name)}
        if not told:
            return [int(info["size"] or 0), hashlib.sha256(self.read_bytes()).hexdigest(), ""]
        word = hashlib.sha256(json.dumps(told).encode()).hexdigest()
        return [int(info["size"] or 0), word, ""]

    def read_bytes(self, *, fetch_next: bool = False) -> bytes:
        """The content.

        Args:
            fetch_next: Whether it is kept for the next :func:`on_disk`, which then does not ask the
                store again.
        """
        data = bytes(self._asked(lambda fs, path: fs.cat_file(path)))
        if fetch_next:
            _FETCHED.pop(self.text, None)
            while len(_FETCHED) >= _MOST_FETCHED:
                _FETCHED.pop(next(iter(_FETCHED)))
            _FETCHED[self.text] = data
        return data

    @contextmanager
    def open(self, mode: str = "rb") -> Iterator[IO[bytes]]:
        """The content to be read line by line, from a copy on disk that goes away."""
        assert mode == "rb"
        with tempfile.NamedTemporaryFile(prefix="clickmend-") as copy:
            self._asked(lambda fs, path: fs.get_file(path, copy.name))
            with Path(copy.name).open("rb") as file:
                yield file

    def put(self, source: Path) -> None:
        """Take the content of a file, whole or not at all; the folder is made."""
        self._placed(lambda fs, path: fs.put_file(str(source), path))

    def write_bytes(self, data: bytes) -> None:
        """Write it whole or not at all; the folder is made."""
        self._placed(lambda fs, path: fs.pipe_file(path, data))

    def mkdir(self, *, parents: bool, exist_ok: bool) -> None:
        """Nothing where folders are but the beginnings of names."""
        assert parents
        assert exist_ok
        if self.protocol not in ONE_PUT:
            self._asked(lambda fs, path: fs.makedirs(path, exist_ok=True))

    def unlink(self, *, missing_ok: bool = False) -> None:
        """As of ``Path``."""
        with suppress(*([FileNotFoundError] if missing_ok else [])):
            self._asked(lambda fs, path: fs.rm_file(path))

    def remove(self, names: Sequence[str]) -> None:
        """Remove files of the folder, all at once; another machine may have removed some."""
        if not names:
            return
        try:
            self._asked(lambda fs, path: fs.rm([posixpath.join(path, name) for name in names]))
        except FileNotFoundError:
            for name in names:
                (self / name).unlink(missing_ok=True)

    def remove_parts(self, name: re.Pattern[str], *, older_s: float) -> None:
        """Remove files below of such names that were written long ago, as the store tells it.

        Where a store takes objects whole, or tells no dates, there is nothing to remove.
        """
        if self.protocol in ONE_PUT or not self.is_dir():
            return
        before = time.time() - older_s

        def remove(fs: Any, path: str) -> None:
            for folder, _, files in fs.walk(path, detail=True):
                for found in filter(name.fullmatch, files):
                    info = files[found]
                    when = info.get("mtime", info.get("LastModified"))
                    when = when.timestamp() if isinstance(when, datetime) else when
                    if isinstance(when, (int, float)) and when < before:
                        with suppress(OSError):  # somebody else's, or gone
                            fs.rm_file(posixpath.join(folder, found))

        self._asked(remove, fresh=True)

    def remove_below(self) -> None:
        """Remove a folder with all that lies in it."""
        self._asked(lambda fs, path: fs.rm(path, recursive=True))

    def iterdir(self) -> Iterator[Address]:
        """As of ``Path``."""
        return (self / name for name, _ in self._listed())

    def glob(self, pattern: str) -> Iterator[Address]:
        """The files of a folder whose names fit; none where it is not there."""
        with suppress(FileNotFoundError):
            yield from (self / name for name, _ in self._listed() if fnmatchcase(name, pattern))

    def rglob(self, pattern: str) -> Iterator[Address]:
        """The files below whose names fit."""
        for folder, _, files in self.walk():
            yield from (folder / name for name in files if fnmatchcase(name, pattern))

    def walk(
        self, onerror: Callable[[OSError], object] | None = None
    ) -> Iterator[tuple[Address, list[str], list[str]]]:
        """As ``os.walk``, in the order of the names."""
        try:
            listed = self._listed()
        except OSError as error:
            if onerror is not None:
                onerror(error)
            return
        folders = [name for name, is_dir in listed if is_dir]
        yield self, folders, [name for name, is_dir in listed if not is_dir]
        for name in folders:
            yield from (self / name).walk(onerror)

    def _kind(self) -> str | None:
        """What fsspec calls it, "file" or "directory"; ``None`` where nothing is."""
        try:
            return str(self._asked(lambda fs, path: fs.info(path), fresh=True)["type"])
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise DataError(
                f"{self} cannot be reached ({error.strerror}). The store has to respond "
                "and to grant this user access; check both."
            ) from None

    def _listed(self) -> list[tuple[str, bool]]:
        """Names of what lies directly in it, and whether each is a folder."""
        found = self._asked(lambda fs, path: fs.ls(path, detail=True), fresh=True)
        own = self.name
        named = {
            posixpath.basename(one["name"].rstrip("/")): one["type"] == "directory"
            for one in found
            if one["name"].rstrip("/") and one["name"] != self._asked(lambda _, path: path)
        }
        if not named and found and own:
            raise self._error(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        return sorted(named.items())

    def _placed(self, write: Callable[[Any, str], object]) -> None:
        """Write in one put, or under another name that is then changed."""

        def place(fs: Any, path: str) -> None:
            if self.protocol in ONE_PUT:
                write(fs, path)
                return
            folder, name = posixpath.split(path)
            fs.makedirs(folder, exist_ok=True)
            hidden = posixpath.join(folder, f".{name}.{secrets.token_hex(4)}.part")
            try:
                write(fs, hidden)
                fs.mv(hidden, path)
            except BaseException:
                with suppress(Exception):
                    fs.rm_file(hidden)
                raise

        self._asked(place)

    def _asked(self, do: Callable[[Any, str], Any], *, fresh: bool = False) -> Any:
        """Ask the store; whatever it raises becomes an ``OSError``."""
        try:
            fs = store_of(self.text)
            if fresh:
                fs.invalidate_cache()  # others write there too
            return do(fs, path_in(fs, self.text))
        except FileNotFoundError:
            raise self._error(errno.ENOENT, os.strerror(errno.ENOENT)) from None
        except ClickmendError:
            raise
        except Exception as problem:  # each store has errors of its own
            number = getattr(problem, "errno", None) or errno.EIO
            told = " ".join(str(problem).split()) or type(problem).__name__
            raise self._error(number, getattr(problem, "strerror", None) or told) from problem

    def _error(self, number: int, told: str) -> OSError:
        return OSError(number, told, self.text)


Place: TypeAlias = Path | Address
"""A file or folder, of this machine or at an address."""


@contextmanager
def on_disk(places: Mapping[str, Place]) -> Iterator[dict[str, Path]]:
    """Files of this machine with the content of ``places``, under the same names.

    Those at addresses are fetched, and gone afterwards. An error in the block names the addresses.

    Raises:
        OSError: One cannot be fetched.
    """
    remote = {kind: place for kind, place in places.items() if isinstance(place, Address)}
    found = {kind: place for kind, place in places.items() if isinstance(place, Path)}
    if not remote:
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="clickmend-") as folder:
        for kind, address in remote.items():
            found[kind] = Path(folder) / kind / address.name
            found[kind].parent.mkdir()
            known = _FETCHED.pop(address.text, None)
            found[kind].write_bytes(address.read_bytes() if known is None else known)
        try:
            yield dict(found)
        except ClickmendError as error:
            told = str(error)
            for kind, address in remote.items():
                told = told.replace(str(found[kind]), address.text)
            error.args = (told, *error.args[1:])
            raise


def _ended(text: str) -> str:
    return text if text.endswith("/") else text + "/"
