"""How a failure is told on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from clickmend.core.errors import ClickmendError


def one_line(error: ClickmendError) -> str:
    """The message of ``error`` without line breaks, whatever a library put into it."""
    return " ".join(str(error).split())


def list_failures(failures: Sequence[tuple[Path, str]], *, of: int) -> None:
    """Tell on stderr which photos failed and why; nothing where none did.

    Args:
        failures: The photos with the reasons.
        of: How many there were in all.

    Raises:
        typer.Exit: With code 1, when there are some.
    """
    if failures:
        typer.echo(f"clickmend: {len(failures)} of {of} photos failed:", err=True)
        for photo, reason in failures:
            typer.echo(f"  {photo}: {reason}", err=True)
        raise typer.Exit(1)
