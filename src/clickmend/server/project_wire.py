"""What goes over the wire about projects and their images."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, cast

from pydantic import BaseModel, Field

from clickmend.projects.moving import gone
from clickmend.projects.store import STATUSES, Image, Project, Status
from clickmend.server.catalogue import API
from clickmend.server.wire import Body, example

Name = Annotated[str, Field(min_length=1, max_length=200)]
Place = Annotated[str, Field(min_length=1, max_length=4000)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]


class ClassBody(Body):
    """A class: its name, the colour it is painted in, and the key that chooses it."""

    model_config = example(name="car", colour="#2f6df6", key="C")
    name: Name
    colour: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] | None = None
    key: Annotated[str, Field(max_length=20)] | None = None


class ProjectBody(Body):
    """A project to be made. Folders lie below those that the server was started with."""

    model_config = example(
        name="street",
        photos=["/data/street"],
        task="instances",
        classes=[{"name": "car", "colour": "#2f6df6", "key": "C"}, {"name": "person"}],
        priors="/data/street-old/instances.json",
        out="/data/street-labels",
        format="coco",
    )
    name: Name
    photos: Annotated[list[Place], Field(min_length=1, max_length=100)]
    task: str
    classes: Annotated[tuple[ClassBody, ...], Field(max_length=1000, strict=False)] = ()
    priors: Place | None = None
    out: Place | None = None
    format: str | None = None


class PhotosBody(Body):
    """The folders that the photos of a project are in now, in the order of its own."""

    model_config = example(photos=["/data/street-2026"])
    photos: Annotated[list[Place], Field(min_length=1, max_length=100)]


class OpenBody(Body):
    """The task to work in; the project's own when left out."""

    model_config = example(task="semantic")
    task: str | None = None


class DecisionBody(Body):
    """What becomes different of an image, decided at ``version``."""

    model_config = example(version=4, status="done", comment="mirror left out", seconds=41.5)
    version: Version
    status: Status | None = None
    comment: Annotated[str, Field(max_length=10_000)] | None = None
    seconds: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] | None = None


class ExportBody(Body):
    """Where labels are written, in which format and of which images; what is left out stays."""

    model_config = example(format="coco-polygons", out="/data/delivery", statuses=["done"])
    format: str | None = None
    out: Place | None = None
    statuses: list[Status] | None = None


class Refused(BaseModel):
    """A photo that is not in an export, why, and the object that it is about, as "object 3"."""

    name: str
    problem: str
    part: str = ""


class Exported(BaseModel):
    """How many files were written, and where; photos that were ``refused`` are in none of them.

    ``untouched`` photos are in them with old predictions that nobody has touched.
    """

    files: int
    out: str
    refused: list[Refused]
    untouched: int


class Measured(BaseModel):
    """Of how many images it is still to be worked out how uncertain they are."""

    left: int


class ProjectState(BaseModel):
    """One project in the list of all."""

    id: int
    name: str
    task: str
    format: str | None
    images: int
    counts: dict[Status, int]


class ProjectList(BaseModel):
    """All projects, the newest first."""

    projects: list[ProjectState]


class ProjectDetails(ProjectState):
    """One project in full; ``changes`` is where its stream of changes stands.

    ``gone`` are those of ``photos`` that are not there.
    """

    classes: list[dict[str, Any]]
    photos: list[str]
    gone: list[str]
    priors: str | None
    out: str | None
    changes: int


class ImageState(BaseModel):
    """One image; ``session`` is the key of that in the project's task, if there is one.

    ``prior`` is whether such a session begins with an old prediction.

    ``uncertainty`` is how much the network disagrees with what the image begins with, from 0 up.
    ``version`` guards status, comment and seconds; marks leave it as it is. ``problem`` says why
    its labels could not be written. ``by`` is who changed it last, and ``done_by`` who said last
    that it is done: somebody else may say that it is accepted. ``fault`` says why the photo
    cannot be read, where that is so; such a one may be rejected, and cannot be done.
    """

    id: int
    name: str
    size: tuple[int, int] | None
    status: Status
    clicks: int
    seconds: float
    comment: str
    uncertainty: float | None
    version: int
    updated: datetime
    by: str
    done_by: str
    thumbnail: str
    prior: bool
    session: str | None
    problem: str | None
    fault: str | None


class ImageList(BaseModel):
    """A page of the images that were asked for, where it begins, and how many there are in all."""

    total: int
    offset: int
    images: list[ImageState]


def state_of_project(project: Project, counts: Mapping[str, int]) -> dict[str, Any]:
    """A project as the list has it."""
    return {
        "id": project.id,
        "name": project.name,
        "task": project.task,
        "format": project.format,
        "images": sum(counts.values()),
        "counts": {status: counts.get(status, 0) for status in STATUSES},
    }


def details_of_project(project: Project, counts: Mapping[str, int]) -> ProjectDetails:
    """A project in full."""
    return ProjectDetails(
        **state_of_project(project, counts),
        classes=project.classes,
        photos=project.folders,
        gone=gone(project),
        priors=project.priors,
        out=project.out,
        changes=project.changes,
    )


def state_of_image(image: Image, *, session: str | None, problem: str | None = None) -> ImageState:
    """An image as the list has it."""
    width, height = image.width, image.height
    return ImageState(
        id=image.id,
        name=image.name,
        size=None if width is None or height is None else (width, height),
        status=cast("Status", image.status),
        clicks=image.clicks,
        seconds=image.seconds,
        comment=image.comment,
        uncertainty=image.uncertainty,
        version=image.version,
        updated=image.updated,
        by=image.by,
        done_by=image.done_by,
        thumbnail=f"{API}/projects/{image.project_id}/images/{image.id}/thumbnail.jpg",
        prior=image.prior is not None,
        session=session,
        problem=problem,
        fault=image.fault,
    )
