"""How a failure is told on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from clickmend.core.errors import ClickmendError


def one_line(error: ClickmendError) -> str:
    """The message of ``error`` without line breaks, whatever a library put into it."""
    return " ".join(str(error).split())


def list_failures(
    failures: Sequence[tuple[str | Path, str]], *, of: int, in_all: int | None = None
) -> None:
    """Tell on stderr which photos failed and why; nothing where none did.

    Args:
        failures: The photos with the reasons.
        of: How many photos there were in all.
        in_all: How many failed, where that is more than are listed.

    Raises:
        typer.Exit: With code 1, when there are some.
    """
    if failures:
        more = (in_all or 0) - len(failures)
        typer.echo(f"clickmend: {in_all or len(failures)} of {of} photos failed:", err=True)
        for photo, reason in failures:
            typer.echo(f"  {photo}: {reason}", err=True)
        if more > 0:
            typer.echo(f"  … and {more} more", err=True)
        raise typer.Exit(1)
