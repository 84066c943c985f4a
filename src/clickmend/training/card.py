"""The card of a run's weights."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime

import torch

from clickmend.networks import Card, parameter_count
from clickmend.networks.backbones.pretrained import PRETRAINED, HasEncoder
from clickmend.networks.weights.cards import OnlineInference, TrainingData, TrainingStage
from clickmend.training.checkpoint import Run
from clickmend.training.recipe import Recipe
from clickmend.training.sources import SOURCES

WEIGHT_TERMS = "Research and other non-commercial use only, for that is what the photos allow."
COMMERCIAL_TERMS = (
    "Trained from photos alone whose terms allow commercial use; training_data lists them."
)
OWN_TERMS = "Those of the photos that it was trained on."


def stage_of(run: Run, recipe: Recipe, *, name: str, seed: int) -> TrainingStage:
    """The training stage of this run, for the card."""
    device = next(run.network.parameters()).device
    machine = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    return TrainingStage(
        recipe=name,
        seed=seed,
        steps=run.step,
        samples=sum(recipe.at(step)[0].batch for step in range(run.step)),
        seconds=round(run.seconds),
        machine=f"{machine}, {torch.get_num_threads()} threads, torch {torch.__version__}",
    )


def make_card(
    run: Run,
    recipe: Recipe,
    *,
    name: str,
    stages: tuple[TrainingStage, ...] = (),
    earlier: Card | None = None,
    scores: Mapping[str, float] | None = None,
) -> Card:
    """The card of the run's averaged network.

    It includes the stages and data of ``earlier``, the card of the initial weights.
    """
    data = {} if earlier is None else {seen.name: seen for seen in earlier.training_data}
    sources = [SOURCES[name] for name in recipe.all_sources]
    data |= {each.data: TrainingData(name=each.data, terms=each.terms) for each in sources}
    own = earlier is None and all(each.folder for each in sources)
    commercial = earlier is None and all(each.commercial for each in sources)
    terms = OWN_TERMS if own else COMMERCIAL_TERMS if commercial else WEIGHT_TERMS
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
        encoder=_encoder(run, recipe) or (earlier.encoder if earlier else None),
        training_data=tuple(data[short] for short in sorted(data)),
        terms=terms,
        stages=(() if earlier is None else earlier.stages) + stages,
        scores=dict(scores or {}),
        made=datetime.now(UTC).date(),
        commit="",
        **{field: getattr(recipe, field) for field in recipe.in_card},
    )


def _encoder(run: Run, recipe: Recipe) -> str | None:
    """Origin and licence of the pretrained encoder."""
    if recipe.encoder_weights is None:
        return None
    assert isinstance(run.average, HasEncoder)
    name = run.average.encoder_name
    assert name is not None
    return f"{name}: {PRETRAINED[name, recipe.encoder_weights].origin}"
