"""Words in a PNG file, which pictures ignore."""

from __future__ import annotations

import struct
import zlib

_HEADER = 8 + 25
"""Bytes of the signature and of IHDR."""


def with_text(png: bytes, name: str, text: str) -> bytes:
    """A PNG file that also holds a text, a tEXt chunk before its pixels.

    Args:
        png: The file.
        name: What the text is called, Latin-1, 1 to 79 letters.
        text: Latin-1.
    """
    content = b"tEXt" + name.encode("latin-1") + b"\0" + text.encode("latin-1")
    length, check = struct.pack(">I", len(content) - 4), struct.pack(">I", zlib.crc32(content))
    return png[:_HEADER] + length + content + check + png[_HEADER:]
