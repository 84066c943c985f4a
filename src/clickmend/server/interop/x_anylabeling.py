"""X-AnyLabeling's wire to a server of models: marks become polygons."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.datastructures import Headers

from clickmend.core.errors import ClickError, NotFoundError
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Box, Click, Mark
from clickmend.server.interop.base import TOOLS, Services, Tool
from clickmend.server.interop.mender import MOST_MARKS, Mended
from clickmend.server.interop.pictures import decoded
from clickmend.server.interop.polygons import polygons

MODEL = "clickmend"

NEW_OBJECT = "AUTOLABEL_OBJECT"
"""The label at which X-AnyLabeling asks the person for one."""

_WIDGETS = (
    "button_add_point",
    "button_remove_point",
    "button_add_rect",
    "button_clear",
    "button_finish_object",
    "mask_fineness_slider",
)

_CODES = {404: "MODEL_NOT_FOUND", 413: "TOO_LARGE"}


class MarkBody(BaseModel):
    """A mark in pixels: a point [x, y], or a rectangle [x0, y0, x1, y1]."""

    type: str
    data: list[float] = []
    label: int = 1

    def mark(self) -> Mark:
        """The mark that it is.

        Raises:
            ClickError: It is another kind, or has another number of numbers.
        """
        match self.type, self.data:
            case "point", [x, y]:
                return Click(x, y, FOREGROUND if self.label else BACKGROUND)
            case "rectangle", [x0, y0, x1, y1]:
                return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        raise ClickError(
            f"A mark of the type {self.type!r} has {len(self.data)} numbers. Allowed are a point "
            "[x, y] and a rectangle [x0, y0, x1, y1] in pixels; mark one of them."
        )


class Params(BaseModel):
    """What is asked of the picture; thresholds of other models say nothing here."""

    marks: Annotated[list[MarkBody], Field(max_length=MOST_MARKS)] = []
    epsilon_factor: Annotated[float, Field(ge=0, le=0.1, allow_inf_nan=False)] = 0.001


class PredictBody(BaseModel):
    """A picture and what is asked of it."""

    model: str
    image: str
    params: Params = Params()


class XAnyLabeling(Tool):
    """X-AnyLabeling."""

    name = "x-anylabeling"
    title = "X-AnyLabeling"
    prefix = "/x-anylabeling"

    def tokens(self, headers: Headers) -> Iterable[str]:
        """The header ``Token``."""
        return [headers.get("token", "")]

    def refusal(self, status: int, kind: str, message: str) -> Response:
        """See ``Tool``."""
        error = {"code": _CODES.get(status, kind), "message": message}
        return JSONResponse({"success": False, "error": error}, status_code=status)

    def add_routes(self, router: APIRouter, services: Services) -> None:
        """See ``Tool``."""

        @router.get("/health")
        def health() -> dict[str, Any]:
            return {"status": "healthy", "models_loaded": 1, "timestamp": time.time()}

        @router.get("/v1/models")
        def list_models() -> dict[str, Any]:
            return {"success": True, "data": {MODEL: _model()}}

        @router.get("/v1/models/{name}/info")
        def get_model(name: str) -> dict[str, Any]:
            _check_known(name)
            return {"success": True, "data": {"model_id": name} | _model()}

        @router.post("/v1/predict")
        def predict(body: PredictBody) -> dict[str, Any]:
            _check_known(body.model)
            marks = [one.mark() for one in body.params.marks]
            mended = services.mend(decoded(body.image), marks)
            shapes = _shapes(mended, share=body.params.epsilon_factor)
            # Without marks these are the shapes of a batch: they stand beside what is there.
            return {
                "success": True,
                "data": {"shapes": shapes, "description": "", "replace": False},
            }


def _check_known(name: str) -> None:
    if name != MODEL:
        raise NotFoundError(f"There is no model {name!r}. Available: {MODEL}.")


def _model() -> dict[str, Any]:
    return {
        "display_name": MODEL,
        "widgets": [{"name": name, "value": None} for name in _WIDGETS],
        "batch_processing_mode": "default",
        "available_tasks": [],
        "classes": [],
    }


def _shapes(mended: Mended, *, share: float) -> list[dict[str, Any]]:
    """The mask as polygons, its parts in one group; none where there is no object."""
    rings = polygons(mended.mask, share=share)
    return [
        {
            "label": NEW_OBJECT,
            "shape_type": "polygon",
            "points": ring.tolist(),
            "score": round(mended.confidence, 4),
            "group_id": 1 if len(rings) > 1 else None,
            "attributes": {},
            "description": None,
            "difficult": False,
            "direction": 0,
            "flags": None,
            "kie_linking": [],
        }
        for ring in rings
    ]


TOOLS.register(XAnyLabeling.name)(XAnyLabeling())
