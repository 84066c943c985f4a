"""Cards: what is known about a set of weights, as JSON beside them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clickmend.core.errors import ModelError
from clickmend.core.types import TaskName


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TrainingData(_Part):
    """A dataset that the weights have seen, and its terms."""

    name: str
    terms: str


class Leg(_Part):
    """One stretch of training; each starts from the weights of the one before."""

    recipe: str
    seed: int
    steps: int
    samples: int
    seconds: float
    machine: str


class Refinement(_Part):
    """How G-BRS is set up: the layer by default, its places and each layer's step size."""

    default: str
    at: tuple[str, ...]
    learning_rates: dict[str, float]
    iterations: int = Field(default=20, gt=0)


class Card(_Part):
    """What is known about a set of weights.

    ``overview_px`` is the longer side of the picture in which the network first sees the whole
    photo, ``view_px`` that of every later one, and ``margin`` how many times the object's extent
    a zoomed view shows.
    """

    name: str
    task: TaskName
    architecture: str
    options: dict[str, Any] = {}
    sha256: str
    parameters: int
    dtype: Literal["float32", "float16"]
    overview_px: int = Field(gt=0)
    view_px: int = Field(gt=0)
    margin: float = Field(gt=1)
    refinement: Refinement
    training_data: tuple[TrainingData, ...]
    terms: str
    legs: tuple[Leg, ...]
    scores: dict[str, float]
    made: date
    commit: str


def read_card(path: Path) -> Card:
    """Read a card.

    Raises:
        ModelError: The file is missing or is no card.
    """
    try:
        return Card.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise ModelError(
            f"There is no card {path.name} in {path.parent}. Weights come as NAME.safetensors "
            "with NAME.json beside it; copy both."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ModelError(
            f"{path} is no card of this version: {place}: {first['msg']}. "
            "Write it with the clickmend that trained the weights."
        ) from None
