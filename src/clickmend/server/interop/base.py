"""What a tool's wire is, where wires register, and how they are put into the application."""

from __future__ import annotations

import base64
import binascii
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from clickmend.core.errors import ClickmendError
from clickmend.core.registry import Registry
from clickmend.feedback import Mark
from clickmend.server.errors import in_words, more_headers
from clickmend.server.interop.mender import Mended, Mender
from clickmend.server.interop.remote import Remote
from clickmend.server.work_queue import WorkQueue


@dataclass(frozen=True)
class Services:
    """What a tool's routes may use.

    Args:
        mender: Makes masks.
        queue: Whose turn it is.
        roots: Folders beneath which a request may name a file.
        remote: The one host from which pictures may be fetched, if there is one.
        token: What the server asks for, if it does.
    """

    mender: Mender
    queue: WorkQueue
    roots: Sequence[Path] = ()
    remote: Remote | None = None
    token: str | None = None

    def mend(self, image: bytes, marks: Sequence[Mark], **options: Any) -> Mended:
        """A mask as ``Mender.mend`` makes it, when it is its turn; for routes in threads."""
        return self.queue.run_from_thread(partial(self.mender.mend, image, marks, **options))

    def prepare(self, image: bytes) -> None:
        """Open a picture as ``Mender.prepare`` does, when it is its turn; for routes in threads."""
        self.queue.run_from_thread(partial(self.mender.prepare, image))


class Tool(ABC):
    """The wire of one tool.

    Attributes:
        name: What ``--interop`` calls it.
        title: What it calls itself.
        prefix: What its paths begin with; tools ask for it as part of the server's address.
        open_paths: Paths that are answered without the token, below ``prefix``.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    prefix: ClassVar[str] = ""
    open_paths: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def add_routes(self, router: APIRouter, services: Services) -> None:
        """Enter what the tool asks for, below ``prefix``."""

    def tokens(self, headers: Headers) -> Iterable[str]:
        """What a request brings where this tool puts its token; a bearer is known anyway."""
        del headers
        return ()

    def refusal(self, status: int, kind: str, message: str) -> Response:
        """An error in the tool's shape.

        Args:
            status: Of HTTP.
            kind: The name of the exception, or of the status.
            message: The fact, what is allowed, the remedy.
        """
        del kind
        return JSONResponse({"error": message}, status_code=status)


TOOLS: Registry[Tool] = Registry("tool", entry_points="clickmend.interop")
"""The tools by name."""


def tool_routes(tool: Tool, services: Services) -> APIRouter:
    """All routes of a tool, which refuse in its shape."""
    router = APIRouter(
        prefix=tool.prefix,
        route_class=_refusing(tool),
        tags=[tool.name],
        generate_unique_id_function=lambda route: f"{tool.name.replace('-', '_')}_{route.name}",
    )
    tool.add_routes(router, services)
    return router


def basic_password(headers: Headers) -> Iterable[str]:
    """The password of HTTP's basic authentication; the name of the user is not looked at."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name_and_password = base64.b64decode(given, validate=True).decode()
        except (binascii.Error, ValueError):
            return
        yield name_and_password.partition(":")[2]


def _refusing(tool: Tool) -> type[APIRoute]:
    class Route(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def answer(request: Request) -> Response:
                try:
                    return await handle(request)
                except (ClickmendError, RequestValidationError, HTTPException) as error:
                    answer = tool.refusal(*in_words(error))
                    answer.headers.update(more_headers(error))
                    return answer

            return answer

    return Route
