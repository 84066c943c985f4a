"""What stands before every route: who may ask, how much may be sent, what a browser may do.

A page on the internet can make a browser talk to a server on this machine. Two checks stop it:
the ``Host`` must be a name of this machine (so a foreign name that was pointed here is refused),
and an ``Origin``, where the browser sends one, must be the page that this server gave out. Where
others reach the server, a token tells those who may use it.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clickmend.server.errors import http_error_answer

SAFE_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

FORM_MARGIN_BYTES = 64_000
"""What a multipart form may add to the file in it."""


COOKIE = "clickmend-token"


def is_loopback(host: str) -> bool:
    """Whether ``host`` (a name or an address, no port) is this machine and nothing else."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Guard:
    """ASGI middleware that refuses before a route sees the request.

    Args:
        app: What is guarded.
        loopback_only: Refuse a ``Host`` that is not a loopback name.
        limit_bytes: The largest file that may be sent.
        token: What a browser must have been opened with, as ``?token=``, or sends as a bearer;
            nothing is asked for where it is left out.
        tokens: Finds the token where a program puts it.
        open_paths: Paths for which no token is asked.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        loopback_only: bool,
        limit_bytes: int,
        token: str | None = None,
        tokens: Callable[[Headers], Iterable[str]] = lambda _: (),
        open_paths: Collection[str] = (),
    ) -> None:
        self._app = app
        self._token = token
        self._tokens = tokens
        self._open_paths = open_paths
        self._loopback_only = loopback_only
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safe_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
                headers["Accept-Ranges"] = "none"
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._refusal(headers) or _unstorable(scope)
        if refusal is not None:
            status, message = refusal
            await http_error_answer(status, message)(scope, receive, safe_send)
            return
        closed = self._token is not None and scope["path"] not in self._open_paths
        if closed and not self._is_known(headers):
            await self._asked_for_token(scope)(scope, receive, safe_send)
            return
        # A server may ignore Range, and no file here is so large that anybody needs a part.
        scope["headers"] = [one for one in scope["headers"] if one[0] != b"range"]
        await self._app(scope, self._counted(receive), safe_send)

    def _is_known(self, headers: Headers) -> bool:
        """Whether the token comes with a request, in the cookie or as a bearer."""
        cookies = (one.strip().partition("=") for one in headers.get("cookie", "").split(";"))
        given = [value for name, _, value in cookies if name == COOKIE]
        given.append(headers.get("authorization", "").removeprefix("Bearer "))
        return any(self._is_token(one) for one in (*given, *self._tokens(headers)))

    def _asked_for_token(self, scope: Scope) -> Response:
        """Take the token of the address into a cookie, or refuse."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["method"] == "GET" and self._is_token(given):
            answer = RedirectResponse(scope["path"], status_code=303)
            answer.set_cookie(COOKIE, given, httponly=True, samesite="strict")
            return answer
        return http_error_answer(
            401,
            "This server is for those who have its token. Open the address, with the token in it, "
            "that was printed when the server was started.",
        )

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), (self._token or "").encode())

    def _refusal(self, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if self._loopback_only and not is_loopback(_host_name(host)):
            return 421, (
                f"This server answers on this machine only, not as {host!r}. "
                "Open it at http://127.0.0.1 with its port."
            )
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return 403, f"A page from {origin!r} may not use this server. Open the server's own."
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._limit_bytes + FORM_MARGIN_BYTES:
            return 413, self._too_large()
        return None

    def _counted(self, receive: Receive) -> Receive:
        """``receive`` that stops a body without a declared length at the limit."""
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit_bytes + FORM_MARGIN_BYTES:
                raise HTTPException(413, self._too_large())
            return message

        return counted

    def _too_large(self) -> str:
        return (
            f"The upload is larger than the {self._limit_bytes / 1e6:g} MB that this server takes. "
            "Send a smaller photo or raise CLICKMEND_MAX_UPLOAD_MEGABYTES."
        )


def _unstorable(scope: Scope) -> tuple[int, str] | None:
    """Why an address is refused that no database could look for."""
    if "\0" not in scope["path"] and b"%00" not in scope["query_string"]:
        return None
    return 400, "The address has the character U+0000 in it, which no name has. Leave it out."


def _host_name(host: str) -> str:
    """The name in a ``Host`` header, without port and without the brackets of IPv6."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
