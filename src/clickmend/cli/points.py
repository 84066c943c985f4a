"""``clickmend points``: a photo and one point per object in, instance masks out."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clickmend.cli.places import is_many, make_folders, output_places

if TYPE_CHECKING:
    from clickmend.tasks.instances import InstancesPrediction


def points(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="The photo.")],
    points_file: Annotated[
        Path,
        typer.Argument(
            metavar="POINTS",
            help='JSON: a list of [x, y] or of {"x": …, "y": …, "label": …}, or COCO annotations.',
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where the masks go: .json, COCO RLE, or .png, the number of each pixel's object.",
        ),
    ] = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="Print one line of JSON: size, and COCO RLE of each object."),
    ] = False,
    method: Annotated[
        str, typer.Option(metavar="NAME", help="How parts are found: shift, k-means or k-means*.")
    ] = "shift",
    finish: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="none, or network: it looks once more at each object, slower."
        ),
    ] = "none",
    refine: Annotated[
        str,
        typer.Option(
            metavar="LAYER",
            help="G-BRS refinement of the finish: none, sb, bmsb, bmsb-m or bmconv.",
        ),
    ] = "none",
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="An interactive network, see clickmend models."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="Of the samples that are drawn.")] = 0,
    device: Annotated[
        str | None, typer.Option(metavar="NAME", help="cpu, cuda or mps; by default the best.")
    ] = None,
) -> None:
    """Make a mask of every object from one point in each; no two masks overlap."""
    if not (output or json):
        raise typer.BadParameter(
            "the result would go nowhere. Give a file, such as -o masks.json, or --json.",
            param_hint="--output",
        )
    places = []
    if output:
        places = output_places([photo], output, option="--output", suffixes=(".json", ".png"))
        if places[0].resolve() == points_file.resolve():
            raise typer.BadParameter(
                f"{str(places[0])!r} holds the points and would be written over. "
                "Give another file.",
                param_hint="--output",
            )

    # Only now, for these load numpy, torch and the network, and --help should not wait for them.
    from clickmend.cli.point_files import read_points
    from clickmend.session.instances import instances

    at, labels = read_points(points_file, photo=photo)
    prediction = instances(
        photo,
        at,
        labels,
        model=model,
        method=method,
        finish=finish,
        refine=refine,
        seed=seed,
        device=device,
    )
    if output and is_many(output):
        make_folders(places)
    for place in places:
        prediction.save(place)
    if json:
        told = record(photo, prediction, written=places[0] if places else None)
        typer.echo(json_format.dumps(told, ensure_ascii=False))


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
