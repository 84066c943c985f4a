"""MONAI Label's wire for inference on pictures: clicks become a label map, a mask is mended."""

from __future__ import annotations

import json
import secrets
import time
from importlib import metadata
from typing import Annotated, Any, Literal

import cv2
import numpy as np
from fastapi import APIRouter, File, Form, HTTPException, Query, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from clickmend.core.errors import ClickError, NotFoundError, OptionError
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Box, Click, Mark
from clickmend.server.interop.base import TOOLS, Services, Tool
from clickmend.server.interop.mender import MOST_MARKS
from clickmend.server.interop.pictures import file_beneath

MODEL = "clickmend"

Places = Annotated[list[list[float]], Field(max_length=MOST_MARKS)]

Output = Literal["all", "image", "json"]


class Params(BaseModel):
    """What is asked: places [x, y] or [x, y, z] of voxels, of which z is not looked at.

    Places are counted from the middle of the first voxel; ``roi`` goes from the first voxel in it
    up to the one behind its last, as slices do.

    ``foreground`` and ``background`` are of one dialect, ``points`` with ``point_labels`` of
    another; a third names the places of each label by it.
    """

    foreground: Places = []
    background: Places = []
    points: Places = []
    point_labels: list[int] = []
    roi: list[float] = []
    label: str = "object"
    result_extension: str = ".png"

    def marks(self, more: dict[str, Any]) -> list[Mark]:
        """The box, then the clicks.

        Args:
            more: The other parameters, among which may be the places of the label.

        Raises:
            ClickError: A place or the box has too few numbers.
        """
        inside = [*self.foreground, *_places_of(self.label, more)]
        outside = list(self.background)
        if len(self.point_labels) != len(self.points):
            raise ClickError(
                f"There are {len(self.points)} points and {len(self.point_labels)} labels of "
                "points. Each point has its own, 1 or 0; send as many."
            )
        for place, label in zip(self.points, self.point_labels, strict=True):
            (inside if label == 1 else outside).append(place)
        marks: list[Mark] = [_click(place, FOREGROUND) for place in inside]
        marks += [_click(place, BACKGROUND) for place in outside]
        if not self.roi:
            return marks
        if len(self.roi) not in (4, 6):
            raise ClickError(
                f"roi has {len(self.roi)} numbers. Allowed is [x0, y0, x1, y1], which z0 and z1 "
                "may follow; leave it out for the whole picture."
            )
        return [Box(*self.roi[:4]), *marks]


class MonaiLabel(Tool):
    """MONAI Label."""

    name = "monai-label"
    title = "MONAI Label"
    prefix = "/monai-label"
    open_paths = ("/auth/", "/auth/token")

    def refusal(self, status: int, kind: str, message: str) -> Response:
        """See ``Tool``."""
        del kind
        return JSONResponse({"detail": message}, status_code=status)

    def add_routes(self, router: APIRouter, services: Services) -> None:
        """See ``Tool``."""

        @router.get("/auth/")
        def auth() -> dict[str, Any]:
            return {"enabled": services.token is not None, "realm": "clickmend"}

        @router.post("/auth/token")
        def log_in(password: Annotated[str, Form()], username: Annotated[str, Form()]) -> Any:
            del username
            token = services.token or ""
            if not secrets.compare_digest(password.encode(), token.encode()):
                raise HTTPException(401, "Wrong password. It is the token of this server.")
            return {"access_token": token, "token_type": "Bearer"}

        @router.get("/auth/token/valid")
        def is_valid() -> dict[str, Any]:
            return {"detail": "The token is valid."}  # the guard has looked at it

        @router.get("/info/")
        def info() -> dict[str, Any]:
            return _info()

        @router.post("/infer/{model}")
        def infer(
            model: str,
            image: Annotated[str, Query()] = "",
            output: Annotated[Output, Query()] = "all",
            params: Annotated[str, Form()] = "{}",
            file: Annotated[UploadFile | None, File()] = None,
            label: Annotated[UploadFile | None, File()] = None,
        ) -> Response:
            begun = time.perf_counter()
            if model != MODEL:
                raise NotFoundError(f"There is no model {model!r}. Available: {MODEL}.")
            asked, more = _params(params)
            content = file_beneath(services.roots, image) if file is None else file.file.read()
            prior = None if label is None else label.file.read()
            read = time.perf_counter()
            mended = services.mend(content, asked.marks(more), prior=prior, any_order=True)
            inferred = time.perf_counter()
            png = _label_map(mended.mask)
            written = time.perf_counter()
            told = {
                "label_names": {asked.label: 1},
                "confidence": round(mended.confidence, 4),
                "latencies": {
                    "pre": round(read - begun, 4),
                    "infer": round(inferred - read, 4),
                    "invert": 0.0,
                    "post": 0.0,
                    "write": round(written - inferred, 4),
                    "total": round(written - begun, 4),
                },
            }
            return _answer(output, told, png)


def _params(text: str) -> tuple[Params, dict[str, Any]]:
    try:
        content = json.loads(text)
        asked = Params.model_validate(content)
    except (ValueError, ValidationError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise OptionError(
            f"The parameters do not fit ({reason}). Allowed is an object in JSON with foreground "
            "and background, lists of [x, y]; correct it."
        ) from error
    if asked.result_extension != ".png":
        raise OptionError(
            f"The answer cannot be a {asked.result_extension!r}. Pictures are answered as .png; "
            "ask for that, or leave it out."
        )
    return asked, content


def _places_of(label: str, more: dict[str, Any]) -> list[list[float]]:
    """The places that a dialect gives under the name of a label."""
    if label in Params.model_fields or label not in more:
        return []
    try:
        return Params.model_validate({"foreground": more[label]}).foreground
    except ValidationError as error:
        raise ClickError(
            f"The places of {label!r} are none. Allowed is a list of [x, y]; correct it."
        ) from error


def _click(place: list[float], label: str) -> Click:
    if len(place) not in (2, 3):
        raise ClickError(
            f"A place has {len(place)} numbers. Allowed are [x, y] and [x, y, z] in pixels; "
            "correct it."
        )
    return Click(place[0] + 0.5, place[1] + 0.5, label)  # voxels are counted from their middles


def _label_map(mask: Any) -> bytes:
    """A PNG of 1 on the object and 0 elsewhere."""
    done, data = cv2.imencode(".png", np.asarray(mask, np.uint8))
    assert done
    return data.tobytes()


def _answer(output: Output, told: dict[str, Any], png: bytes) -> Response:
    if output == "json":
        return JSONResponse(told)
    if output == "image":
        return Response(png, media_type="image/png")
    boundary = secrets.token_hex(16)
    parts = [
        ('name="params"', "application/json", json.dumps(told).encode()),
        ('name="image"; filename="mask.png"', "image/png", png),
    ]
    body = b""
    for name, kind, content in parts:
        head = f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\nContent-Type: {kind}"
        body += head.encode() + b"\r\n\r\n" + content + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return Response(body, media_type=f"multipart/form-data; boundary={boundary}")


def _info() -> dict[str, Any]:
    return {
        "name": "clickmend",
        "description": "Makes or mends the mask of an object from clicks.",
        "version": metadata.version("clickmend"),
        "labels": ["object"],
        "models": {
            MODEL: {
                "type": "deepgrow",
                "labels": ["object"],
                "dimension": 2,
                "description": "Pictures of 2 dimensions, one object; a label is mended.",
                "config": {},
            }
        },
        "trainers": {},
        "strategies": {},
        "scoring": {},
        "datastore": {},
    }


TOOLS.register(MonaiLabel.name)(MonaiLabel())
