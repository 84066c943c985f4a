"""The pictures of a request: in its text, or beneath a folder that was allowed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from pathlib import Path

from clickmend.core.errors import ImageError, NotFoundError
from clickmend.data.picture_files import PHOTO_SUFFIXES, file_bytes


def decoded(text: str) -> bytes:
    """The file in base64 or in a ``data:`` URI.

    Raises:
        ImageError: It is neither.
    """
    if text.startswith("data:"):
        head, _, text = text.partition(",")
        if not head.endswith(";base64"):
            raise ImageError(
                "The data URI of the picture is not in base64. Allowed is "
                "data:image/png;base64,…; encode it so."
            )
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImageError(
            f"The picture is no base64 ({error}). Allowed is the content of its file in base64, "
            "with or without data:image/png;base64, before it; encode the whole file."
        ) from error


def file_beneath(roots: Sequence[Path], name: str) -> bytes:
    """The content of a file that a request names.

    Args:
        roots: The folders that are allowed.
        name: Its path from one of them, without the ending if it is a photo's.

    Raises:
        NotFoundError: There is none, or it lies elsewhere.
    """
    for file in _candidates(roots, name):
        if file.is_file():
            return file_bytes(file, error=ImageError)
    raise NotFoundError(
        f"There is no picture {name!r} in a folder that this server may read. Pictures are named "
        "by their path from such a folder; allow it with --root when the server is started."
    )


def _candidates(roots: Sequence[Path], name: str) -> Iterator[Path]:
    if "\0" in name:
        return
    for root in roots:
        for suffix in ("", *PHOTO_SUFFIXES):
            file = (root / f"{name}{suffix}").resolve()
            # Also what a link leads to, and only pictures.
            if file.is_relative_to(root.resolve()) and file.suffix.lower() in PHOTO_SUFFIXES:
                yield file
