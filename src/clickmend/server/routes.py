"""The routes of sessions. Each is thin: it reads the request and asks a session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.settings import Settings
from clickmend.data.photos import read_photo
from clickmend.server.catalogue import API, CardList
from clickmend.server.predictions import MEDIA_TYPES, PNG, Reading, reading_at
from clickmend.server.samples import sample as sample_photo
from clickmend.server.sessions import DEFAULT_TASK, Options, Photo, SessionStore, Start
from clickmend.server.wire import (
    BoxBody,
    ClickBody,
    InferenceBody,
    Iterations,
    MarkBody,
    PushBody,
    State,
    StrokeBody,
    state_of,
)

FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPES[kind]: {} for kind in (PNG, "npy")},
    }
}


def session_routes(store: SessionStore, *, models: CardList, limits: Settings) -> APIRouter:
    """All routes under ``/sessions``, on one store.

    Args:
        store: The opened photos.
        models: Gives the cards of the networks by name.
        limits: What may be uploaded.
    """
    routes = APIRouter(prefix=f"{API}/sessions")

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
    ) -> State:
        if [photo, sample, of].count(None) != 2:
            raise OptionError(
                "Opening takes a file as 'photo', the name of a 'sample', or the id 'of' a "
                "session on the same photo. Send one."
            )
        if model is not None and model not in models():  # a session would take a path as well
            raise ModelError(f"There is no model {model!r}. Available: {', '.join(models())}.")
        there = None if of is None else store[of].photo
        content = b"" if photo is None else await photo.read()
        start = Start(
            prior=None if prior is None else await prior.read(),
            trimap=None if trimap is None else await trimap.read(),
            depth_scale=depth_scale,
        )

        def read() -> Photo:
            if there is not None:
                return there
            source: bytes | Path = content
            name = PurePath((photo.filename if photo else None) or "photo").name
            if sample is not None:
                source = sample_photo(sample).path
                name = source.name
            return Photo(name, read_photo(source, max_megapixels=limits.max_image_megapixels))

        options = Options(task, model, refine, adapt_keys, propagate, finish)
        opened = await store.open(read, options=options, start=start)
        return await opened.read(state_of)

    @routes.get("/{key}")
    async def get_state(key: str) -> State:
        return await store[key].read(state_of)

    @routes.delete("/{key}", status_code=204)
    async def close_photo(key: str) -> None:
        del store[key]

    async def add(key: str, body: MarkBody) -> State:
        return await store[key].change(lambda one: one.marking.add(body.mark()), state_of)

    @routes.post("/{key}/clicks")
    async def click(key: str, body: ClickBody) -> State:
        return await add(key, body)

    @routes.post("/{key}/pushes")
    async def push(key: str, body: PushBody) -> State:
        return await add(key, body)

    @routes.post("/{key}/strokes")
    async def stroke(key: str, body: StrokeBody) -> State:
        return await add(key, body)

    @routes.post("/{key}/box")
    async def box(key: str, body: BoxBody) -> State:
        return await add(key, body)

    @routes.post("/{key}/undo")
    async def undo(key: str) -> State:
        return await store[key].change(lambda opened: opened.session.undo(), state_of)

    @routes.post("/{key}/redo")
    async def redo(key: str) -> State:
        return await store[key].change(lambda opened: opened.session.redo(), state_of)

    @routes.post("/{key}/reset")
    async def reset(key: str) -> State:
        return await store[key].change(lambda opened: opened.session.reset(), state_of)

    @routes.put("/{key}/inference")
    async def put_inference(key: str, body: InferenceBody) -> State:
        return await store[key].change(
            lambda one: one.infer_with(replace(one.options, **body.model_dump())), state_of
        )

    @routes.put("/{key}/prior", openapi_extra=FILE_BODY)
    async def put_prior(
        key: str, request: Request, depth_scale: Annotated[float | None, Query(gt=0)] = None
    ) -> State:
        opened, prior = store[key], await request.body()
        return await opened.change(
            lambda one: one.start_from(replace(one.start, prior=prior, depth_scale=depth_scale)),
            state_of,
        )

    @routes.put("/{key}/trimap", openapi_extra=FILE_BODY)
    async def put_trimap(key: str, request: Request) -> State:
        opened, trimap = store[key], await request.body()
        return await opened.change(
            lambda one: one.start_from(replace(one.start, trimap=trimap)), state_of
        )

    @routes.get("/{key}/prediction.{kind}", response_class=Response)
    async def get_prediction(key: str, kind: Literal["png", "npy", "json"]) -> Response:
        return await store[key].read(
            lambda opened: Response(
                opened.file(kind),
                media_type=MEDIA_TYPES[kind],
                headers={"X-Prediction-Version": str(opened.version)},
            )
        )

    @routes.get("/{key}/first.png", response_class=Response)
    async def get_first(key: str) -> Response:
        return await store[key].read(
            lambda opened: Response(opened.first_png(), media_type=MEDIA_TYPES[PNG])
        )

    @routes.get("/{key}/value")
    async def get_value(key: str, x: float, y: float) -> Reading:
        return await store[key].read(lambda opened: reading_at(opened.session.prediction, x, y))

    @routes.get("/{key}/photo", response_class=Response)
    async def get_photo(key: str) -> Response:
        return await store[key].read(
            lambda opened: Response(opened.photo.png(), media_type=MEDIA_TYPES[PNG])
        )

    return routes
