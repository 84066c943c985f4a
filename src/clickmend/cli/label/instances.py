"""Labelling the instances of photos: points of objects in, or a detector, one COCO file out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from clickmend.cli.label.running import Running
from clickmend.cli.label.work import Labelling, fetched, weights_of
from clickmend.core.addresses import Address, Place, on_disk
from clickmend.core.errors import DataError, ImageError
from clickmend.core.files import make_folder, remove_unfinished, write_atomically
from clickmend.jobs import Item, Line, Result, RunLog, forget_runs
from clickmend.jobs.locks import folder_here

if TYPE_CHECKING:
    from clickmend.data import PhotoPoints, PointSource
    from clickmend.jobs import Record
    from clickmend.networks import Model as LoadedModel

KEY = ("photo", "asked")
"""The fields of a record that name it."""


@dataclass
class Finding(Labelling):
    """Finds the instances of one photo after another.

    Args:
        model: The network.
    """

    model: str = field(kw_only=True)
    _loaded: LoadedModel | None = field(default=None, init=False)

    def load(self) -> None:
        """See ``Labelling``."""
        from clickmend.adapters.pretrained import model_of

        self._loaded = model_of(self.model, device=self.device)

    def stop(self) -> None:
        """See ``Work``."""
        super().stop()
        self._loaded = None

    def do(self, item: Item) -> Result:
        """See ``Work``; the record is the photo as COCO has it."""
        if "refused" in item.asked:
            raise DataError(item.asked["refused"])
        with fetched(item) as files:
            return self._found(item, files["photo"])

    def _found(self, item: Item, photo: Path) -> Result:
        from clickmend.data import photo_size

        assert self._loaded is not None
        file_name = item.asked["file_name"]
        if "points" not in item.asked:
            record = {"photo": item.name, "asked": _digest(photo, file_name, None)}
            found = detected(photo, file_name, self._loaded, finish=self.options["finish"])
            return Result(record | found)
        asked, wrong = _points(item.asked["points"]).usable(photo, photo_size(photo))
        record = {"photo": item.name, "asked": _digest(photo, file_name, asked)}
        record |= labelled(photo, file_name, asked, self._loaded, self.options)
        return Result(record, f"{wrong} Its other objects are done." if wrong else None)


def find_all(
    folder: Place,
    points: Place | None,
    output: Place,
    *,
    kept: Place,
    options: Mapping[str, Any],
    run: Running,
) -> None:
    """Find the instances of all photos, write COCO's file and tell what failed.

    Args:
        folder: The photos.
        points: Their points; without, the network finds the objects by itself.
        output: COCO's file.
        kept: The records of all that was ever found, oldest first; what is found keeps its ids.
        options: Of :func:`clickmend.tasks.instances.instances`, by name.
        run: How.

    Raises:
        ClickmendError: What fails is no matter of one photo.
        typer.Exit: With code 1, when some photos failed.
    """
    state = output.parent / f".{output.stem}.label"
    make_folder(output.parent)
    with on_disk({} if points is None else {"points": points}) as files, log_of(kept, state) as log:
        _find_all(folder, files.get("points"), output, log, kept, state, options, run)


@contextmanager
def log_of(kept: Place, state: Place) -> Iterator[Path]:
    """The file of records on this machine; that of an address is fetched, and put there again.

    Where the command is killed it is not put, and need not be: the job has its records.
    """
    if not isinstance(kept, Address):
        yield kept
        return
    here = folder_here(state) / kept.name
    here.unlink(missing_ok=True)
    if kept.is_file():
        here.write_bytes(kept.read_bytes())
    try:
        yield here
    finally:  # a photo that failed ends the command as well
        if here.exists():
            write_atomically(kept, here.read_bytes())


def _find_all(
    folder: Place,
    points: Path | None,
    output: Place,
    file: Path,
    kept: Place,
    state: Place,
    options: Mapping[str, Any],
    run: Running,
) -> None:
    from clickmend.adapters.pretrained import model_of
    from clickmend.data import open_points
    from clickmend.tasks.instances.from_points import FINDER
    from clickmend.tasks.registry import default_task

    source = None if points is None else open_points(points)
    name = run.model or FINDER
    finishes = source is None and options["finish"] == "network"
    names = [name, default_task().weights] if finishes else [name]
    work = Finding(
        run.task,
        weights_of(names, lambda name: model_of(name, device=run.device)),
        options,
        run.device,
        run.threads,
        model=name,
    )
    if run.fresh:
        forget_runs(file)
    log = RunLog(file, common=work.common(), key=KEY)
    there = photos_in(folder)
    photos = {p.name: p for p in there} if not source else place_photos(folder, there, source.names)
    wanted: set[tuple[Any, ...]] = set()

    def each(_: Item, line: Line) -> None:
        if "failed" not in line:
            record = line["record"]
            if log.name(record) not in log:
                log.append(record)
            wanted.add(log.name(record))

    items = items_of(photos, folder, source)
    ran = run.run(items, work, state, each)
    content = merged(log, wanted, source.categories if source else [])
    remove_unfinished(output)
    write_atomically(output, json.dumps(content, ensure_ascii=False).encode())
    typer.echo(
        f"Written: {output}, {len(content['annotations'])} objects in {len(content['images'])} "
        f"photos; what is done is kept in {kept}.",
        err=True,
    )
    left_out = set(there).difference(photos.values())
    if left_out:
        typer.echo(f"Without points, so left out: {len(left_out)} photos of {folder}.", err=True)
    run.end(ran)


def items_of(
    photos: Mapping[str, Place], folder: Place, source: PointSource | None
) -> Iterator[Item]:
    """An item for each photo.

    Args:
        photos: Where they are, by the names that the points have for them.
        folder: That they are in.
        source: Their points; without, the objects are detected.
    """
    for name, photo in photos.items():
        inside = photo.is_relative_to(str(folder))
        place = photo.relative_to(str(folder)) if inside else Path(name)
        asked: dict[str, Any] = {"file_name": place.as_posix()}
        try:
            asked |= {"points": asdict(source.read(name))} if source else {}
        except DataError as error:
            asked["refused"] = str(error)
        yield Item(name, {"photo": str(photo)}, asked)


def _points(given: Mapping[str, Any]) -> PhotoPoints:
    """Points as they were before JSON made lists of them."""
    from clickmend.data import PhotoPoints

    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    told["points"] = tuple((x, y) for x, y in given["points"])
    return PhotoPoints(**told)


def place_photos(folder: Place, there: Sequence[Place], names: Sequence[str]) -> dict[str, Place]:
    """Where each photo lies: as it is named, without its folders, or by its name without ending.

    A backslash parts folders where no file has it in its name, and where no name is the same,
    small and capital letters are. Without its folders only where no other name ends in the same
    way, for that photo may be the other one's. What lies in the folder has a path that begins
    with it.
    """
    from clickmend.data.picture_files import bare_name

    home = folder.resolve()
    stems: dict[str, Place] = {}
    for photo in there:
        for name in (photo.name, photo.stem, photo.name.casefold(), photo.stem.casefold()):
            stems.setdefault(name, photo)
    alike = Counter(bare_name(name).casefold() for name in names)

    def place(name: str) -> Place:
        bare = bare_name(name)
        for named in (folder / name, folder / name.replace("\\", "/")):
            if named.is_file():
                whole = named.parent.resolve() / named.name
                inside = whole.is_relative_to(str(home))
                return folder / whole.relative_to(str(home)).as_posix() if inside else named
        known = stems.get(bare) or stems.get(bare.casefold())
        return known if known and alike[bare.casefold()] == 1 else folder / name

    return {name: place(name) for name in names}


def labelled(
    photo: Path, file_name: str, asked: PhotoPoints, model: LoadedModel, options: Mapping[str, Any]
) -> dict[str, Any]:
    """One photo as COCO has it, with the class of each object by its own id, else by name.

    Args:
        photo: Where it is.
        file_name: What COCO calls it.
        asked: Its points.
        model: An interactive network.
        options: Of :func:`clickmend.tasks.instances.instances`, by name.

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


