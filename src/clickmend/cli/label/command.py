"""The command ``clickmend label``: its options, and which way the task goes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clickmend.cli.label.running import Running
from clickmend.cli.options import AdaptKeys, Device, Layer, Propagate, place_option
from clickmend.cli.places import NAME, complete_place, is_folder, place_given
from clickmend.cli.task_options import check_task, file_options, given_options
from clickmend.core.addresses import Address, Place, place_at
from clickmend.core.files import make_folder

if TYPE_CHECKING:
    from clickmend.cli.label.photos import Wanted

OF_INSTANCES = {"method": "shift", "finish": "network", "seed": 0}
"""The options that only instances have, and what they are when left out."""

INSTANCES = "instances"


def label(
    ctx: typer.Context,
    photos: Annotated[
        str,
        typer.Argument(
            metavar="PHOTOS",
            help="A folder of photos, or a manifest: JSON lines. As all files here, at an address "
            "too, such as s3://bucket/photos.",
            autocompletion=complete_place,
        ),
    ],
    task: Annotated[
        str,
        typer.Option(
            metavar="TASK",
            help="What is made: interactive, semantic, matting, depth, one of another package, or "
            "instances.",
        ),
    ],
    output: Annotated[
        str,
        place_option(
            "--output",
            "-o",
            metavar="PLACE",
            help="A folder/ or a pattern with {name}; of instances one .json, COCO's. What is "
            "done is kept beside it.",
        ),
    ],
    points: Annotated[
        str | None,
        place_option(
            "--points",
            "--marks",
            metavar="FILE",
            help="Marks by photo, JSON. Of instances points: COCO annotations or keypoints, JSON "
            "of points by photo, or a folder of VOC's Annotations; without any, --model finds "
            "the objects by itself.",
        ),
    ] = None,
    priors: Annotated[
        str | None,
        place_option(metavar="OLD", help="A folder of predictions, each named like its photo."),
    ] = None,
    protect: Annotated[
        str | None,
        place_option(metavar="DONE", help="A folder of masks of pixels that no mark changes."),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Of instances, how parts are found: shift, k-means or k-means*."
        ),
    ] = None,
    finish: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of instances. network: it looks at each object by itself; or none, quicker and "
            "worse.",
        ),
    ] = None,
    refine: Layer = None,
    adapt_keys: AdaptKeys = 0,
    propagate: Propagate = 0,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The network; see clickmend models.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Of instances, of the samples that are drawn."),
    ] = None,
    device: Device = None,
    jobs: Annotated[int, typer.Option(min=1, metavar="N", help="Worker processes.")] = 1,
    threads: Annotated[
        int, typer.Option(min=1, metavar="N", help="Of each worker; results depend on it.")
    ] = 1,
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="serial (one process), pool (several of this machine) or ray (a cluster); by "
            "default what --jobs asks for.",
        ),
    ] = None,
    retries: Annotated[
        int, typer.Option(min=0, metavar="N", help="How often a photo is tried again that failed.")
    ] = 1,
    summary: Annotated[
        str | None,
        place_option(metavar="JSON", help="Where counts, rate and failures are written."),
    ] = None,
    sequence: Annotated[
        bool,
        typer.Option(
            "--sequence",
            help="Of interactive. PHOTOS are the frames of a sequence, or a video: what is marked "
            "on the first is followed through all.",
        ),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over instead of going on with what is done.")
    ] = False,
) -> None:
    """Label every photo of a folder or manifest. Stopped in any way, the same command goes on."""
    place = place_given(photos, option="PHOTOS")
    if not place.exists():
        raise typer.BadParameter(
            f"{photos!r} is no folder and no manifest. Give what holds or lists the photos.",
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
    run = Running(
        task=task,
        model=model,
        device=device,
        threads=threads,
        jobs=jobs,
        engine=engine,
        retries=retries,
        summary=told,
        fresh=fresh,
    )
    _check_shared(run, place, marks, old, done, target)
    if told is not None:
        make_folder(told.parent)  # not only when all is done
    if sequence:
        _check_sequence(task, jobs=jobs, engine=engine)
        _refuse(
            task,
            **of_instances,
            **given_options(ctx),
        )
        for name, value in {
            "protect": protect,
            "adapt-keys": adapt_keys or None,
            "propagate": propagate or None,
        }.items():
            if value is not None:
                raise typer.BadParameter(
                    "it has no meaning for a sequence. Leave it out.", param_hint=f"--{name}"
                )
        _follow(place, marks, old, output, {"refine": refine}, run)
    elif task == INSTANCES:
        _refuse(
            task,
            priors=priors,
            protect=protect,
            adapt_keys=adapt_keys or None,
            propagate=propagate or None,
            **given_options(ctx),
        )
        if marks is None and place.is_dir():
            _check_detecting(model, of_instances | {"refine": refine})
        options = {
            name: OF_INSTANCES[name] if value is None else value
            for name, value in of_instances.items()
        }
        options["refine"] = refine or "none"
        _label_instances(place, marks, target, options, run)
    else:
        _refuse(task, **of_instances)
        check_task(task)
        given, files = given_options(ctx), file_options()
        beside = {"prior": old, "protect": done}
        for name in given:
            if name in files:
                beside[name] = place_given(str(given[name]), option=f"--{name}")
        options = {"refine": refine, "adapt_keys": adapt_keys, "propagate": propagate}
        numbers = {name: value for name, value in given.items() if name not in files}
        there = {name: of for name, of in beside.items() if of is not None}
        _check_shared(run, *there.values())
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
    _check_target(wanted, photos)
    if photos.is_file():
        _refuse_for_manifest(points=marks, **beside)
    mend_all(photos, wanted, options, run)


def _check_shared(run: Running, *places: Place | None) -> None:
    """Refuse what the workers of an engine cannot see: each process has a memory of its own."""
    inside = [place for place in places if isinstance(place, Address) and place.is_of_one_process]
    if inside and run.engine_name != "serial":
        raise typer.BadParameter(
            f"{inside[0]} lies in the memory of one process, and the engine {run.engine_name!r} "
            "has several. Give files that all of them see, or the engine 'serial'.",
            param_hint="--engine",
        )


def _check_sequence(task: str, *, jobs: int, engine: str | None) -> None:
    if task != "interactive":
        raise typer.BadParameter(
            f"a sequence of the task {task!r} cannot be followed. Objects can, of the task "
            "'interactive'; leave it out to label each frame by itself.",
            param_hint="--sequence",
        )
    if jobs > 1 or engine not in (None, "serial"):
        raise typer.BadParameter(
            "each frame of a sequence needs the one before it, so one process does them. Leave "
            "--jobs and --engine out; several sequences can be done at the same time, each by a "
            "command of its own.",
            param_hint="--jobs",
        )


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
    _check_target(wanted, frames)
    for place in (frames, mask, marks, wanted.root):
        if isinstance(place, Address):
            raise typer.BadParameter(
                f"{place} is an address, and a sequence is read from and written to this machine. "
                "Fetch it, and put the masks there when they are done.",
                param_hint="--sequence",
            )
    assert isinstance(frames, Path)
    follow_all(frames, wanted, options, run)


def _check_target(wanted: Wanted, photos: Place) -> None:
    from clickmend.tasks.registry import task_named

    suffixes = task_named(wanted.task).prediction.suffixes
    target = wanted.target
    if NAME not in target and (not is_folder(target) or place_at(target).is_file()):
        raise typer.BadParameter(
            f"{target!r} is no folder. Each photo gets a file of its own; give a folder, such as "
            f"labels/, or a pattern, such as labels/{NAME}{suffixes[0]}.",
            param_hint="--output",
        )
    if NAME in target and Path(target).suffix.lower() not in suffixes:
        raise typer.BadParameter(
            f"{target!r} does not end with {' or '.join(suffixes)}. Results are such files.",
            param_hint="--output",
        )
    taken = [str(place.resolve()) for place in (photos, *wanted.beside.values())]
    if str(wanted.root.resolve()) in taken:
        raise typer.BadParameter(
            f"{str(wanted.root)!r} holds what is read. Results have a folder of their own; give "
            "another.",
            param_hint="--output",
        )
    if isinstance(photos, Path) and isinstance(wanted.root, Path):
        _check_no_photos(wanted.root, photos)


def _check_no_photos(root: Path, photos: Path) -> None:
    """Refuse a folder below the photos that has some of them, neither read nor safe then."""
    from clickmend.cli.label.mending import KEPT
    from clickmend.cli.label.photos import photos_below

    inside = photos.is_dir() and root.resolve().is_relative_to(photos.resolve())
    if not inside or not root.is_dir() or (root / KEPT).exists():
        return
    first = next(photos_below(root), None)
    if first is not None:
        raise typer.BadParameter(
            f"{str(root)!r} is below the photos and holds pictures itself, such as {first}, which "
            "would not be labelled and might be written over. Results have a folder of their own; "
            "give another.",
            param_hint="--output",
        )


def _check_detecting(model: str | None, of_points: Mapping[str, object]) -> None:
    """Without points a network has to find the objects, and nothing is left to choose."""
    if model is None:
        raise typer.BadParameter(
            "nothing says where the objects are. Give a file of points of the photos, or with "
            "--model a network that finds objects by itself (clickmend train instances).",
            param_hint="--points",
        )
    for name, value in of_points.items():
        if value is not None:
            raise typer.BadParameter(
                "it says how objects are made of points, and there are none. Leave it out, or "
                "give --points.",
                param_hint=f"--{name}",
            )


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
    from clickmend.tasks.instances.from_points import check_options

    method, finish, refine = options["method"], options["finish"], Refine(options["refine"])
    check_options(method, finish, refine, seed=options["seed"])
    find_all(folder, points, output, kept=kept, options=options, run=run)


def _refuse(task: str, **given: object) -> None:
    """Refuse options that another task has."""
    for name, value in given.items():
        if value is not None:
            raise typer.BadParameter(
                f"it is not of the task {task!r}. Leave it out.",
                param_hint=f"--{name.replace('_', '-')}",
            )


def _refuse_for_manifest(**given: object) -> None:
    for name, value in given.items():
        if value is not None:
            raise typer.BadParameter(
                "a manifest says itself what belongs to each photo. Leave it out, or give a "
                "folder of photos.",
                param_hint=f"--{'priors' if name == 'prior' else name.replace('_', '-')}",
            )
