"""``clickmend run``: the page in the browser, on single photos or on a folder of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clickmend.cli.options import OUTPUT, Batch

if TYPE_CHECKING:
    from clickmend.projects.store import Store

HIDDEN = ".clickmend"
"""The folder, beside the labels, of what a project keeps."""


MOST_WORKERS = 64

MOST_NAMED = 5
"""So many photos that cannot be read are named."""


def complete_tool(typed: str) -> list[str]:
    """What ``--interop`` may name, for the completion of a shell."""
    from clickmend.server.interop import TOOLS

    return [name for name in TOOLS if name.startswith(typed)]


def run(
    photos: Annotated[
        Path | None,
        typer.Argument(metavar="[PHOTOS]", help="A folder of photos to label."),
    ] = None,
    priors: Annotated[
        Path | None,
        typer.Option(metavar="OLD", help="Predictions to correct, each named like its photo."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            *OUTPUT, metavar="LABELS", help="Where to write the labels; by default PHOTOS-labels."
        ),
    ] = None,
    task: Annotated[
        str | None, typer.Option(metavar="TASK", help="What to label; by default interactive.")
    ] = None,
    label_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="Format of the labels (see clickmend formats); by default the task's own.",
        ),
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="Classes: cat,dog, or a file with one per line, each optionally followed by a "
            "tab and a colour.",
        ),
    ] = None,
    project: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Name of the project; by default that of PHOTOS."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="postgresql://…; by default a SQLite file beside the labels."
        ),
    ] = None,
    root: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FOLDER", help="A folder that projects made on the page may use; repeatable."
        ),
    ] = None,
    interop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TOOL",
            help="Also serve another tool, such as cvat; repeatable.",
            autocompletion=complete_tool,
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NETWORK",
            help="A network to use for its task, or to find objects: a name that clickmend models "
            "lists, a card, or anything that from_pretrained takes; repeatable.",
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(min=1, max=MOST_WORKERS, help="Server processes, for many people at a time."),
    ] = 1,
    batch: Batch = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but the default lets other machines in.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The first port to try; 0 takes any free one.")
    ] = 8765,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Open the page, on its own or on a folder of photos as a project, new or continued."""
    roots = list(root or ())
    if photos is None:
        _only_with_photos(
            priors=priors, out=out, task=task, format=label_format, classes=classes, project=project
        )
    elif not photos.is_dir():
        raise typer.BadParameter(_no_folder(photos, out), param_hint="PHOTOS")
    from clickmend.core.settings import settings
    from clickmend.projects.labelling import classes_of, earlier, open_project
    from clickmend.projects.moving import project_at
    from clickmend.projects.opening import DEFAULT_TASK
    from clickmend.projects.store import Store
    from clickmend.server.networks import Networks
    from clickmend.server.serve import serve

    networks = Networks(given=model or ())  # what is wrong with them is told before anything begins

    if photos is None:
        store = Store(settings().home.expanduser(), url=database)
        serve(
            host,
            port,
            open_browser=browser,
            store=store,
            roots=roots,
            interop=interop or (),
            workers=workers,
            batch=batch,
            networks=networks,
            say=typer.echo,
        )
        return
    photos = photos.resolve()
    labels = (out or photos.with_name(f"{photos.name}-labels")).resolve()
    store = Store(labels / HIDDEN, url=database)
    name = project or project_at(store, photos)
    before = store.projects.named(name)
    found = open_project(
        store,
        name,
        photos=[photos],
        task=task or (before.task if before else DEFAULT_TASK),
        classes=() if classes is None else classes_of(classes),
        priors=priors,
        out=labels,
        format=label_format,
    )
    counted = f"{store.images.count(found.id)} photos"
    if found.priors is not None:
        counted += f", {store.images.count(found.id, prior=True)} with an old prediction"
    typer.echo(f"Project {found.name!r}: {counted}, labels in {labels}")
    if before is not None and before.folders != found.folders:
        typer.echo(f"Its photos were in {', '.join(before.folders)}; they are the same.")
    for line in _faulty(store, found.id):
        typer.echo(line)
    if (aside := earlier(store, found)).is_dir():
        typer.echo(f"Label files that were there before it are kept in {aside}")
    serve(
        host,
        port,
        open_browser=browser,
        store=store,
        roots=[*roots, photos.parent],
        project_id=found.id,
        interop=interop or (),
        workers=workers,
        batch=batch,
        networks=networks,
        say=typer.echo,
    )


def _no_folder(photos: Path, out: Path | None) -> str:
    """What is said of photos that are not there; of those of a project how it goes on."""
    labels = out or photos.with_name(f"{photos.name}-labels")
    if not (labels / HIDDEN).is_dir():
        return f"{str(photos)!r} is no folder. Give the one that holds the photos."
    return (
        f"{str(photos)!r} is no folder, and {str(labels)!r} holds a project. Where its photos were "
        f"moved, give their new folder and --out {shlex.quote(str(labels))}; it goes on with them "
        "once they are seen to be the same."
    )


def _faulty(store: Store, project_id: int) -> Iterator[str]:
    """What is said of the photos that cannot be read: how many, which, and why."""
    from clickmend.projects.store import Query

    total, images = store.images.listed(project_id, Query(faulty=True, limit=MOST_NAMED))
    if not total:
        return
    which = "1 photo cannot" if total == 1 else f"{total} photos cannot"
    yield f"{which} be read; the page shows why, and lets each be rejected:"
    for image in images:
        yield f"  {image.name}: {image.fault}"
    if total > len(images):
        yield f"  and {total - len(images)} more"


def _only_with_photos(**given: object) -> None:
    for name, value in given.items():
        if value is not None:
            raise typer.BadParameter(
                "it belongs to a folder of photos, and none is given. Give PHOTOS, or leave it "
                "out.",
                param_hint=f"--{name}",
            )
