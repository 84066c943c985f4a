"""The routes of sessions. Each is thin: it reads the request and asks a session."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from clickmend.core.errors import ModelError, OptionError
from clickmend.data.codecs import mask_png, read_mask
from clickmend.data.rle import encode_rle
from clickmend.projects.actions import body_of
from clickmend.projects.opening import DEFAULT_TASK, Options, Start
from clickmend.projects.store import NewEvent
from clickmend.server.catalogue import API
from clickmend.server.expected import read_expected
from clickmend.server.networks import Networks
from clickmend.server.opened import Opened
from clickmend.server.picture_wire import intermediate
from clickmend.server.pictures import read_screen
from clickmend.server.predictions import MEDIA_TYPES, PNG, Reading, reading_at
from clickmend.server.protecting import protecting
from clickmend.server.samples import sample as sample_photo
from clickmend.server.session_state import State, state_of
from clickmend.server.sessions import SessionStore
from clickmend.server.streams import SHOWN_MEANWHILE, Show, shown_meanwhile, wants_stream
from clickmend.server.wire import (
    BoxBody,
    ClickBody,
    InferenceBody,
    Iterations,
    MarkBody,
    MarksBody,
    ProtectBody,
    PushBody,
    StrokeBody,
    TypedMark,
)

MOST_CLASSES = 1000
"""Names in one request; how many a class map may have, the session says."""

NOTHING: Mapping[str, Any] = MappingProxyType({})

FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPES[kind]: {} for kind in (PNG, "npy")},
    }
}

PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPES[PNG]: {}}}}
"""What OpenAPI says of a route that answers with a PNG."""

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""Of a mark."""


