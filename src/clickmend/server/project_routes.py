"""The routes of projects: their images, opened, decided upon and shown small."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from clickmend.core.errors import BusyError, ClickmendError, ProjectError
from clickmend.projects import labelling
from clickmend.projects.export import NOT_REJECTED, export, unheard
from clickmend.projects.opening import Options
from clickmend.projects.own_classes import check_own, options_for
from clickmend.projects.priors import named_prior, start_of
from clickmend.projects.statistics import Statistics, statistics
from clickmend.projects.store import Image, NewEvent, Project, Status
from clickmend.projects.store import Query as Wanted
from clickmend.projects.store.images import FINISHED, Sort
from clickmend.server.catalogue import API
from clickmend.server.changes import changes
from clickmend.server.folder_routes import confined, is_confined
from clickmend.server.measuring import Measuring
from clickmend.server.networks import Networks
from clickmend.server.opened import Opened
from clickmend.server.project_wire import (
    ClassBody,
    DecisionBody,
    ExportBody,
    Exported,
    ImageList,
    ImageState,
    Measured,
    OpenBody,
    PhotosBody,
    ProjectBody,
    ProjectDetails,
    ProjectList,
    Refused,
    details_of_project,
    state_of_image,
    state_of_project,
)
from clickmend.server.session_state import State, state_of
from clickmend.server.sessions import SessionStore
from clickmend.server.streams import STREAMED, Tell, streamed, wants_stream
from clickmend.server.who import asking

MOST_LISTED = 1000
"""Images in one answer."""

EXPORT_PAUSE_S = 10
"""After which whoever asks for an export beside another may ask again."""

LARGEST_ID = 2**31 - 1

IMAGE = "/{project_id}/images/{image_id}"


def project_routes(
    desk: SessionStore, *, networks: Networks, measuring: Measuring, roots: Sequence[Path] = ()
) -> APIRouter:
    """All routes under ``/projects``.

    Args:
        desk: The opened photos.
        networks: What the server has.
        measuring: Works out how uncertain images are.
        roots: Folders that those of a new project have to lie in.
    """
    routes = APIRouter(prefix=f"{API}/projects", tags=["projects"])
    store, problems = desk.store, desk.results.problems
    exporting = threading.Lock()
    warming: set[asyncio.Task[Opened | None]] = set()

    def project(project_id: int) -> Project:
        return store.projects.get(_id(project_id))

    def details(found: Project) -> ProjectDetails:
        return details_of_project(found, store.projects.counts().get(found.id, {}))

    def image_state(project_id: int, image_id: int) -> ImageState:
        task = project(project_id).task
        image = store.images.get(_id(image_id), project_id=project_id)
        key = store.sessions.on([image.id])[image.id].get(task)
        return state_of_image(image, session=key, problem=problems.get(image.id))

    async def opened(project_id: int, image_id: int, task: str | None) -> Opened:
        def asked() -> tuple[Image, Options, bool]:
            found = project(project_id)
            image = store.images.get(_id(image_id), project_id=project_id)
            own = task in (None, found.task)
            return image, options_for(store, found) if own else Options(task or found.task), own

        async def begin() -> Opened:
            start = partial(start_of, store, image, own)
            with named_prior(image):
                return await desk.open_image(image.id, options=options, start=start, again=True)

        image, options, own = await run_in_threadpool(asked)
        begun = await begin()
        there, marked = await begun.read(
            lambda one: (one.options.classes, one.version > 0), admitted=True
        )
        if there == options.classes:
            return begun
        if marked:  # the project has more classes than when it was opened
            given = NewEvent("inference", {"classes": options.kept()["classes"]})
            await begun.change([given], lambda one: one)
            return begun
        await desk.close(begun.key)
        return await begin()

    @routes.get("")
    def list_projects() -> ProjectList:
        """All projects, each with how many of its images have each status."""
        counts = store.projects.counts()
        listed = store.projects.listed()
        return ProjectList.model_validate(
            {"projects": [state_of_project(one, counts.get(one.id, {})) for one in listed]}
        )

    @routes.post("", status_code=201)
    def make_project(body: ProjectBody) -> ProjectDetails:
        """Make a project of folders that the server may use."""
        _check_task(body.task, networks)
        found = labelling.open_project(
            store,
            body.name,
            photos=[confined(folder, roots) for folder in body.photos],
            task=body.task,
            classes=[one.model_dump() for one in body.classes],
            priors=None if body.priors is None else confined(body.priors, roots),
            out=None if body.out is None else confined(body.out, roots),
            format=body.format,
        )
        return details(found)

    @routes.get("/{project_id}")
    def get_project(project_id: int) -> ProjectDetails:
        """A project with its classes, folders and counts."""
        return details(project(project_id))

    @routes.put("/{project_id}/classes")
    def put_classes(project_id: int, body: list[ClassBody]) -> ProjectDetails:
        """Give a project these classes, in this order."""
        names = [one.name for one in body]
        labelling.check_classes(names)
        check_own(store, project(project_id), names)
        classes = [one.model_dump() for one in body]
        return details(store.projects.change(project_id, classes=classes))

    @routes.put("/{project_id}/photos")
    def put_photos(project_id: int, body: PhotosBody) -> ProjectDetails:
        """Go on with the folders that the photos were moved to, once they are seen to be the same.

        Photos that were opened before have the same content, the others the same size, and all that
        were worked on are there. Old predictions and labels that lay beside them are found again.
        """
        moved = labelling.move_photos(
            store,
            project(project_id),
            [confined(folder, roots) for folder in body.photos],
            may_use=lambda place: is_confined(place, roots),
        )
        return details(moved)

    @routes.get("/{project_id}/images")
    def list_images(
        project_id: int,
        status: Annotated[list[Status] | None, Query()] = None,
        q: Annotated[str, Query(max_length=200)] = "",
        sort: Sort = "name",
        offset: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 200,
        holding: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
        others: bool = False,
        faulty: bool | None = None,
    ) -> ImageList:
        """A page of the images; of ``holding`` that which has this image, where the list has it.

        Of ``others`` are those that whoever asks has not finished; ``faulty`` are those whose photo
        cannot be read.
        """
        task = project(project_id).task
        not_by = asking() if others else ""
        wanted = Wanted(status or (), q, sort, offset, limit, not_by, faulty)
        place = None if holding is None else store.images.place(holding, project_id, wanted)
        if place is not None:
            wanted = replace(wanted, offset=place - place % limit)
        total, images = store.images.listed(project_id, wanted)
        keys = store.sessions.on([one.id for one in images])
        states = [
            state_of_image(one, session=keys[one.id].get(task), problem=problems.get(one.id))
            for one in images
        ]
        return ImageList.model_construct(total=total, offset=wanted.offset, images=states)

    @routes.get(IMAGE)
    def get_image(project_id: int, image_id: int) -> ImageState:
        """An image: its status, who decided, and its session."""
        return image_state(project_id, image_id)

    def unwritten(project_id: int, image_id: int) -> bool:
        """Whether no labels of an image are written yet, and there is a place for them."""
        image = store.images.get(_id(image_id), project_id=project_id)
        return project(project_id).out is not None and image.written is None

    def decided(project_id: int, image_id: int, body: DecisionBody) -> None:
        fields = body.model_dump(exclude={"version"}, exclude_none=True)
        store.images.decide(
            _id(image_id), version=body.version, project_id=project_id, by=asking(), **fields
        )

    @routes.patch(IMAGE)
    async def decide(project_id: int, image_id: int, body: DecisionBody) -> ImageState:
        """Decide about an image; labels of one that is done are written, with marks or without."""
        session = None  # opened first: a photo that cannot be opened is not done
        if body.status in FINISHED and await run_in_threadpool(unwritten, project_id, image_id):
            session = await opened(project_id, image_id, None)
        await run_in_threadpool(decided, project_id, image_id, body)
        if session is not None:
            await session.read(lambda one: one.write())
        return await run_in_threadpool(image_state, project_id, image_id)

    @routes.get(f"{IMAGE}/thumbnail.jpg", response_class=FileResponse)
    def get_thumbnail(project_id: int, image_id: int) -> FileResponse:
        """The photo, small."""
        image = store.images.get(_id(image_id), project_id=project_id)
        return FileResponse(desk.photos.thumbnail(image), media_type="image/jpeg")

    @routes.post(f"{IMAGE}/session")
    async def open_session(project_id: int, image_id: int, body: OpenBody | None = None) -> State:
        """The session on an image, made where there is none, with its prior."""
        session = await opened(project_id, image_id, None if body is None else body.task)
        return await session.read(state_of, admitted=True)

    @routes.post(f"{IMAGE}/prepare", status_code=202)
    async def prepare(project_id: int, image_id: int) -> Response:
        """Get the session on an image ready, so that opening it is quick."""
        await run_in_threadpool(store.images.get, _id(image_id), project_id=project_id)

        async def warm() -> Opened | None:
            try:
                session = await opened(project_id, image_id, None)
                await session.shown()
            except ClickmendError:  # told when it is opened
                return None
            return session

        task = asyncio.create_task(warm())
        warming.add(task)
        task.add_done_callback(warming.discard)
        return Response(status_code=202)

    @routes.get("/{project_id}/statistics")
    def get_statistics(project_id: int) -> Statistics:
        """Marks and seconds per image and per class."""
        return statistics(store, project(project_id).id)

    @routes.post(
        "/{project_id}/uncertainty", status_code=202, response_model=Measured, responses=STREAMED
    )
    async def measure(project_id: int, request: Request) -> Measured | StreamingResponse:
        """Work out in the background how uncertain the new images are, and tell them as changes.

        Streamed, it ends when all are known.
        """
        found = await run_in_threadpool(project, project_id)
        if not wants_stream(request):
            return Measured(left=await measuring.begin(found))

        async def follow(tell: Tell) -> Measured:
            return Measured(left=await measuring.follow(found, tell))

        return await streamed(follow)

    @routes.post("/{project_id}/export", response_model=Exported, responses=STREAMED)
    async def export_labels(
        project_id: int, body: ExportBody, request: Request
    ) -> Exported | StreamingResponse:
        """Write the labels, in the project's format and folder or in others.

        Photos whose labels cannot be written are told, the others are written.
        """

        def write(tell: Tell) -> Exported:
            if not exporting.acquire(blocking=False):
                raise BusyError(
                    "Labels are being exported already, and one export runs at a time. Ask again "
                    "when it is done.",
                    retry_after_s=EXPORT_PAUSE_S,
                )
            try:
                written = export(
                    store,
                    project(project_id),
                    factory=desk.factory,
                    form=body.format,
                    out=None if body.out is None else confined(body.out, roots),
                    statuses=body.statuses or NOT_REJECTED,
                    tell=tell,
                )
            finally:
                exporting.release()
            refused = [
                Refused(name=one.name, problem=one.why, part=one.part) for one in written.refused
            ]
            return Exported(
                files=len(written.files),
                out=str(written.place),
                refused=refused,
                untouched=written.untouched,
            )

        async def work(tell: Tell) -> Exported:
            return await run_in_threadpool(write, tell)

        return await (streamed(work) if wants_stream(request) else work(unheard))

    @routes.get("/{project_id}/changes", response_class=StreamingResponse)
    async def watch(
        project_id: int,
        after: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
        last_event_id: Annotated[int | None, Header(ge=0, le=LARGEST_ID)] = None,
    ) -> StreamingResponse:
        """Server-Sent Events: each image that changes, from now on or ``after`` a count."""
        found = await run_in_threadpool(project, project_id)
        known = last_event_id if last_event_id is not None else after
        begun = found.changes if known is None else known
        told = changes(
            store, found.id, after=begun, problems=problems, ended=lambda: desk.queue.closed
        )
        return StreamingResponse(told, media_type="text/event-stream")

    return routes


def _id(number: int) -> int:
    """A number that a database can look for; larger ones are of nothing."""
    return number if 0 <= number <= LARGEST_ID else -1


def _check_task(task: str, networks: Networks) -> None:
    known = networks.by_task()
    if task not in known:
        raise ProjectError(
            f"There is no task {task!r} that has a model. Available: {', '.join(known)}."
        )
