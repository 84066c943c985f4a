"""What there is to work with: the tasks, their models, the sample photos, the limits."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import FileResponse

from clickmend.core.extras import is_installed
from clickmend.core.settings import Settings
from clickmend.projects.contracts import INSTANCES
from clickmend.projects.opening import Options
from clickmend.server.abilities import Abilities, abilities_of
from clickmend.server.networks import Networks, network_task
from clickmend.server.samples import sample, samples
from clickmend.server.traits import Traits
from clickmend.tasks.registry import default_task, task_named

if TYPE_CHECKING:  # torch comes with them
    from clickmend.networks.weights.cards import Refinement

API = "/api/v1"


def traits_of(options: Options, networks: Networks) -> Traits:
    """What the network and the task say of a session with these options."""
    task, card = task_named(network_task(options.task)), networks.card(options)
    own = tuple(options.classes or ())
    if card is None:
        return Traits(own, radius_share=task.radius_share, model=options.model)
    able = abilities_of(card, beside=networks.cards().values())
    layers = task.plain_refinements
    if set(own) <= set(card.labels):  # a network moves towards classes that it knows
        layers = (*layers, *_layers(card.refinement, able))
    labels, model = own or card.labels, card.name if options.model else None
    return Traits(labels, card.range_m, task.radius_share, layers, able.infers, model)


def _layers(refinement: Refinement, able: Abilities) -> tuple[str, ...]:
    """The layers for which the card has a step size, or that have one of their own.

    None without torch, which moves their variables.
    """
    if not is_installed("torch"):
        return ()
    rated = tuple(refinement.learning_rates)
    if not refinement.at:
        return rated
    return (*rated, *(name for name in able.layers if name not in rated))


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
    routes = APIRouter(prefix=API, tags=["catalogue"])

    @routes.get("/health")
    def health() -> dict[str, Any]:
        """Whether the server answers, its version, and what may be uploaded."""
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
        cards = networks.cards().values()
        return {
            "models": [
                card.model_dump(mode="json") | {"infers": abilities_of(card, beside=cards).infers}
                for card in cards
            ]
        }

    @routes.get("/samples")
    def list_samples() -> dict[str, Any]:
        """The sample photos."""
        return {
            "samples": [
                {"name": one.name, "title": one.title, "url": f"{API}/samples/{one.name}"}
                for one in samples().values()
            ]
        }

    @routes.get("/samples/{name}", response_class=FileResponse)
    def get_sample(name: str) -> FileResponse:
        """A sample photo."""
        return FileResponse(sample(name).path)

    return routes
