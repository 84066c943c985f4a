"""``clickmend formats``: what labels are written in, and what each format cannot hold."""

from __future__ import annotations

from typing import Annotated

import typer


def formats(
    task: Annotated[
        str | None, typer.Option(metavar="TASK", help="Only the formats for this task.")
    ] = None,
) -> None:
    """List the label formats of each task, and what each format cannot store."""
    from clickmend.projects.formats import formats_of, limits_of
    from clickmend.projects.results import USUAL

    if task not in (None, *USUAL):
        raise typer.BadParameter(
            f"There is no task {task!r}. Available: {', '.join(USUAL)}.", param_hint="--task"
        )
    for number, one in enumerate(USUAL if task is None else (task,)):
        if number:
            typer.echo()
        typer.echo(one)
        for form in formats_of(one):
            own = "*" if USUAL[one] == form.name else " "
            typer.echo(f"{own} {form.name:<16}{limits_of(form, one)}")
