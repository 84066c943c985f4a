"""The command ``clickmend label``: its options, and which way the task goes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clickmend.cli.label.checks import (
    check_detecting,
    check_engine,
    check_sequence,
    check_shared,
    check_target,
    refuse,
    refuse_for_manifest,
)
from clickmend.cli.label.running import Running
from clickmend.cli.options import OUTPUT, AdaptKeys, Batch, Device, Layer, Propagate, place_option
from clickmend.cli.places import complete_place, place_given
from clickmend.cli.task_options import check_task, file_options, given_options
from clickmend.core.addresses import Address, Place
from clickmend.core.files import make_folder

if TYPE_CHECKING:
    pass

OF_INSTANCES = {"method": "shift", "finish": "network", "seed": 0}
"""The options that only instances have, and what they are when left out."""

INSTANCES = "instances"


def label(
    ctx: typer.Context,
    photos: Annotated[
        str,
        typer.Argument(
            metavar="PHOTOS",
            help="A folder of photos, or a manifest in JSON lines. This and all other files may be "
            "remote, such as s3://bucket/photos.",
            autocompletion=complete_place,
        ),
    ],
    task: Annotated[
        str,
        typer.Option(
            metavar="TASK",
            help="interactive, semantic, matting, depth, instances, or a task registered by "
            "another package.",
        ),
    ],
    output: Annotated[
        str,
        place_option(
            *OUTPUT,
            metavar="PLACE",
            help="A folder/ or a pattern with {name}; for instances one COCO file, .json. Progress "
            "is stored beside it.",
        ),
    ],
    points: Annotated[
        str | None,
        place_option(
            "--points",
            "--marks",
            metavar="FILE",
            help="Marks of each photo, JSON. For instances points: COCO annotations or keypoints, "
            "JSON of points by photo, or a folder of VOC Annotations; without it, --model detects "
            "the objects.",
        ),
    ] = None,
    priors: Annotated[
        str | None,
        place_option(
            metavar="OLD", help="A folder of predictions to start from, each named like its photo."
        ),
    ] = None,
    protect: Annotated[
        str | None,
        place_option(
            metavar="DONE", help="A folder of masks of pixels that marks must not change."
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="For instances: how object parts are found: shift, k-means or k-means*.",
        ),
    ] = None,
    finish: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="For instances: network refines each mask by a closer look at its object; none "
            "skips this, which is faster and less accurate; propagation, without --points, grows "
            "masks over similar parts of the photo.",
        ),
    ] = None,
    refine: Layer = None,
    adapt_keys: AdaptKeys = 0,
    propagate: Propagate = 0,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The network: a name that clickmend models lists, or see docs/cli.md.",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="For instances: seed of the random samples."),
    ] = None,
    device: Device = None,
    jobs: Annotated[int, typer.Option(min=1, metavar="N", help="Worker processes.")] = 1,
    threads: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", help="Threads of each worker; results depend on it slightly."
        ),
    ] = 1,
    batch: Batch = None,
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="serial (one process), pool (several on this machine) or ray (a cluster); by "
            "default serial or pool, according to --jobs.",
        ),
    ] = None,
    retries: Annotated[
        int, typer.Option(min=0, metavar="N", help="How often a failed photo is tried again.")
    ] = 1,
    summary: Annotated[
        str | None,
        place_option(metavar="JSON", help="Where to write counts, rate and failures."),
    ] = None,
    sequence: Annotated[
        bool,
        typer.Option(
            "--sequence",
            help="For interactive: PHOTOS are the frames of a sequence, or a video, and the object "
            "marked on the first frame is tracked through all of them.",
        ),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over instead of continuing.")
    ] = False,
) -> None:
    """Label every photo of a folder or manifest; if interrupted, the same command continues."""
    place = place_given(photos, option="PHOTOS")
    if not place.exists():
        raise typer.BadParameter(
            f"{photos!r} is no folder and no manifest, for it does not exist. Give what holds or "
            "lists the photos, or a video with --sequence.",
            param_hint="PHOTOS",
        )
    marks, old, done, told = (
        None if text is None else place_given(text, option=f"--{name}")
        for name, text in (
            ("points", points),
            ("priors", priors),
            ("protect", protect),
            ("summary", summary),
        )
    )
    target = place_given(output, option="--output")
    of_instances = {"method": method, "finish": finish, "seed": seed}
    from clickmend.core.settings import settings

    run = Running(
        task=task,
        model=model,
        device=device,
        threads=threads,
        batch=batch or settings().batch,
        jobs=jobs,
        engine=engine,
        retries=retries,
        summary=told,
        fresh=fresh,
    )
    check_engine(run)
    check_shared(run, place, marks, old, done, target)
    if told is not None:
        make_folder(told.parent)  # not only when all is done
    if sequence:
        check_sequence(task, jobs=jobs, engine=engine)
        refuse(
            task,
            **of_instances,
            **given_options(ctx),
        )
        for name, value in {
            "protect": protect,
            "adapt-keys": adapt_keys or None,
            "propagate": propagate or None,
            "batch": batch,
        }.items():
            if value is not None:
                raise typer.BadParameter(
                    "it has no meaning for a sequence. Leave it out.", param_hint=f"--{name}"
                )
        _follow(place, marks, old, output, {"refine": refine}, run)
    elif task == INSTANCES:
        refuse(
            task,
            priors=priors,
            protect=protect,
            batch=batch,
            adapt_keys=adapt_keys or None,
            propagate=propagate or None,
            **given_options(ctx),
        )
        if marks is None and place.is_dir():
            check_detecting(model, {"method": method, "seed": seed, "refine": refine})
        options = {
            name: OF_INSTANCES[name] if value is None else value
            for name, value in of_instances.items()
        }
        options["refine"] = refine or "none"
        _label_instances(place, marks, target, options, run)
    else:
        refuse(task, **of_instances)
        check_task(task)
        given, files = given_options(ctx), file_options()
        beside = {"prior": old, "protect": done}
        for name in given:
            if name in files:
                beside[name] = place_given(str(given[name]), option=f"--{name}")
        options = {"refine": refine, "adapt_keys": adapt_keys, "propagate": propagate}
        numbers = {name: value for name, value in given.items() if name not in files}
        there = {name: of for name, of in beside.items() if of is not None}
        check_shared(run, *there.values())
        _mend(place, marks, output, there, options | {"numbers": numbers}, run)


def _mend(
    photos: Place,
    marks: Place | None,
    output: str,
    beside: Mapping[str, Place],
    options: Mapping[str, Any],
    run: Running,
) -> None:
    from clickmend.cli.label.mending import mend_all
    from clickmend.cli.label.photos import Wanted

    wanted = Wanted(run.task, output, beside, marks)
    check_target(wanted, photos)
    if photos.is_file():
        refuse_for_manifest(points=marks, **beside)
    mend_all(photos, wanted, options, run)


def _follow(
    frames: Place,
    marks: Place | None,
    mask: Place | None,
    output: str,
    options: Mapping[str, Any],
    run: Running,
) -> None:
    from clickmend.cli.label.photos import Wanted
    from clickmend.cli.label.sequence import follow_all

    if marks is None and mask is None:
        raise typer.BadParameter(
            "nothing says where the object is on the first frame. Give its marks, or a mask "
            "(--priors).",
            param_hint="--marks",
        )
    wanted = Wanted(run.task, output, {} if mask is None else {"prior": mask}, marks)
    check_target(wanted, frames)
    for place in (frames, mask, marks, wanted.root):
        if isinstance(place, Address):
            raise typer.BadParameter(
                f"{place} is an address, and a sequence is read from and written to this machine. "
                "Fetch it, and put the masks there when they are done.",
                param_hint="--sequence",
            )
    assert isinstance(frames, Path)
    follow_all(frames, wanted, options, run)


def _label_instances(
    photos: Place,
    points: Place | None,
    output: Place,
    options: Mapping[str, Any],
    run: Running,
) -> None:
    if photos.is_file():
        points = points or photos
    folder = photos if photos.is_dir() else photos.parent
    kept = output.parent / f"{output.stem}.jsonl"
    taken = points is not None and points.resolve() in (output.resolve(), kept.resolve())
    if output.suffix.lower() != ".json" or taken:
        raise typer.BadParameter(
            f"{str(output)!r} is no file for the result, which is a .json and, like the .jsonl "
            "beside it, not the file of points. Give another one.",
            param_hint="--output",
        )
    # Only now, for these load numpy, torch and the network, and --help should not wait for them.
    from clickmend.cli.label.instances import find_all
    from clickmend.session import Refine
    from clickmend.tasks.instances.from_points import DETECTED_FINISHES, FINISHES, check_options

    method, finish, refine = options["method"], options["finish"], Refine(options["refine"])
    finishes = DETECTED_FINISHES if points is None else FINISHES
    check_options(method, finish, refine, seed=options["seed"], finishes=finishes)
    find_all(folder, points, output, kept=kept, options=options, run=run)
