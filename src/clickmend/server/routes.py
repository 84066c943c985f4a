"""The routes under ``/api/v1``. Each is thin: it reads the request and asks an opened photo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path, PurePath
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.settings import Settings
from clickmend.core.types import RGB
from clickmend.data.codecs import read_mask
from clickmend.data.photos import read_photo
from clickmend.server.samples import sample, samples
from clickmend.server.sessions import Options, SessionStore
from clickmend.server.wire import API, BoxBody, ClickBody, State, state_of

CardList: TypeAlias = Callable[[], Mapping[str, BaseModel]]

PNG_BODY = {"requestBody": {"required": True, "content": {"image/png": {}}}}


def api_routes(store: SessionStore, *, models: CardList, limits: Settings) -> APIRouter:
    """All routes of the interface, on one store.

    Args:
        store: The opened photos.
        models: Gives the cards of the networks by name.
        limits: What may be uploaded.
    """
    routes = APIRouter(prefix=API)

    @routes.get("/health")
    def health() -> dict[str, Any]:
        return {
            "status": "ok",
            "version": metadata.version("clickmend"),
            "limits": {
                "upload_megabytes": limits.max_upload_megabytes,
                "image_megapixels": limits.max_image_megapixels,
            },
        }

    @routes.get("/models")
    def list_models() -> dict[str, Any]:
        return {"models": [card.model_dump(mode="json") for card in models().values()]}

    @routes.get("/samples")
    def list_samples() -> dict[str, Any]:
        return {
            "samples": [
                {"name": one.name, "title": one.title, "url": f"{API}/samples/{one.name}"}
                for one in samples().values()
            ]
        }

    @routes.get("/samples/{name}", response_class=FileResponse)
    def get_sample(name: str) -> FileResponse:
        return FileResponse(sample(name).path)

    @routes.post("/sessions", status_code=201)
    async def open_photo(
        photo: Annotated[UploadFile | None, File(alias="photo")] = None,
        sample_name: Annotated[str | None, Form(alias="sample")] = None,
        task: Annotated[str, Form()] = "interactive",
        model: Annotated[str | None, Form()] = None,
        refine: Annotated[str | None, Form()] = None,
    ) -> State:
        if (photo is None) == (sample_name is None):
            raise OptionError(
                "Opening takes either a file as 'photo' or the name of a 'sample'. Send one."
            )
        if model is not None and model not in models():  # a session would take a path as well
            raise ModelError(f"There is no model {model!r}. Available: {', '.join(models())}.")
        if photo is not None:
            source: bytes | Path = await photo.read()
            name = PurePath(photo.filename or "photo").name
        else:
            source = sample(str(sample_name)).path
            name = source.name

        def read() -> RGB:
            return read_photo(source, max_megapixels=limits.max_image_megapixels)

        opened = await store.open(read, name=name, options=Options(task, model, refine))
        return await opened.read(state_of)

    @routes.get("/sessions/{key}")
    async def get_state(key: str) -> State:
        return await store[key].read(state_of)

    @routes.delete("/sessions/{key}", status_code=204)
    async def close_photo(key: str) -> None:
        del store[key]

    @routes.post("/sessions/{key}/clicks")
    async def click(key: str, body: ClickBody) -> State:
        return await store[key].change(lambda opened: body.apply(opened.session), state_of)

    @routes.post("/sessions/{key}/box")
    async def box(key: str, body: BoxBody) -> State:
        return await store[key].change(lambda opened: body.apply(opened.session), state_of)

    @routes.post("/sessions/{key}/undo")
    async def undo(key: str) -> State:
        return await store[key].change(lambda opened: opened.session.undo(), state_of)

    @routes.post("/sessions/{key}/redo")
    async def redo(key: str) -> State:
        return await store[key].change(lambda opened: opened.session.redo(), state_of)

    @routes.post("/sessions/{key}/reset")
    async def reset(key: str) -> State:
        return await store[key].change(lambda opened: opened.session.reset(), state_of)

    @routes.put("/sessions/{key}/prior", openapi_extra=PNG_BODY)
    async def put_prior(key: str, request: Request) -> State:
        opened, png = store[key], await request.body()
        return await opened.change(
            lambda one: store.start_from(one, read_mask(png, size=one.session.size)), state_of
        )

    @routes.get("/sessions/{key}/mask.png", response_class=Response)
    async def get_mask(key: str) -> Response:
        return await store[key].read(
            lambda opened: Response(
                opened.mask_png(),
                media_type="image/png",
                headers={"X-Mask-Version": str(opened.version)},
            )
        )

    @routes.get("/sessions/{key}/photo", response_class=Response)
    async def get_photo(key: str) -> Response:
        return await store[key].read(
            lambda opened: Response(opened.photo_png(), media_type="image/png")
        )

    return routes
