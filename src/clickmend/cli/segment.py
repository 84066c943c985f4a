"""``clickmend segment``: photos and clicks in, masks out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clickmend.cli.options import (
    A_LAYER,
    OUTPUT,
    AdaptKeys,
    Device,
    Network,
    Propagate,
    Protect,
    complete_refinement,
)
from clickmend.cli.places import is_many, make_folders, output_places, place_of, refuse_sharing

TASK = "interactive"


def segment(
    photos: Annotated[
        list[Path],
        typer.Argument(metavar="PHOTO...", help="Photos; each gets the same clicks."),
    ],
    click: Annotated[
        list[str] | None,
        typer.Option(
            metavar="X,Y[:LABEL]",
            help="A click in pixels of the photo: foreground, or background with X,Y:background. "
            "Several places in quotes are a stroke; = in place of the colon paints exactly those "
            "pixels; places in parentheses are the corners of a filled outline. fill, specks and "
            "smooth tidy the mask. Repeatable.",
        ),
    ] = None,
    box: Annotated[
        str | None, typer.Option(metavar="X0,Y0,X1,Y1", help="A box around the object.")
    ] = None,
    prior: Annotated[
        str | None,
        typer.Option(metavar="PNG", help="A mask to start from: a file, a folder or a pattern."),
    ] = None,
    protect: Protect = None,
    output: Annotated[
        str | None,
        typer.Option(
            *OUTPUT,
            metavar="PNG",
            help="Where to write the mask; for several photos a folder/ or a pattern with {name}.",
        ),
    ] = None,
    overlay: Annotated[
        str | None,
        typer.Option(
            metavar="PNG", help="Where to write the photo with the mask drawn over it; like -o."
        ),
    ] = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="Print one line of JSON per photo: COCO RLE, size, clicks."),
    ] = False,
    model: Network = None,
    refine: Annotated[
        str | None,
        typer.Option(
            metavar="LAYER",
            help=f"G-BRS refinement: none or {A_LAYER}",
            autocompletion=complete_refinement,
        ),
    ] = None,
    adapt_keys: AdaptKeys = 0,
    propagate: Propagate = 0,
    device: Device = None,
) -> None:
    """Make a mask from a photo and a few clicks.

    With --prior and no clicks the result is the prior. A photo that fails does not stop the others;
    failures are listed at the end.
    """
    if not (click or box or prior):
        raise typer.BadParameter(
            "nothing says where the object is. Give at least one click or box, "
            "such as --click 212,140, or a mask to start from, --prior.",
            param_hint="--click",
        )
    if not (output or overlay or json):
        raise typer.BadParameter(
            "the result would go nowhere. Give a file, such as -o mask.png, or --json.",
            param_hint="--output",
        )
    masks = output_places(photos, output, option="--output") if output else []
    overlays = output_places(photos, overlay, option="--overlay") if overlay else []
    if masks and overlays:
        refuse_sharing(photos, masks + overlays, option="--overlay")

    # Only now, for these load numpy, torch and the network, and --help should not wait for them.
    from clickmend.cli.batch import Job, Options, mend_all
    from clickmend.cli.marks import read_box, read_mark

    boxes = (read_box(box),) if box else ()
    marks = (*boxes, *(read_mark(text, task=TASK, option="--click") for text in click or []))
    options = Options(
        task=TASK,
        model=model,
        refine=refine,
        adapt_keys=adapt_keys,
        propagate=propagate,
        device=device,
        json=json,
    )
    jobs = [
        Job(
            photo=photo,
            marks=marks,
            prior=place_of(photo, prior) if prior else None,
            protect=place_of(photo, protect) if protect else None,
            output=masks[number] if masks else None,
            overlay=overlays[number] if overlays else None,
        )
        for number, photo in enumerate(photos)
    ]
    for target, places in ((output, masks), (overlay, overlays)):
        if target and is_many(target):
            make_folders(places)
    mend_all(jobs, options, verb="Segmenting")
