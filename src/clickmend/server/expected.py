"""The version that a change expects, so that nobody takes back unseen what somebody else has done.

Undo, a mark by its number and a reset mean what whoever asks has seen. A client says of which
version that is in the header ``Clickmend-After``; where another one is there, the change is refused
and nothing is done.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Annotated

from fastapi import Header

from clickmend.core.errors import ConflictError

_EXPECTED: ContextVar[int | None] = ContextVar("expected", default=None)


async def read_expected(
    clickmend_after: Annotated[
        int | None,
        Header(
            ge=0,
            description="The ``prediction.version`` that a change is meant for; where the session "
            "has another one by now, it is refused with 409 and nothing is done.",
            openapi_examples={"what was told last": {"value": 3}},
        ),
    ] = None,
) -> None:
    """Keep, for as long as the request lasts, the version that it is meant for."""
    _EXPECTED.set(clickmend_after)


def check_expected(version: int) -> None:
    """Refuse a change that is meant for another version than ``version``.

    Raises:
        ConflictError: It is.
    """
    expected = _EXPECTED.get()
    if expected not in (None, version):
        raise ConflictError(
            "This photo was changed elsewhere meanwhile. Nothing was done; look, and do it again."
        )
