"""The lines of the public face whose parts are not built yet."""

from __future__ import annotations

from typing import Any, NoReturn

from clickmend.core.errors import NotAvailableError


def instances(*_arguments: Any, **_options: Any) -> NoReturn:
    """One mask for each point, without overlap. Not in this version.

    Raises:
        NotAvailableError: Always; says what is available.
    """
    raise NotAvailableError(
        "instances, one mask for each point, is not in this version. Available: Session(photo, "
        'task="interactive"), which makes one object\'s mask from clicks; open one for each object.'
    )
