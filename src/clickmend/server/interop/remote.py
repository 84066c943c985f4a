"""Pictures of the one host that may be asked for them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPMessage
from typing import IO, Any, final
from urllib.parse import urljoin, urlsplit

from clickmend.core.errors import ImageError, OptionError

TIMEOUT_S = 20.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: Any, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Whoever redirects could lead anywhere, with the token."""


@final
class Remote:
    """The host that a tool keeps its pictures on.

    Nothing is asked of any other, whatever a request names, and no redirection is followed.

    Args:
        address: Of the host, ``http://…`` or ``https://…``.
        token: What it asks for: a plain token, or one that brings another (a JSON Web Token).
        limit_bytes: The largest picture.

    Raises:
        OptionError: The address is none.
    """

    def __init__(self, address: str, *, token: str | None, limit_bytes: int) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise OptionError(
                f"{address!r} is no address of a host. Give it as http://host:port or https://host."
            )
        self._address = address.rstrip("/") + "/"
        self._origin = (parts.scheme, parts.netloc)
        self._token = token
        self._limit_bytes = limit_bytes
        self._opener = urllib.request.build_opener(_NoRedirect)

    def __contains__(self, address: str) -> bool:
        """Whether an address is the host's."""
        parts = urlsplit(address)
        return (parts.scheme, parts.netloc) == self._origin

    def fetch(self, place: str) -> bytes:
        """A file of the host.

        Args:
            place: Its path, or its address on this host.

        Raises:
            ImageError: It is another host's, it cannot be had, or it is too large.
        """
        address = urljoin(self._address, place.lstrip("/") if place.startswith("/") else place)
        if address not in self:
            raise ImageError(
                f"The picture {place!r} is not on {self._address}, and nothing is fetched from "
                "elsewhere. Keep pictures on that host, or send them as data URIs."
            )
        return self._ask(urllib.request.Request(address, headers=self._authorization()))

    def _authorization(self) -> dict[str, str]:
        if self._token is None:
            return {}
        if self._token.count(".") != 2:
            return {"Authorization": f"Token {self._token}"}
        request = urllib.request.Request(
            urljoin(self._address, "api/token/refresh/"),
            data=json.dumps({"refresh": self._token}).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            return {"Authorization": f"Bearer {json.loads(self._ask(request))['access']}"}
        except (ValueError, KeyError, TypeError) as error:
            raise ImageError(
                f"{self._address} gave no access for the token. Allowed is a personal access "
                "token that is still valid; make a new one."
            ) from error

    def _ask(self, request: urllib.request.Request) -> bytes:
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                content: bytes = answer.read(self._limit_bytes + 1)
        except (OSError, HTTPException, ValueError) as error:
            raise ImageError(
                f"{request.full_url} cannot be had ({error}). It must answer this server with the "
                "picture; check the address and the token that the server was started with."
            ) from error
        if len(content) > self._limit_bytes:
            raise ImageError(
                f"{request.full_url} is larger than {self._limit_bytes / 1e6:g} MB. Make it "
                "smaller or raise CLICKMEND_MAX_UPLOAD_MEGABYTES."
            )
        return content
