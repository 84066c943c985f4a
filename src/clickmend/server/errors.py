"""One error shape for every refusal: ``{"error": {"type": ..., "message": ...}}``.

The type is the name of the exception for everything that clickmend itself refuses, and the
word from :data:`HTTP_TYPES` for what only HTTP knows. A failure nobody foresaw is told as such;
its traceback goes to the log of the server and never to the client.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from clickmend.core.errors import (
    BusyError,
    ClickmendError,
    ConflictError,
    DatabaseError,
    NotFoundError,
)

HTTP_TYPES: Mapping[int, str] = {
    401: "TokenError",
    403: "ForbiddenError",
    404: "NotFoundError",
    405: "MethodError",
    413: "TooLargeError",
    421: "HostError",
    500: "InternalError",
    502: "LostError",
}

STATUSES: Mapping[type[ClickmendError], int] = {
    BusyError: 503,
    NotFoundError: 404,
    ConflictError: 409,
    DatabaseError: 503,
}
"""Of what clickmend refuses; of everything else 400."""

MOST_LISTED = 5
"""Faults of a request that are told; a stroke may have one at each of its points."""


class ErrorDetail(BaseModel):
    """What is wrong, for a program and for a person."""

    type: str = Field(description="The name of the error.", examples=["ClickError"])
    message: str = Field(description="The fact, what is allowed, and the remedy.")


class ErrorBody(BaseModel):
    """The body of every refusal."""

    error: ErrorDetail


REFUSALS: Mapping[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorBody, "description": "Refused: nothing was done."},
    "5XX": {
        "model": ErrorBody,
        "description": "Failed. With a Retry-After nothing was done, and it may be sent again.",
    },
}
"""What the OpenAPI document says of refusals, at each route."""

UNFORESEEN = "Something went wrong inside the server. Its log says what; please try again."


def error_answer(status: int, kind: str, message: str) -> JSONResponse:
    """The one shape that an error has."""
    return JSONResponse({"error": {"type": kind, "message": message}}, status_code=status)


def http_error_answer(status: int, message: str) -> JSONResponse:
    """An error that only HTTP knows, named by its status."""
    return error_answer(status, HTTP_TYPES.get(status, "RequestError"), message)


def install(app: FastAPI) -> None:
    """Give ``app`` the one error shape for everything that can go wrong in it."""

    @app.exception_handler(ClickmendError)
    async def refused(_: Request, error: ClickmendError) -> JSONResponse:
        answer = error_answer(*in_words(error))
        answer.headers.update(more_headers(error))
        return answer

    @app.exception_handler(RequestValidationError)
    async def not_valid(_: Request, error: RequestValidationError) -> JSONResponse:
        return error_answer(*in_words(error))

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        message = str(error.detail)
        if error.status_code == 404 and message == "Not Found":
            message = f"There is nothing at {request.url.path}."
        if error.status_code == 405:
            message = f"{request.method} is not possible at {request.url.path}."
        answer = http_error_answer(error.status_code, message)
        answer.headers.update(more_headers(error))
        return answer

    @app.exception_handler(ClientDisconnect)
    async def gone(_: Request, __: ClientDisconnect) -> Response:
        return Response(status_code=400)  # nobody is there to be told

    @app.exception_handler(Exception)
    async def unforeseen(_: Request, __: Exception) -> JSONResponse:
        return http_error_answer(500, UNFORESEEN)


def in_words(
    error: ClickmendError | RequestValidationError | HTTPException,
) -> tuple[int, str, str]:
    """What is answered to an error that was foreseen: status, type and message."""
    if isinstance(error, ClickmendError):
        return STATUSES.get(type(error), 400), type(error).__name__, str(error)
    if isinstance(error, RequestValidationError):
        return 422, "RequestError", _listed(error.errors())
    status = error.status_code
    return status, HTTP_TYPES.get(status, "RequestError"), str(error.detail)


def more_headers(
    error: ClickmendError | RequestValidationError | HTTPException,
) -> Mapping[str, str]:
    """What an answer's head says of an error besides, such as when to ask again."""
    if isinstance(error, BusyError):
        return {"Retry-After": str(error.retry_after_s)}
    return (error.headers or {}) if isinstance(error, HTTPException) else {}


def _listed(errors: Iterable[Mapping[str, Any]]) -> str:
    """``x: Input should be a valid number; ...``, without the values that were sent."""
    told, every = [], list(errors)
    for error in every[:MOST_LISTED]:
        place = ".".join(str(part) for part in error["loc"] if part != "body")
        told.append(f"{place}: {error['msg']}" if place else str(error["msg"]))
    if more := len(every) - len(told):
        told.append(f"and {more} more")
    return f"The request does not fit: {'; '.join(told)}."
