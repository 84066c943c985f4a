"""``clickmend label``: a folder of photos and a file of points in, one COCO file out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clickmend.cli.errors import list_failures, one_line
from clickmend.cli.options import Device, Finish, FinishRefine, Method, Model, Seed
from clickmend.cli.progress import progress_bar
from clickmend.core.errors import ClickError, DataError, ImageError

if TYPE_CHECKING:
    from clickmend.data import PhotoPoints, PointSource
    from clickmend.jobs import Record, RunLog
    from clickmend.networks import Model as LoadedModel

TASK = "instances"

OF_ONE_PHOTO = (ImageError, ClickError, DataError)
"""What may be wrong with one photo and right with the next; anything else ends the command."""


def label(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The photos.")],
    points: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="COCO annotations or keypoints, JSON of points by photo, or a folder of VOC's "
            "Annotations.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="JSON",
            help="COCO's instances. What is done is kept beside it, in .jsonl.",
        ),
    ],
    task: Annotated[str, typer.Option(metavar="TASK", help="What is made: instances.")],
    method: Method = "shift",
    finish: Finish = "network",
    refine: FinishRefine = "none",
    model: Model = None,
    seed: Seed = 0,
    device: Device = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over instead of continuing the .jsonl.")
    ] = False,
) -> None:
    """Make a mask of every point of every photo. Stopped, the same command continues."""
    if task != TASK:
        raise typer.BadParameter(
            f"it is {task!r}, and label makes {TASK}. Masks of single objects are made by "
            "clickmend segment, class maps, mattes and depth by clickmend refine.",
            param_hint="--task",
        )
    if not folder.is_dir():
        raise typer.BadParameter(
            f"{str(folder)!r} is no folder. Give the one that holds the photos.",
            param_hint="FOLDER",
        )
    kept = output.parent / f"{output.stem}.jsonl"
    taken = points.resolve() in (output.resolve(), kept.resolve())
    if output.suffix.lower() != ".json" or taken:
        raise typer.BadParameter(
            f"{str(output)!r} is no file for the result, which is a .json and, like the .jsonl "
            "beside it, not the file of points. Give another one.",
            param_hint="--output",
        )
    # Only now, for these load numpy, torch and the network, and --help should not wait for them.
    from clickmend.data import open_points, write_atomically
    from clickmend.jobs import RunLog, forget_runs
    from clickmend.networks import load
    from clickmend.session import Refine
    from clickmend.tasks.instances.from_points import FINDER, check_options

    check_options(method, finish, Refine(refine), seed=seed)
    source = open_points(points)
    loaded = load(model or FINDER, device=device)
    options = {"method": method, "finish": finish, "refine": refine, "seed": seed}
    weights = f"{loaded.card.name} {loaded.card.sha256[:12]}"
    if fresh:
        forget_runs(kept)
    log = RunLog(
        kept,
        common={"task": task, "version": version("clickmend"), "weights": weights, **options},
        key=("photo", "asked"),
    )
    there = _photos(folder)
    photos = place_photos(folder, there, source.names)
    wanted, failures = label_all(photos, folder, source, log, loaded, options)
    content = merged(log, wanted, source.categories)
    write_atomically(output, json.dumps(content, ensure_ascii=False).encode())
    typer.echo(
        f"Written: {output}, {len(content['annotations'])} objects in {len(content['images'])} "
        f"photos; what is done is kept in {kept}.",
        err=True,
    )
    left_out = set(there).difference(photos.values())
    if left_out:
        typer.echo(f"Without points, so left out: {len(left_out)} photos of {folder}.", err=True)
    list_failures(failures, of=len(photos))


def place_photos(folder: Path, there: Sequence[Path], names: Sequence[str]) -> dict[str, Path]:
    """Where each photo lies: as it is named, without its folders, or by its name without ending.

    A backslash parts folders where no file has it in its name, and where no name is the same,
    small and capital letters are. Without its folders only where no other name ends in the same
    way, for that photo may be the other one's. What lies in the folder has a path that begins
    with it.
    """
    from clickmend.data.picture_files import bare_name

    home = folder.resolve()
    stems: dict[str, Path] = {}
    for photo in there:
        for name in (photo.name, photo.stem, photo.name.casefold(), photo.stem.casefold()):
            stems.setdefault(name, photo)
    alike = Counter(bare_name(name).casefold() for name in names)

    def place(name: str) -> Path:
        bare = bare_name(name)
        for named in (folder / name, folder / name.replace("\\", "/")):
            if named.is_file():
                whole = named.parent.resolve() / named.name
                return folder / whole.relative_to(home) if whole.is_relative_to(home) else named
        known = stems.get(bare) or stems.get(bare.casefold())
        return known if known and alike[bare.casefold()] == 1 else folder / name

    return {name: place(name) for name in names}


def label_all(
    photos: Mapping[str, Path],
    folder: Path,
    source: PointSource,
    log: RunLog,
    model: LoadedModel,
    options: Mapping[str, Any],
) -> tuple[set[tuple[Any, ...]], list[tuple[Path, str]]]:
    """Label the photos that the log does not have yet.

    Args:
        photos: The photos by the names that the points have for them.
        folder: That they are in.
        source: Their points.
        log: Where they are kept.
        model: An interactive network.
        options: Of :func:`clickmend.tasks.instances.instances`, by name.

    Returns:
        The names in the log of all photos that are done, and those that failed with the reason.

    Raises:
        ClickmendError: What fails is no matter of one photo.
    """
    from clickmend.data import photo_size

    wanted: set[tuple[Any, ...]] = set()
    failures: list[tuple[Path, str]] = []
    with progress_bar("Labelling") as progress:
        for done, (name, photo) in enumerate(photos.items()):
            progress(done, len(photos))
            try:
                asked, wrong = source.read(name).usable(photo, photo_size(photo))
                place = photo.relative_to(folder) if photo.is_relative_to(folder) else Path(name)
                file_name = place.as_posix()
                record = {"photo": name, "asked": _digest(photo, file_name, asked)}
                if log.name(record) not in log:
                    log.append(record | labelled(photo, file_name, asked, model, options))
                wanted.add(log.name(record))
                if wrong:
                    failures.append((photo, f"{wrong} Its other objects are done."))
            except OF_ONE_PHOTO as error:
                failures.append((photo, one_line(error)))
        progress(len(photos), len(photos))
    return wanted, failures


def labelled(
    photo: Path, file_name: str, asked: PhotoPoints, model: LoadedModel, options: Mapping[str, Any]
) -> dict[str, Any]:
    """One photo as COCO has it, with the class of each object by its own id, else by name.

    Args:
        photo: Where it is.
        file_name: What COCO calls it.
        asked: Its points.
        model: As for :func:`label_all`.
        options: Likewise.

    Returns:
        ``image`` and ``annotations``, whose ids are those of the points where these have some.
    """
    from clickmend.data import read_photo
    from clickmend.tasks.instances import instances

    annotations: list[dict[str, Any]] = []
    if asked.points:
        found = instances(photo, asked.points, asked.labels, model=model, **options).coco()
        annotations, (image,) = found["annotations"], found["images"]
        width, height = image["width"], image["height"]
    else:
        height, width = read_photo(photo).shape[:2]
    labels = asked.labels or (None,) * len(annotations)
    ids = asked.ids or (None,) * len(annotations)
    categories = asked.category_ids or (None,) * len(annotations)
    for annotation, name, own, category in zip(annotations, labels, ids, categories, strict=True):
        annotation |= {"id": own, "category_id": category if category is not None else name}
    return {
        "image": {"id": asked.image_id, "file_name": file_name, "width": width, "height": height},
        "annotations": annotations,
    }


def merged(
    log: Iterable[Record], wanted: set[tuple[Any, ...]], categories: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """One COCO file of what the log holds.

    Ids that the points did not bring are counted over the whole log in the order in which it was
    written, so that what is done keeps its own, whatever comes later.

    Args:
        log: The records, oldest first.
        wanted: The names of those that are written.
        categories: COCO's own entries, which stay as they are.
    """
    from clickmend.tasks.instances.prediction import UNNAMED

    known = {entry["id"]: dict(entry) for entry in categories}
    named = {str(entry["name"]): entry["id"] for entry in reversed(categories)}

    def category(given: int | str | None) -> int:
        name = UNNAMED if given is None or isinstance(given, int) else given
        if isinstance(given, int):
            number = given
        else:
            number = named.setdefault(name, max(known, default=0) + 1)
        known.setdefault(number, {"id": number, "name": name})
        return number

    numbers: dict[str, int] = {}
    images, annotations = [], []
    objects = 0
    for record in log:
        image = dict(record["image"])
        number = numbers.setdefault(record["photo"], len(numbers) + 1)
        image["id"] = number if image["id"] is None else image["id"]
        mine = []
        for annotation in record["annotations"]:
            objects += 1
            of = category(annotation["category_id"])
            own = objects if annotation["id"] is None else annotation["id"]
            mine.append(annotation | {"id": own, "image_id": image["id"], "category_id": of})
        if (record["photo"], record["asked"]) in wanted:
            images.append(image)
            annotations += mine
    return {
        "images": images,
        "annotations": annotations,
        "categories": list(known.values()),
    }


def _photos(folder: Path) -> Sequence[Path]:
    from clickmend.data.picture_files import PHOTO_SUFFIXES

    return [
        file
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in PHOTO_SUFFIXES and not file.name.startswith(".")
    ]


def _digest(photo: Path, file_name: str, asked: PhotoPoints) -> str:
    """Changes with a photo, its name or its points, so that it is labelled again."""
    from clickmend.data.picture_files import file_bytes

    seen = hashlib.sha256(file_bytes(photo, error=ImageError)).hexdigest()
    label: list[Any] = [asked.points, asked.labels, asked.image_id, asked.ids]
    if asked.category_ids:
        label.append(asked.category_ids)
    told = json.dumps([seen, file_name, *label])
    return hashlib.sha256(told.encode()).hexdigest()[:12]
