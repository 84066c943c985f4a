"""From a run to weights with their card."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime

import torch

from clickmend.networks import Card, parameter_count
from clickmend.networks.cards import Leg, TrainingData
from clickmend.training.recipes import InteractiveRecipe
from clickmend.training.run import Run

TERMS: Mapping[str, str] = {
    "bsds": "BSDS500, research use",
    "ccp": "Clothing Co-Parsing, annotations Apache-2.0, photo rights unclear",
    "coco100": "COCO 2017 train (98 images), annotations CC BY 4.0, Flickr photos",
    "feralcat": "cats with polygons, public domain",
    "carparts": "car parts, terms not stated",
    "pennfudan": "Penn-Fudan pedestrians, authors' copyright",
    "nuclei": "2018 Data Science Bowl, CC0",
}
"""The terms of the photos behind each source."""

WEIGHT_TERMS = "Research and other non-commercial use only, for that is what the photos allow."


def leg_of(run: Run, recipe: InteractiveRecipe, *, name: str, seed: int) -> Leg:
    """What this run did, for the card."""
    samples = 0
    for step in range(run.step):
        samples += recipe.at(step)[0].batch
    device = next(run.network.parameters()).device
    machine = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    return Leg(
        recipe=name,
        seed=seed,
        steps=run.step,
        samples=samples,
        seconds=round(run.seconds),
        machine=f"{machine}, {torch.get_num_threads()} threads, torch {torch.__version__}",
    )


def make_card(
    run: Run,
    recipe: InteractiveRecipe,
    *,
    name: str,
    legs: tuple[Leg, ...],
    scores: Mapping[str, float] | None = None,
    commit: str = "",
) -> Card:
    """The card of the run's averaged network."""
    sources = {source.partition("-")[0] for source in recipe.sources}
    return Card(
        name=name,
        task="interactive",
        architecture=recipe.network,
        options=dict(recipe.network_options),
        sha256="",
        parameters=parameter_count(run.average),
        dtype="float16",
        overview_px=recipe.overview_px,
        view_px=recipe.view_px,
        margin=recipe.margin,
        refinement=recipe.refinement,
        training_data=tuple(
            TrainingData(name=source, terms=TERMS[source]) for source in sorted(sources)
        ),
        terms=WEIGHT_TERMS,
        legs=legs,
        scores=dict(scores or {}),
        made=datetime.now(UTC).date(),
        commit=commit,
    )