def session_routes(store: SessionStore, *, networks: Networks) -> APIRouter:
    """All routes under ``/sessions``, on one store.

    Args:
        store: The opened photos.
        networks: What the server has.
    """
    told = [Depends(read_screen), Depends(read_expected)]
    routes = APIRouter(prefix=f"{API}/sessions", tags=["sessions"], dependencies=told)

    @routes.post("", status_code=201)
    async def open_photo(
        photo: Annotated[UploadFile | None, File()] = None,
        sample: Annotated[str | None, Form()] = None,
        of: Annotated[str | None, Form()] = None,
        task: Annotated[str, Form()] = DEFAULT_TASK,
        model: Annotated[str | None, Form()] = None,
        refine: Annotated[str | None, Form()] = None,
        adapt_keys: Annotated[Iterations, Form()] = 0,
        propagate: Annotated[Iterations, Form()] = 0,
        finish: Annotated[str | None, Form()] = None,
        prior: Annotated[UploadFile | None, File()] = None,
        trimap: Annotated[UploadFile | None, File()] = None,
        depth_scale: Annotated[float | None, Form(gt=0)] = None,
        classes: Annotated[list[str] | None, Form(max_length=MOST_CLASSES)] = None,
    ) -> State:
        """Start a session on a photo; ``classes`` are a class map's own, a field for each name."""
        if [photo, sample, of].count(None) != 2:
            raise OptionError(
                "Opening takes a file as 'photo', the name of a 'sample', or the id 'of' a "
                "session on the same photo. Send one."
            )
        if model is not None and model not in (cards := networks.cards()):  # nor any path
            raise ModelError(f"There is no model {model!r}. Available: {', '.join(cards)}.")
        start = Start(
            prior=None if prior is None else await prior.read(),
            trimap=None if trimap is None else await trimap.read(),
            depth_scale=depth_scale,
        )
        options = Options(task, model, refine, adapt_keys, propagate, finish, classes)
        if of is not None:
            there = await store[of].read(lambda opened: opened.photo.image.id)
            opened = await store.open_image(there, options=options, start=lambda: start)
        else:
            name, content = "photo", b""
            if photo is not None:
                name, content = PurePath(photo.filename or name).name, await photo.read()
            elif sample is not None:
                file = sample_photo(sample).path
                name, content = file.name, file.read_bytes()
            opened = await store.open_upload(name, content, options=options, start=start)
        return await opened.read(state_of, admitted=True)

    @routes.get("/{key}")
    async def get_state(key: str) -> State:
        """The session as it is now: marks, size, classes, and where its prediction is."""
        return await store[key].read(state_of)

    @routes.delete("/{key}", status_code=204)
    async def close_photo(key: str) -> None:
        """Close a session for good."""
        await store.close(key)

    async def change(key: str, kind: str, body: Mapping[str, Any] = NOTHING) -> State:
        return await store[key].change([NewEvent(kind, body)], state_of)

    async def add(key: str, body: MarkBody) -> State:
        return await change(key, "mark", body_of(body.mark()))

    @routes.post("/{key}/clicks")
    async def click(key: str, body: ClickBody) -> State:
        """Put a click on the photo."""
        return await add(key, body)

    @routes.post("/{key}/pushes")
    async def push(key: str, body: PushBody) -> State:
        """Push the values around a place up or down."""
        return await add(key, body)

    @routes.post("/{key}/strokes")
    async def stroke(key: str, body: StrokeBody) -> State:
        """Paint a line, or the inside of an outline."""
        return await add(key, body)

    @routes.post("/{key}/box")
    async def box(key: str, body: BoxBody) -> State:
        """Put a box around the object."""
        return await add(key, body)

    @routes.post("/{key}/marks", response_model=State, responses=SHOWN_MEANWHILE)
    async def add_marks(key: str, body: MarksBody, request: Request) -> State | StreamingResponse:
        """Put several marks on the photo, all or none.

        Streamed, what stands while the last of them is refined comes before the state.
        """
        events = [_event_of(one) for one in body.marks]
        if not wants_stream(request):
            return await store[key].change(events, state_of)

        def work(show: Show) -> Awaitable[State]:
            return store[key].change(
                events, state_of, meanwhile=lambda *found: show(intermediate(*found))
            )

        return await shown_meanwhile(work)

    @routes.post("/{key}/preview", response_class=Response, responses=PICTURE)
    async def preview(key: str, body: TypedMark) -> Response:
        """What a mark would give, as ``shown.png``; it is not put on the photo.

        Where there are objects, a click without ``object`` stands for the point of a new one.
        """
        shown = await store[key].preview(body.mark(), body.object)
        return Response(shown, media_type=MEDIA_TYPES[PNG])

    @routes.delete("/{key}/marks/{number}")
    async def delete_mark(key: str, number: Number) -> State:
        """Take one mark back, counted from 1 as in ``feedback``."""
        return await change(key, "delete", {"number": number})

    @routes.put("/{key}/marks/{number}")
    async def move_mark(key: str, number: Number, body: TypedMark) -> State:
        """Put a mark in the place of another, such as the same one dragged elsewhere."""
        return await change(key, "move", {"number": number, "mark": body_of(body.mark())})

    @routes.put("/{key}/protect", openapi_extra=FILE_BODY)
    async def put_protect(key: str, request: Request) -> State:
        """Keep the pixels of a mask as they are shown, whatever marks come."""
        opened, content = store[key], await request.body()
        size = await opened.read(lambda one: one.session.size)
        mask = await run_in_threadpool(read_mask, content, size=size)
        return await change(key, "protect", {"mask": encode_rle(mask)})

    @routes.post("/{key}/protect")
    async def add_protect(key: str, body: ProtectBody) -> State:
        """Protect pixels or a class beside what is protected, or set some free."""

        def find(opened: Opened) -> list[NewEvent]:
            return [protecting(opened.marking, body)]

        return await store[key].change_by(find, state_of)

    @routes.get("/{key}/protected.png", response_class=Response, responses=PICTURE)
    async def get_protected(key: str) -> Response:
        """The protected pixels as a mask; those of protected classes are not in it."""

        def picture(opened: Opened) -> bytes:
            width, height = opened.session.size
            mask = opened.marking.protected
            return mask_png(np.zeros((height, width), np.bool_) if mask is None else mask)

        return Response(await store[key].read(picture), media_type=MEDIA_TYPES[PNG])

    @routes.delete("/{key}/protect")
    async def delete_protect(key: str) -> State:
        """Set all pixels free again."""
        return await change(key, "protect", {"mask": None})

    @routes.post("/{key}/undo")
    async def undo(key: str) -> State:
        """Take back the last change."""
        return await change(key, "undo")

    @routes.post("/{key}/redo")
    async def redo(key: str) -> State:
        """Make the change again that was taken back last."""
        return await change(key, "redo")

    @routes.post("/{key}/reset")
    async def reset(key: str) -> State:
        """Take all marks away; undo brings them back."""
        return await change(key, "reset")

    @routes.put("/{key}/inference")
    async def put_inference(key: str, body: InferenceBody) -> State:
        """Infer in another way; all marks are given again."""
        return await change(key, "inference", body.model_dump())

    @routes.put("/{key}/prior", openapi_extra=FILE_BODY)
    async def put_prior(
        key: str, request: Request, depth_scale: Annotated[float | None, Query(gt=0)] = None
    ) -> State:
        """Begin anew from a prediction, a PNG or NPY file; undo brings the marks back."""
        sha256 = await run_in_threadpool(store.store.blobs.put, await request.body())
        return await change(key, "prior", {"sha256": sha256, "depth_scale": depth_scale})

    @routes.put("/{key}/trimap", openapi_extra=FILE_BODY)
    async def put_trimap(key: str, request: Request) -> State:
        """Begin anew from a trimap; undo brings the marks back."""
        sha256 = await run_in_threadpool(store.store.blobs.put, await request.body())
        return await change(key, "trimap", {"sha256": sha256})

    @routes.get(
        "/{key}/prediction.{kind}",
        response_class=Response,
        responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}},
    )
    async def get_prediction(key: str, kind: Literal["png", "npy", "json"]) -> Response:
        """The bytes that ``prediction.save`` writes."""
        return await store[key].read(
            lambda opened: Response(
                opened.file(kind),
                media_type=MEDIA_TYPES[kind],
                headers={"X-Prediction-Version": str(opened.version)},
            )
        )

    @routes.get("/{key}/shown.png", response_class=Response, responses=PICTURE)
    async def get_shown(key: str) -> Response:
        """The prediction for a page; of depth its text "units_per_m", where that is not 1000."""
        version, shown = await store[key].shown()
        told = {"X-Prediction-Version": str(version)}
        return Response(shown, media_type=MEDIA_TYPES[PNG], headers=told)

    @routes.get("/{key}/first.png", response_class=Response, responses=PICTURE)
    async def get_first(key: str) -> Response:
        """The same before any mark."""
        return await store[key].read(
            lambda opened: Response(opened.first_shown(), media_type=MEDIA_TYPES[PNG])
        )

    @routes.get("/{key}/value")
    async def get_value(key: str, x: float, y: float) -> Reading:
        """The value, the class or the number of the object at a place."""
        return await store[key].read(lambda opened: reading_at(opened.session.prediction, x, y))

    @routes.get("/{key}/photo", response_class=Response, responses=PICTURE)
    async def get_photo(key: str) -> Response:
        """The photo as the session sees it: upright, RGB, a PNG."""
        return await store[key].read(
            lambda opened: Response(opened.photo.png(), media_type=MEDIA_TYPES[PNG])
        )

    return routes


def _event_of(given: TypedMark) -> NewEvent:
    """A mark of many as an event: on the photo, or on one of its objects."""
    mark = body_of(given.mark())
    if given.object is None:
        return NewEvent("mark", mark)
    return NewEvent("mend", {"key": given.object, "mark": mark})
