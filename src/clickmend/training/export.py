"""From a run to weights with their card."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime

import torch

from clickmend.networks import Card, parameter_count
from clickmend.networks.weights.cards import Leg, OnlineInference, TrainingData
from clickmend.training.recipes import Recipe
from clickmend.training.run import Run

TERMS: Mapping[str, str] = {
    "made": "scenes drawn by a generator, free",
    "bsds": "BSDS500, research use",
    "ccp": "Clothing Co-Parsing, annotations Apache-2.0, photo rights unclear",
    "coco100": "COCO 2017 train (98 images), annotations CC BY 4.0, Flickr photos",
    "feralcat": "cats with polygons, public domain",
    "carparts": "car parts, terms not stated",
    "pennfudan": "Penn-Fudan pedestrians, authors' copyright",
    "nuclei": "2018 Data Science Bowl, CC0",
    "camvid": "CamVid, academic, non-commercial use",
    "facade": "LabelMeFacade, academic, non-commercial use",
    "alphamatting14": "alphamatting.com, 7 training images, research use",
    "kitchen": "7-Scenes, one room, non-commercial use",
    "office": "depth frames of several rooms, MIT",
    "lab": "RealSense depth frames, MIT",
}
"""The terms of the photos behind each source."""

WEIGHT_TERMS = "Research and other non-commercial use only, for that is what the photos allow."


def leg_of(run: Run, recipe: Recipe, *, name: str, seed: int) -> Leg:
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
    recipe: Recipe,
    *,
    name: str,
    legs: tuple[Leg, ...],
    earlier: Card | None = None,
    scores: Mapping[str, float] | None = None,
    commit: str = "",
) -> Card:
    """The card of the run's averaged network.

    Args:
        run: Holds the network.
        recipe: What it was trained by.
        name: Of the weights.
        legs: What this run did.
        earlier: The card of the weights that it started from: their legs and data count too.
        scores: To be told.
        commit: Of the code.
    """
    data = {} if earlier is None else {seen.name: seen for seen in earlier.training_data}
    for source in recipe.all_sources:
        short = source.partition("-")[0]
        data[short] = TrainingData(name=short, terms=TERMS[short])
    return Card(
        name=name,
        task=recipe.task,
        architecture=recipe.network,
        options=dict(recipe.network_options),
        sha256="",
        parameters=parameter_count(run.average),
        dtype="float16",
        view_px=recipe.view_px,
        refinement=recipe.refinement,
        online=recipe.online or OnlineInference(),
        training_data=tuple(data[short] for short in sorted(data)),
        terms=WEIGHT_TERMS,
        legs=(() if earlier is None else earlier.legs) + legs,
        scores=dict(scores or {}),
        made=datetime.now(UTC).date(),
        commit=commit,
        **recipe.card_fields,
    )
