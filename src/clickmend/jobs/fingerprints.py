"""Whether a file is still the one that it was: quickly by its dates, surely by its content."""

from __future__ import annotations

import hashlib
import os
from typing import TypeAlias

from clickmend.core.addresses import Address, is_address, place_at
from clickmend.core.files import open_to_read

Print: TypeAlias = list[int | str]
"""Bytes, times of change of content and of entry (ns), and SHA-256; as JSON keeps it.

At an address the second is what changes with the file there, and the third is empty.
"""


def stamp(path: str) -> Print:
    """Size and times of a file; one that was replaced has others, even with its date kept.

    Raises:
        OSError: It is not there.
    """
    if is_address(path):
        return _address(path).stamp()
    seen = os.stat(path)  # noqa: PTH116  # four times as quick, and there may be millions
    return [seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns]


def fingerprint(path: str) -> Print:
    """The whole of what is known about a file.

    Raises:
        OSError: It cannot be read.
    """
    before = stamp(path)  # what changes while it is read has another stamp afterwards
    if is_address(path):
        data = _address(path).read_bytes(fetch_next=True)
        return [*before, hashlib.sha256(data).hexdigest()]
    with open_to_read(path) as file:
        return [*before, hashlib.file_digest(file, "sha256").hexdigest()]


def print_of(content: bytes) -> Print:
    """The fingerprint of a file with this content before it is there, which has no times yet."""
    return [len(content), 0, 0, hashlib.sha256(content).hexdigest()]


def untouched(path: str, known: Print) -> bool:
    """Whether nobody has written the file since; not for sure where it says no."""
    try:
        return stamp(path) == known[:3]
    except OSError:
        return False


def renewed(path: str, known: Print) -> Print | None:
    """The fingerprint where the content is as it was, ``None`` where it is not."""
    try:
        if stamp(path) == known[:3]:
            return known
        now = fingerprint(path)
    except OSError:
        return None
    return now if now[3] == known[3] else None


def _address(text: str) -> Address:
    place = place_at(text)
    assert isinstance(place, Address)
    return place
