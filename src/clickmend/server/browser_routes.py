"""What a browser needs to run a network itself."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, HTTPException, Response

from clickmend.networks.weights.graph import SUFFIX
from clickmend.networks.weights.model import GraphModel
from clickmend.networks.weights.store import load
from clickmend.server import runtime
from clickmend.server.catalogue import API
from clickmend.server.networks import Networks
from clickmend.tasks.registry import default_task

FOR_GOOD = "private, max-age=31536000, immutable"


def runs_in_browser(name: str, networks: Networks) -> bool:
    """Whether the page can answer by a network: the runtime, the graph and a port are there."""
    file = networks.file(name)
    ported = networks.cards()[name].task == default_task().name
    return ported and runtime.is_there() and file is not None and file.with_suffix(SUFFIX).is_file()


def browser_routes(*, networks: Networks) -> APIRouter:
    """The routes below ``/models`` that a page asks for a network to run.

    Args:
        networks: What the server has.
    """
    routes = APIRouter(prefix=f"{API}/models", tags=["catalogue"])

    def asked(name: str) -> tuple[GraphModel, str]:
        """A network, and what stands for its graph and its weights."""
        cards, file = networks.cards(), networks.file(name)
        if name not in cards:
            raise HTTPException(404, f"There is no model {name!r}. Available: {', '.join(cards)}.")
        ported = cards[name].task == default_task().name
        model = None if file is None or not ported else load(file, device="cpu")
        if file is None or not isinstance(model, GraphModel):
            raise HTTPException(
                404,
                f"The model {name!r} is no network that a browser runs. Allowed are those of the "
                f"task {default_task().name!r} with their ONNX graph beside them.",
            )
        graph = file.with_suffix(SUFFIX).read_bytes()
        digest = hashlib.sha256(model.card.sha256.encode() + graph)
        return model, digest.hexdigest()[:16]

    @routes.get("/{name}/network")
    def get_network(name: str) -> dict[str, Any]:
        """How a network is asked: the sizes that it looks at, and how it is told of clicks."""
        model, version = asked(name)
        card = model.card
        return {
            "name": name,
            "onnx": f"{API}/models/{name}/network.onnx?v={version}",
            "view_px": card.view_px,
            "overview_px": card.overview_px or card.view_px,
            "margin": card.margin or 1.0,
            "encoding": asdict(model.encoding),
        }

    @routes.get("/{name}/network.onnx", response_class=Response)
    def get_onnx(name: str, v: str = "") -> Response:
        """A network with its weights as one ONNX file, float32; under its version kept for good."""
        model, version = asked(name)
        kept = {"Cache-Control": FOR_GOOD} if v == version else None
        return Response(model.whole(), media_type="application/octet-stream", headers=kept)

    return routes
