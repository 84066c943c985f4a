"""Cards: what is known about a set of weights, as JSON beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from clickmend.core.errors import ModelError
from clickmend.core.settings import settings

SHIPPED = Path(__file__).parent


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TrainingData(_Part):
    """A dataset that the weights have seen, and its terms."""

    name: str
    terms: str


class TrainingStage(_Part):
    """One stage of training; each starts from the weights of the one before."""

    recipe: str
    seed: int
    steps: int
    samples: int
    seconds: float
    machine: str


class Refinement(_Part):
    """How G-BRS is set up: the layer by default, its places and each layer's step size.

    ``top_k`` is the number of channels that a layer takes, those with the highest mean activation;
    all when it is missing.
    """

    default: str
    at: tuple[str, ...]
    learning_rates: dict[str, float]
    iterations: int = Field(default=20, gt=0)
    top_k: int | None = Field(default=None, gt=0)


class OnlineInference(_Part):
    """What a training inferred online, and how strongly keys and values are held.

    The names are those of :class:`clickmend.attention.Online`.
    """

    adapt_keys: int = Field(default=0, ge=0)
    prior_precision: float = Field(default=0.001, ge=0)
    propagate: int = Field(default=0, ge=0)
    value_prior_precision: float = Field(default=1.0, ge=0)
    value_precision: float = Field(default=0.1, gt=0)


class Card(_Part):
    """What is known about a set of weights.

    ``view_px`` is the longer side of the picture that the network is given. Interactive networks
    first see the whole photo ``overview_px`` long, and ``margin`` is how many times the object's
    extent a zoomed view shows. Semantic networks have ``labels``, their classes in order, and
    depth networks ``range_m``, the nearest and the farthest they can say; ``relative`` ones know
    inverse depth but for a scale and a shift. ``looks_px`` are the longer sides at which a depth
    network looks at the photo and at its mirror image once distances are given; their mean is what
    those scale, and none leaves it at the view. ``online`` is what was inferred online in training;
    sessions take from it how strongly keys and values are held.
    ``encoder`` is the origin, with its licence, of an encoder that was pretrained.
    """

    name: str
    task: str
    architecture: str
    options: dict[str, Any] = {}
    sha256: str
    parameters: int
    dtype: Literal["float32", "float16"]
    overview_px: int | None = Field(default=None, gt=0)
    view_px: int = Field(gt=0)
    margin: float | None = Field(default=None, gt=1)
    labels: tuple[str, ...] = ()
    range_m: tuple[float, float] | None = None
    relative: bool = False
    looks_px: tuple[Annotated[int, Field(gt=0, multiple_of=32)], ...] = ()
    refinement: Refinement
    online: OnlineInference = OnlineInference()
    encoder: str | None = None
    training_data: tuple[TrainingData, ...]
    terms: str
    stages: tuple[TrainingStage, ...] = Field(validation_alias=AliasChoices("stages", "legs"))
    scores: dict[str, float]
    made: date
    commit: str

    @model_validator(mode="after")
    def _check(self) -> Card:
        for needs in _lacks(self):
            raise PydanticCustomError("card", "{needs}", {"needs": needs})
        return self


def _lacks(card: Card) -> Iterator[str]:
    """What a card of its task needs and this one lacks."""
    if card.task == "interactive" and (card.overview_px is None or card.margin is None):
        yield "the card of an interactive network needs overview_px and margin"
    if card.task == "semantic" and not card.labels:
        yield "the card of a semantic network needs labels, the names of its classes in order"
    if len(set(card.labels)) < len(card.labels):
        yield "labels has a name twice; each class has a name of its own"
    if card.options.get("classes", len(card.labels)) != len(card.labels):
        yield "labels names another number of classes than the option classes"
    if card.task == "depth" and card.range_m is None:
        yield "the card of a depth network needs range_m, its nearest and farthest metres"
    if card.range_m is not None and not 0 < card.range_m[0] < card.range_m[1]:
        yield "range_m is no range; it is (nearest, farthest) in metres, 0 < nearest < farthest"
    if card.looks_px and (card.task != "depth" or card.relative):
        yield "looks_px belongs to depth networks that are not relative; leave it out"


def cards() -> dict[str, Card]:
    """The cards of all weights that can be loaded by name: the shipped ones, then the user's."""
    return {name: read_card(path) for name, path in card_files().items()}


def card_files() -> dict[str, Path]:
    """Where the card of each name is."""
    folders = [SHIPPED] + ([settings().models] if settings().models else [])
    return {
        path.stem: path
        for folder in folders
        if folder is not None
        for path in sorted(folder.glob("*.json"))
    }


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
