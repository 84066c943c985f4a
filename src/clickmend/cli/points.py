"""``clickmend points``: a photo and one point per object in, instance masks out."""

from __future__ import annotations

import json as json_format
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clickmend.cli.options import OUTPUT, Device, Finish, FinishRefine, Method, Model, Seed
from clickmend.cli.places import is_many, make_folders, output_places, refuse_sharing
from clickmend.core.errors import DataError

if TYPE_CHECKING:
    from clickmend.tasks.instances import InstancesPrediction


def points(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="The photo.")],
    points_file: Annotated[
        Path,
        typer.Argument(
            metavar="POINTS",
            help=r'JSON: a list of \[x, y] or of {"x": …, "y": …, "label": …}, or COCO '
            "annotations.",
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            *OUTPUT,
            metavar="FILE",
            help="Where to write the masks: .json (COCO RLE) or .png (each pixel's object number).",
        ),
    ] = None,
    overlay: Annotated[
        str | None,
        typer.Option(metavar="PNG", help="Where to write the photo with its objects in colour."),
    ] = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="Print one line of JSON: size, and COCO RLE of each object."),
    ] = False,
    method: Method = "shift",
    finish: Finish = "network",
    refine: FinishRefine = "none",
    model: Model = None,
    seed: Seed = 0,
    device: Device = None,
) -> None:
    """Make a mask of every object from one point in each; no two masks overlap."""
    if not (output or overlay or json):
        raise typer.BadParameter(
            "the result would go nowhere. Give a file, such as -o masks.json, or --json.",
            param_hint="--output",
        )
    masks = _place(photo, output, option="--output", suffixes=(".json", ".png"))
    picture = _place(photo, overlay, option="--overlay", suffixes=(".png",))
    written = [place for place in (masks, picture) if place]
    if len(written) == 2:
        refuse_sharing([photo], written, option="--overlay")
    if masks and masks.resolve() == points_file.resolve():
        raise typer.BadParameter(
            f"{str(masks)!r} holds the points and would be written over. Give another file.",
            param_hint="--output",
        )

    # Only now, for these load numpy, torch and the network, and --help should not wait for them.
    from clickmend.adapters.pretrained import model_of
    from clickmend.cli.overlay import overlay_instances, png_of
    from clickmend.data import photo_size, read_photo, read_points, write_atomically
    from clickmend.tasks.instances import instances

    asked, wrong = read_points(points_file, photo=photo).usable(photo, photo_size(photo))
    if wrong:
        raise DataError(f"{points_file}: {wrong}")
    prediction = instances(
        photo,
        asked.points,
        asked.labels,
        model=None if model is None else model_of(model, device=device),
        method=method,
        finish=finish,
        refine=refine,
        seed=seed,
        device=device,
    )
    for target, place in ((output, masks), (overlay, picture)):
        if target and place and is_many(target):
            make_folders([place])
    if masks:
        prediction.save(masks)
    if picture:
        write_atomically(picture, png_of(overlay_instances(read_photo(photo), prediction.index)))
    if json:
        told = record(photo, prediction, written=masks)
        typer.echo(json_format.dumps(told, ensure_ascii=False))


def _place(photo: Path, target: str | None, *, option: str, suffixes: Sequence[str]) -> Path | None:
    if not target:
        return None
    return output_places([photo], target, option=option, suffixes=suffixes)[0]


def record(photo: Path, prediction: InstancesPrediction, *, written: Path | None) -> dict[str, Any]:
    """What ``--json`` prints.

    Returns:
        ``size`` is [W, H] as everywhere in clickmend; each ``rle`` is COCO's, whose size is [H, W].
    """
    height, width = prediction.index.shape
    labels = prediction.labels or (None,) * len(prediction.points)
    return {
        "photo": str(photo),
        "size": [width, height],
        "masks": str(written) if written else None,
        "instances": [
            {
                "x": x,
                "y": y,
                "label": label,
                "area": annotation["area"],
                "rle": annotation["segmentation"],
            }
            for (x, y), label, annotation in zip(
                prediction.points, labels, prediction.coco()["annotations"], strict=True
            )
        ],
    }
