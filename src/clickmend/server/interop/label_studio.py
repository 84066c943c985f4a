"""Label Studio's wire to its models: clicks in a labelling job, and masks for whole projects."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, unquote, urlsplit

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.datastructures import Headers

from clickmend.core.errors import OptionError
from clickmend.data.photos import photo_size
from clickmend.server.interop.base import TOOLS, Services, Tool, basic_password
from clickmend.server.interop.label_studio_regions import Control, Region, control_of
from clickmend.server.interop.mender import MOST_MARKS, check_number
from clickmend.server.interop.pictures import decoded, file_beneath

MOST_TASKS = 500
"""In one request."""

ACTIONS = ("ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATION_DELETED", "START_TRAINING")
"""What Label Studio tells a model of; nothing is learnt from it here."""


class Job(BaseModel):
    """A task: what it shows."""

    id: int | None = None
    data: dict[str, Any] = {}


class Context(BaseModel):
    """What a person has marked, or else what a tool asks."""

    result: Annotated[list[Region], Field(max_length=2 * MOST_MARKS)] = []
    event: str = "predict"
    frame: int | None = None


class Params(BaseModel):
    """How it was asked."""

    context: Context | None = None


class PredictBody(BaseModel):
    """What Label Studio sends to have masks."""

    tasks: Annotated[list[Job], Field(max_length=MOST_TASKS)]
    label_config: str = ""
    params: Params | None = None


class SetupBody(BaseModel):
    """What Label Studio sends when a project is connected."""

    project: str | int | None = None
    label_config: str = Field(alias="schema", default="")


class WebhookBody(BaseModel):
    """What has happened in a project."""

    action: str = ""


class LabelStudio(Tool):
    """Label Studio."""

    name = "label-studio"
    title = "Label Studio"
    prefix = "/label-studio"

    def tokens(self, headers: Headers) -> Iterable[str]:
        """Label Studio's basic authentication of a model: any user, the token as password."""
        return basic_password(headers)

    def add_routes(self, router: APIRouter, services: Services) -> None:
        """See ``Tool``."""
        version = metadata.version("clickmend")

        @router.get("/", include_in_schema=False)
        @router.get("/health")
        def health() -> dict[str, str]:
            return {"status": "UP", "model_class": "clickmend"}

        @router.get("/metrics")
        def metrics() -> dict[str, Any]:
            return {}

        @router.post("/setup")
        def setup(body: SetupBody) -> dict[str, str]:
            control_of(body.label_config)
            return {"model_version": version}

        @router.post("/webhook")
        def webhook(body: WebhookBody) -> JSONResponse:
            known = body.action in ACTIONS
            answer: dict[str, Any] = {"result": {}, "status": "ok" if known else "unknown action"}
            return JSONResponse(answer, status_code=201 if known else 200)

        @router.post("/predict")
        def predict(body: PredictBody) -> dict[str, Any]:
            context = (body.params and body.params.context) or Context()
            if context.event == "predict":
                control = control_of(body.label_config)
                found = [_predicted(job, context, control, services) for job in body.tasks]
            else:
                found = [{"result": [_answer(context, body, services, version)]}]
            return {"results": [{"model_version": version} | one for one in found]}


def _answer(
    context: Context, body: PredictBody, services: Services, version: str
) -> dict[str, Any]:
    """The answer to what is no request for a mask.

    Raises:
        OptionError: It is of video.
    """
    match context.event:
        case "capabilities":
            tags = {"BitmaskLabels": "mask", "BrushLabels": "mask", "PolygonLabels": "polygon"}
            value: dict[str, Any] = {
                "prompts": ["point", "box"],
                "targets": [{"tag": tag, "output": output} for tag, output in tags.items()],
                "model_info": {"name": "clickmend", "version": version},
            }
            return {"type": "capabilities", "value": value}
        case "prewarm":
            control = control_of(body.label_config)
            for job in body.tasks:
                services.prepare(_picture(job, control, services))
            # A picture is its only frame.
            value = {"status": "ok", "cached": [context.frame or 0], "pending": []}
            named = {"from_name": control.name, "to_name": control.to_name}
            return {"type": "prewarm_ack", "value": value} | named
        case "release":
            return {"type": "release_ack", "value": {"status": "released"}}
        case other:
            raise OptionError(
                f"There is no event {other!r} here. Available: predict, capabilities, prewarm, "
                "release; single pictures are labelled, not videos."
            )


def _predicted(job: Job, context: Context, control: Control, services: Services) -> dict[str, Any]:
    image = _picture(job, control, services)
    size = photo_size(image)
    for region in context.result:
        region.check_size(size)
    marks = [mark for region in context.result if (mark := region.mark(size)) is not None]
    check_number(marks)
    masks = [mask for region in context.result if (mask := region.mask(size)) is not None]
    if len(masks) > 1:
        raise OptionError(
            f"There are {len(masks)} masks among the regions, and clicks mend one. Choose it."
        )
    mended = services.mend(image, marks, prior=masks[0] if masks else None)
    label = control.label_of(context.result)
    # An editor that asks by itself, not for a region of the task, draws what comes as a bitmask.
    drawn = bool(context.result) and all(one.from_name is None for one in context.result)
    return {"score": mended.confidence, "result": control.regions(mended, label, drawn=drawn)}


def _picture(job: Job, control: Control, services: Services) -> bytes:
    """The file that a task shows: in its data, beneath a root, or on Label Studio's host.

    Raises:
        OptionError: The task has none.
        ImageError: It cannot be had.
        NotFoundError: It is not beneath a root, and no host is known.
    """
    place = job.data.get(control.data)
    if not isinstance(place, str) or not place:
        raise OptionError(
            f"Task {job.id} has no picture in {control.data!r}. The labelling configuration says "
            "where it is; import tasks with that field."
        )
    if place.startswith("data:"):
        return decoded(place)
    if services.remote is not None:
        return services.remote.fetch(place)
    parts = urlsplit(place)
    if parts.scheme or parts.netloc:
        raise OptionError(
            f"The picture {place!r} is on another host, and this server fetches from none. Set "
            "CLICKMEND_LABEL_STUDIO_URL to Label Studio's address when it is started."
        )
    named = parse_qs(parts.query).get("d", [""])[0] or unquote(parts.path)
    inside = named.removeprefix("/data/").lstrip("/")
    return file_beneath(services.roots, str(Path(inside)))


TOOLS.register(LabelStudio.name)(LabelStudio())
