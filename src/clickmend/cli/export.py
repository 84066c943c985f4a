"""``clickmend export``: the labels of a project in any format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clickmend.cli.options import OUTPUT
from clickmend.cli.run import HIDDEN
from clickmend.core.errors import ProjectError

if TYPE_CHECKING:
    from clickmend.projects.export import Written


def export(
    labels: Annotated[
        Path,
        typer.Argument(metavar="LABELS", help="The folder of labels that clickmend run wrote."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            *OUTPUT,
            metavar="FOLDER",
            help="Where to write them; by default LABELS, and for another format or for some "
            "statuses a folder beside it.",
        ),
    ] = None,
    label_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="Any that clickmend formats lists; by default the project's.",
        ),
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATUS", help="Only photos with this status, such as done; repeatable."
        ),
    ] = None,
    project: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which project, if there are several.")
    ] = None,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="The database that clickmend run was given.")
    ] = None,
) -> None:
    """Write the labels of a project in any format; rejected photos are left out by default.

    Old predictions that nobody has touched are written too, and counted; --status leaves them out.
    """
    if not (labels / HIDDEN).is_dir():
        raise typer.BadParameter(
            f"{str(labels)!r} is no folder of labels of clickmend run. Give the one that it named.",
            param_hint="LABELS",
        )
    from clickmend.projects.export import NOT_REJECTED, place_of
    from clickmend.projects.export import export as write
    from clickmend.projects.opening import start_session
    from clickmend.projects.store import Store

    store = Store(labels / HIDDEN, url=database)
    try:
        there = store.projects.listed()
        found = [one for one in there if project in (None, one.name)]
        if not there:
            raise ProjectError(
                f"There is no project in {labels}. Labels of clickmend run are exported, in the "
                "folder that it named; those that clickmend label wrote are files already."
            )
        if len(found) != 1:
            names = ", ".join(one.name for one in there)
            raise ProjectError(
                f"{len(found)} projects are meant in {labels}. Name one with --project; there are: "
                f"{names}."
            )
        statuses = tuple(status) if status else NOT_REJECTED
        here = labels.resolve()
        place = out or place_of(found[0], form=label_format, statuses=statuses, own=here)
        written = write(
            store,
            found[0],
            factory=start_session,
            form=label_format,
            out=place,
            statuses=statuses,
        )
    finally:
        store.close()
    _tell(written)


def _tell(written: Written) -> None:
    """Say what was written, and by their reasons all photos that are left out."""
    typer.echo(f"Written: {len(written.files)} files in {written.place}", err=True)
    if written.untouched:
        typer.echo(
            f"Old predictions among them that nobody has touched: {written.untouched}; "
            "--status done --status accepted leaves them out.",
            err=True,
        )
    for why, names in written.reasons.items():
        typer.echo(f"Left out: {len(names)} × {why}", err=True)
        for name in names:
            typer.echo(f"  {name}", err=True)
    if written.refused:
        raise typer.Exit(1)
