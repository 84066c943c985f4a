"""``clickmend refine``: photos, predictions and marks in, mended predictions out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clickmend.cli.options import OUTPUT, AdaptKeys, Device, Layer, Network, Propagate, Protect
from clickmend.cli.places import is_many, make_folders, output_places, place_of
from clickmend.cli.task_options import check_task, file_options, given_options


def refine(
    ctx: typer.Context,
    photos: Annotated[
        list[Path],
        typer.Argument(metavar="PHOTO...", help="Photos; each gets the same marks."),
    ],
    task: Annotated[
        str,
        typer.Option(
            metavar="TASK",
            help="interactive (an object mask), semantic (a class map), matting, depth, or a task "
            "registered by another package.",
        ),
    ],
    at: Annotated[
        list[str] | None,
        typer.Option(
            metavar="X,Y:WHAT[@RADIUS]",
            help="A mark in pixels of the photo, and what is there: background, a class, alpha, "
            "metres, up or down to push the value, or erase to restore what was there first. "
            "Several places 'X,Y X,Y:WHAT' are a stroke; = in place of the colon paints exactly "
            "those pixels; '(X,Y X,Y X,Y)=WHAT' fills an outline. fill, specks and smooth, "
            "optionally with :CLASS and @SIZE, tidy masks and class maps. Repeatable.",
        ),
    ] = None,
    prior: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="A prediction to start from: a file, a folder or a pattern."
        ),
    ] = None,
    protect: Protect = None,
    output: Annotated[
        str | None,
        typer.Option(
            *OUTPUT,
            metavar="FILE",
            help="Where to write the result: PNG, or NPY except for masks; for several photos a "
            "folder/ or a pattern with {name}.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one line of JSON per photo.")] = False,
    model: Network = None,
    layer: Layer = None,
    adapt_keys: AdaptKeys = 0,
    propagate: Propagate = 0,
    device: Device = None,
) -> None:
    """Correct a mask, a class map, a matte or a depth map with a few marks.

    Without marks the result is the prior, or the network's own prediction. A photo that fails does
    not stop the others; failures are listed at the end.
    """
    if not (output or json):
        raise typer.BadParameter(
            "the result would go nowhere. Give a file, such as -o mended.png, or --json.",
            param_hint="--output",
        )
    # Only now, for these load numpy, torch and the network, and --help should not wait for them.
    from clickmend.cli.marks import read_mark
    from clickmend.tasks.registry import task_named

    check_task(task)
    suffixes = task_named(task).prediction.suffixes
    outputs = output_places(photos, output, option="--output", suffixes=suffixes) if output else []
    marks = tuple(read_mark(text, task=task) for text in at or [])

    from clickmend.cli.batch import Job, Options, mend_all

    given, files = given_options(ctx), file_options()
    options = Options(
        task=task,
        model=model,
        refine=layer,
        adapt_keys=adapt_keys,
        propagate=propagate,
        device=device,
        numbers={name: value for name, value in given.items() if name not in files},
        json=json,
    )
    jobs = [
        Job(
            photo=photo,
            marks=marks,
            output=outputs[number] if outputs else None,
            prior=place_of(photo, prior) if prior else None,
            protect=place_of(photo, protect) if protect else None,
            files={
                name: place_of(photo, str(value)) for name, value in given.items() if name in files
            },
        )
        for number, photo in enumerate(photos)
    ]
    if output and is_many(output):
        make_folders(outputs)
    mend_all(jobs, options, verb="Mending")