def detected(photo: Path, file_name: str, model: LoadedModel, *, finish: str) -> dict[str, Any]:
    """One photo as COCO has it, with the objects that a network finds by itself.

    Args:
        photo: Where it is.
        file_name: What COCO calls it.
        model: A trained network of the task "instances".
        finish: Who makes the masks, see :func:`clickmend.tasks.instances.detect`.

    Returns:
        ``image`` and ``annotations``, the surest first, each with its ``score``.
    """
    from clickmend.tasks.instances import detect

    content = detect(photo, model=model, finish=finish).coco()
    names = {entry["id"]: entry["name"] for entry in content["categories"]}
    (image,) = content["images"]
    return {
        "image": image | {"id": None, "file_name": file_name},
        "annotations": [
            annotation | {"id": None, "category_id": names[annotation["category_id"]]}
            for annotation in content["annotations"]
        ],
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


def photos_in(folder: Place) -> Sequence[Place]:
    """The photos of a folder, without those below it."""
    from clickmend.data.picture_files import PHOTO_SUFFIXES, text_name

    found: list[Place] = [*folder.iterdir()]
    return [
        file
        for file in sorted(found, key=str)
        if file.suffix.lower() in PHOTO_SUFFIXES
        and not file.name.startswith(".")
        and text_name(file.name)
    ]


def _digest(photo: Path, file_name: str, asked: PhotoPoints | None) -> str:
    """Changes with a photo, its name or its points, so that it is labelled again."""
    from clickmend.data.picture_files import file_bytes

    seen = hashlib.sha256(file_bytes(photo, error=ImageError)).hexdigest()
    label: list[Any] = (
        [] if asked is None else [asked.points, asked.labels, asked.image_id, asked.ids]
    )
    if asked is not None and asked.category_ids:
        label.append(asked.category_ids)
    told = json.dumps([seen, file_name, *label])
    return hashlib.sha256(told.encode()).hexdigest()[:12]
