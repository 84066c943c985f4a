"""CVAT's serverless functions, answered as Nuclio's dashboard does, as interactor and detector."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field
from starlette.datastructures import Headers

from clickmend.core.errors import ClickError, NotFoundError
from clickmend.core.types import Mask
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Box, Click, Mark
from clickmend.server.interop.base import TOOLS, Services, Tool, basic_password
from clickmend.server.interop.mender import MOST_MARKS, Mended
from clickmend.server.interop.pictures import decoded

INTERACTOR, DETECTOR = "clickmend", "clickmend-priors"

LABEL = "object"
"""What the detector calls an object; CVAT asks which of the task's labels that is."""

_ANNOTATIONS: Mapping[str, Mapping[str, str]] = {
    INTERACTOR: {
        "name": "clickmend",
        "type": "interactor",
        "spec": "",
        "version": "2",
        "min_pos_points": "0",
        "min_neg_points": "0",
        "startswith_box_optional": "true",
        "help_message": "Click what is missing, right-click what is too much. A box is optional.",
        "animated_gif": "",
    },
    DETECTOR: {
        "name": "clickmend: masks that are there",
        "type": "detector",
        "spec": json.dumps([{"id": 0, "name": LABEL, "type": "mask", "attributes": []}]),
        "version": "2",
    },
}

_DESCRIPTIONS = {
    INTERACTOR: "Makes or mends the mask of an object from clicks.",
    DETECTOR: "Gives the mask that is kept of an image, to be mended by clicks.",
}

Place = Annotated[list[float], Field(min_length=2, max_length=2)]


class Invocation(BaseModel):
    """What CVAT sends to a function; (x, y) in pixels of the frame."""

    image: str
    pos_points: Annotated[list[Place], Field(max_length=MOST_MARKS)] | None = None
    neg_points: Annotated[list[Place], Field(max_length=MOST_MARKS)] | None = None
    obj_bbox: list[Place] | list[float] | None = None
    threshold: float | None = None

    def marks(self) -> list[Mark]:
        """The box, then the clicks inside, then those outside."""
        clicks: list[Mark] = [Click(x, y, FOREGROUND) for x, y in self.pos_points or ()]
        clicks += [Click(x, y, BACKGROUND) for x, y in self.neg_points or ()]
        if not self.obj_bbox:
            return clicks
        match np.asarray(self.obj_bbox, np.float64).ravel().tolist():
            case [x0, y0, x1, y1]:
                return [Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), *clicks]
            case numbers:
                raise ClickError(
                    f"The box has {len(numbers)} numbers. Allowed are [[x0, y0], [x1, y1]] and "
                    "[x0, y0, x1, y1] in pixels; send two corners."
                )


class Cvat(Tool):
    """CVAT, which takes this server for Nuclio's dashboard."""

    name = "cvat"
    title = "CVAT"

    def tokens(self, headers: Headers) -> Any:
        """CVAT sends what stands before an @ in the name of Nuclio's host."""
        return basic_password(headers)

    def add_routes(self, router: APIRouter, services: Services) -> None:
        """See ``Tool``."""

        def run(name: str, asked: Invocation) -> Any:
            _check_known(name)
            mended = services.mend(decoded(asked.image), asked.marks(), any_order=True)
            return _AS[name](mended, asked.threshold)

        @router.get("/api/functions")
        def list_functions(request: Request) -> dict[str, Any]:
            return {name: _function(name, request.url.port) for name in _ANNOTATIONS}

        @router.get("/api/functions/{name}")
        def get_function(name: str, request: Request) -> dict[str, Any]:
            _check_known(name)
            return _function(name, request.url.port)

        @router.post("/api/function_invocations")
        def invoke(asked: Invocation, x_nuclio_function_name: Annotated[str, Header()]) -> Any:
            return run(x_nuclio_function_name, asked)

        @router.post("/")
        def invoke_directly(asked: Invocation) -> Any:
            return run(INTERACTOR, asked)


def crop_of(mask: Mask) -> tuple[Mask, tuple[int, int, int, int]] | None:
    """The smallest crop with the object, and its left, top, right and bottom pixel, inclusive.

    ``None`` where there is no object.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return None
    top, bottom, left, right = (int(n) for n in (rows[0], rows[-1], columns[0], columns[-1]))
    return mask[top : bottom + 1, left : right + 1], (left, top, right, bottom)


def interaction(mended: Mended, threshold: float | None = None) -> dict[str, Any]:
    """What an interactor answers: the crop with the object, and where it is.

    Raises:
        ClickError: There is no object, which CVAT could not show.
    """
    mask = _as_sure(mended, threshold)
    found = crop_of(mask)
    if found is None:
        raise ClickError(
            "Nothing is left of the object. CVAT cannot show an empty mask; click on the object, "
            "or take the last click back."
        )
    crop, bounds = found
    return {"mask": crop.astype(int).tolist(), "bounds": list(bounds)}


def detections(mended: Mended, threshold: float | None = None) -> list[dict[str, Any]]:
    """What a detector answers: a shape for the object, none where there is none."""
    found = crop_of(_as_sure(mended, threshold))
    if found is None:
        return []
    crop, bounds = found
    left, top, right, bottom = bounds
    return [
        {
            "confidence": f"{mended.confidence:.3f}",
            "label": LABEL,
            "type": "mask",
            "points": [left, top, right + 1, top, right + 1, bottom + 1, left, bottom + 1],
            "mask": [*crop.astype(int).ravel().tolist(), *bounds],
            "attributes": [],
        }
    ]


_AS = {INTERACTOR: interaction, DETECTOR: detections}


def _as_sure(mended: Mended, threshold: float | None) -> Mask:
    """The object at CVAT's threshold, where it sends one."""
    if threshold is None:
        return mended.mask
    if not 0 <= threshold <= 1:
        raise ClickError(
            f"The threshold is {threshold}. Allowed are probabilities from 0 to 1; leave it out "
            "for the mask as it is."
        )
    return mended.mask if threshold == 0.5 else mended.probability > threshold


def _check_known(name: str) -> None:
    if name not in _ANNOTATIONS:
        raise NotFoundError(f"There is no function {name!r}. Available: {', '.join(_ANNOTATIONS)}.")


def _function(name: str, port: int | None) -> dict[str, Any]:
    """A function as Nuclio's dashboard describes it."""
    return {
        "metadata": {
            "name": name,
            "namespace": "nuclio",
            "labels": {"nuclio.io/project-name": "cvat"},
            "annotations": dict(_ANNOTATIONS[name]),
        },
        "spec": {"description": _DESCRIPTIONS[name]},
        "status": {"state": "ready", "httpPort": port},
    }


TOOLS.register(Cvat.name)(Cvat())
