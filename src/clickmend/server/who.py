"""Who asks: a name that people give themselves, so that others see whose work it is."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Annotated
from urllib.parse import unquote

from fastapi import Header

LONGEST = 100
"""Letters of a name."""

_BY: ContextVar[str] = ContextVar("by", default="")


async def read_who(
    clickmend_by: Annotated[
        str | None, Header(max_length=900, description="Who does it, percent-encoded UTF-8.")
    ] = None,
) -> None:
    """Keep the name for as long as the request lasts; it proves nothing."""
    name = "".join(letter for letter in unquote(clickmend_by or "") if letter.isprintable())
    _BY.set(name.strip()[:LONGEST])


def asking() -> str:
    """The name of who asks; empty where none is given."""
    return _BY.get()
