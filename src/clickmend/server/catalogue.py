"""What there is to work with: the tasks, their models, the sample photos, the limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import FileResponse

from clickmend.core.errors import ModelError
from clickmend.core.extras import is_installed
from clickmend.core.settings import Settings
from clickmend.projects.contracts import INSTANCES
from clickmend.projects.opening import Options
from clickmend.server.networks import Networks, network_task
from clickmend.server.opened import Traits
from clickmend.server.samples import sample, samples
from clickmend.tasks.registry import default_task, task_named

if TYPE_CHECKING:  # torch comes with them, and the page should answer before it is loaded
    from clickmend.networks import Card
    from clickmend.networks.weights.cards import Refinement

API = "/api/v1"


def traits_of(options: Options, networks: Networks) -> Traits:
    """What the network and the task say of a session with these options."""
    task, card = task_named(network_task(options.task)), networks.card(options)
    own = tuple(options.classes or ())
    if card is None:
        return Traits(own, radius_share=task.radius_share, model=options.model)
    layers = task.plain_refinements
    if set(own) <= set(card.labels):  # a network moves towards classes that it knows
        layers = (*layers, *_layers(card.refinement))
    labels, model = own or card.labels, card.name if options.model else None
    return Traits(labels, card.range_m, task.radius_share, layers, infers(card), model)


def _layers(refinement: Refinement) -> tuple[str, ...]:
    """The layers for which the card has a step size, or that have one of their own.

    None without torch, which moves their variables.
    """
    if not is_installed("torch"):
        return ()
    from clickmend.refinement import LAYERS, inner_layers

    rated = tuple(refinement.learning_rates)
    if not refinement.at:
        return rated
    own = [name for name in inner_layers() if LAYERS[name].learning_rate is not None]
    return (*rated, *(name for name in own if name not in rated))


def infers(card: Card) -> tuple[str, ...]:
    """What a network can infer online, "adapt_keys" and "propagate"; its weights stay unread."""
    return _infers(card.architecture, json.dumps(card.options))


@lru_cache(maxsize=64)
def _infers(architecture: str, options: str) -> tuple[str, ...]:
    if not is_installed("torch"):
        return ()
    import torch

    from clickmend.networks import ARCHITECTURES, online_places

    try:
        build = ARCHITECTURES[architecture]
    except ModelError:  # another library's
        return ()
    with torch.device("meta"):
        network = build(**json.loads(options))
    names = ("adapt_keys", "propagate")
    return tuple(name for name, places in zip(names, online_places(network), strict=True) if places)


def catalogue_routes(
    *,
    networks: Networks,
    limits: Settings,
    in_browser: Callable[[str], bool],
    detectors: Callable[[], list[str]],
) -> APIRouter:
    """The routes that tell what there is.

    Args:
        networks: What there is.
        limits: What may be uploaded.
        in_browser: Whether the page can answer by a network of this name itself.
        detectors: Gives the names of the networks that find objects without points.
    """
    routes = APIRouter(prefix=API)

    @routes.get("/health")
    def health() -> dict[str, Any]:
        return {
            "status": "ok",
            "version": metadata.version("clickmend"),
            "limits": {
                "upload_megabytes": limits.max_upload_megabytes,
                "image_megapixels": limits.max_image_megapixels,
            },
        }

    @routes.get("/tasks")
    def list_tasks() -> dict[str, Any]:
        """The tasks that have a model; the first model of each is its default.

        Of ``in_browser`` the page may answer clicks itself; ``detectors`` find objects without
        points.
        """
        found, ported = networks.by_task(), default_task().name
        here = [name for name in found.get(ported, []) if in_browser(name)]
        return {
            "tasks": [
                {
                    "name": task,
                    "models": names,
                    "in_browser": here if task == ported else [],
                    "detectors": detectors() if task == INSTANCES else [],
                }
                for task, names in found.items()
            ]
        }

    @routes.get("/models")
    def list_models() -> dict[str, Any]:
        """The cards, each with what its network can infer online."""
        return {
            "models": [
                card.model_dump(mode="json") | {"infers": infers(card)}
                for card in networks.cards().values()
            ]
        }

    @routes.get("/samples")
    def list_samples() -> dict[str, Any]:
        return {
            "samples": [
                {"name": one.name, "title": one.title, "url": f"{API}/samples/{one.name}"}
                for one in samples().values()
            ]
        }

    @routes.get("/samples/{name}", response_class=FileResponse)
    def get_sample(name: str) -> FileResponse:
        return FileResponse(sample(name).path)

    return routes
