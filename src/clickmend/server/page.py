"""The files of the page."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from clickmend.server.guard import SAFE_HEADERS

WEB = Path(__file__).with_name("web")

WORKER = WEB / "js" / "network" / "worker.js"
"""The one script in which WebAssembly runs: a worker has the policy that it is served with."""

MEDIA_TYPES = {".mjs": "text/javascript", ".wasm": "application/wasm"}
"""What some systems call otherwise; a browser takes no other."""


DRAWINGS = WEB / "icons.svg"
"""Browsers ask for them with every button that is made, such as those of a new object …"""

DRAWINGS_STAY_S = 60
"""… but not so soon after they had them. After an update old ones may be shown for as long."""


class Page(StaticFiles):
    """The page and, where it was fetched, the runtime of its networks."""

    def __init__(self) -> None:
        super().__init__(directory=WEB, html=True)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """A file, with what a browser has to know of it."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        path = Path(full_path)
        if path.suffix in MEDIA_TYPES:
            answer.headers["Content-Type"] = MEDIA_TYPES[path.suffix]
        if path == DRAWINGS:
            answer.headers["Cache-Control"] = f"max-age={DRAWINGS_STAY_S}"
        if path == WORKER:
            policy = SAFE_HEADERS["Content-Security-Policy"]
            answer.headers["Content-Security-Policy"] = (
                f"{policy}; script-src 'self' 'wasm-unsafe-eval'"
            )
        return answer
