"""The lines of the public face whose parts are not built yet."""

from __future__ import annotations

from typing import Any, NoReturn

from clickmend.core.errors import NotAvailableError

AVAILABLE = (
    'Session(photo, task="interactive"), which makes object masks from clicks and boxes with the '
    'shipped network "interactive-s"'
)
"""What this version has, in the words of an error."""


def wrap(*_arguments: Any, **_options: Any) -> NoReturn:
    """Let clicks mend a torch module of your own. Not in this version.

    Raises:
        NotAvailableError: Always; says what is available.
    """
    raise NotAvailableError(
        "wrap, which lets clicks mend a network of your own, is not in this version. "
        f"Available: {AVAILABLE}."
    )


def instances(*_arguments: Any, **_options: Any) -> NoReturn:
    """One mask for each point, without overlap. Not in this version.

    Raises:
        NotAvailableError: Always; says what is available.
    """
    raise NotAvailableError(
        f"instances, one mask for each point, is not in this version. Available: {AVAILABLE}; "
        "one session for each object gives its mask."
    )
