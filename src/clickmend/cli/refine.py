"""``clickmend refine``: photos, predictions and marks in, mended predictions out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clickmend.cli.options import A_LAYER, AdaptKeys, Device, Propagate, complete_refinement
from clickmend.cli.places import is_many, make_folders, output_places, place_of


class TaskChoice(StrEnum):
    """What is predicted."""

    interactive = "interactive"
    semantic = "semantic"
    matting = "matting"
    depth = "depth"


def refine(
    photos: Annotated[
        list[Path],
        typer.Argument(metavar="PHOTO...", help="Photos; each gets the same marks."),
    ],
    task: Annotated[
        TaskChoice,
        typer.Option(help="An object mask, a class map, an alpha matte or a depth map."),
    ],
    at: Annotated[
        list[str] | None,
        typer.Option(
            metavar="X,Y:WHAT[@RADIUS]",
            help="A mark in pixels of the photo, and what is there: background, a class, alpha, "
            "metres, or up / down to push. Several places 'X,Y X,Y:CLASS' are a stroke. May be "
            "repeated.",
        ),
    ] = None,
    prior: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="A prediction to start from: a file, a folder or a pattern."
        ),
    ] = None,
    trimap: Annotated[
        str | None,
        typer.Option(metavar="PNG", help="Of matting: 0 background, 128 unknown, 255 foreground."),
    ] = None,
    depth_scale: Annotated[
        float | None,
        typer.Option(
            metavar="METRES", help="One unit of a depth prior that is no PNG of millimetres."
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where the result goes, PNG or (but for masks) NPY. For several photos a folder/ "
            "or a pattern with {name}.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one line of JSON per photo.")] = False,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The network, see clickmend models.")
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option(
            "--refine",
            metavar="LAYER",
            help=f"none, region (each mark holds where it is meant) or {A_LAYER}",
            autocompletion=complete_refinement,
        ),
    ] = None,
    adapt_keys: AdaptKeys = 0,
    propagate: Propagate = 0,
    device: Device = None,
) -> None:
    """Mend a mask, a class map, a matte or a depth map with a few marks.

    Without marks it is the prior, or the network's own answer. One photo that fails does not stop
    the others; the failures are told at the end.
    """
    if not (output or json):
        raise typer.BadParameter(
            "the result would go nowhere. Give a file, such as -o mended.png, or --json.",
            param_hint="--output",
        )
    suffixes = (".png",) if task is TaskChoice.interactive else (".png", ".npy")
    outputs = output_places(photos, output, option="--output", suffixes=suffixes) if output else []

    # Only now, for these load numpy, torch and the network, and --help should not wait for them.
    from clickmend.cli.batch import Job, Manner, mend_all
    from clickmend.cli.marks import read_mark

    manner = Manner(
        task=task.value,
        marks=tuple(read_mark(text, task=task.value) for text in at or []),
        model=model,
        refine=layer,
        adapt_keys=adapt_keys,
        propagate=propagate,
        device=device,
        depth_scale=depth_scale,
        json=json,
    )
    jobs = [
        Job(
            photo=photo,
            output=outputs[number] if outputs else None,
            prior=place_of(photo, prior) if prior else None,
            trimap=place_of(photo, trimap) if trimap else None,
        )
        for number, photo in enumerate(photos)
    ]
    if output and is_many(output):
        make_folders(outputs)
    mend_all(jobs, manner, verb="Mending")
