"""Clicks simulated on one image: what every bench of clicks repeats, whatever the task.

The automatic annotator looks at the error and clicks; the session answers; the answer is scored;
up to n times. When nothing is left to correct the annotator stops and the last score is held for
the clicks that remain.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeAlias, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, Mask
from clickmend.evaluation.measures import Measure
from clickmend.feedback.marks import Click
from clickmend.tasks.refine import EnergyKind

Radius: TypeAlias = Literal["annotator", "default"]
"""Whose attention radius a click carries: the annotator's r, which knows the error, or none, so
that the session's own rule applies. A row without refinement gets the same radius as the others."""

RADII: tuple[Radius, ...] = get_args(Radius)

ENERGIES: tuple[EnergyKind, ...] = get_args(EnergyKind)

PredictionT = TypeVar("PredictionT")
PredictionT_co = TypeVar("PredictionT_co", covariant=True)
PixelsT = TypeVar("PixelsT", bound=NDArray[Any])


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of a bench: how a session refines, and whose radius its clicks carry.

    Args:
        refine: "none", a layer or a baseline.
        radius: Whose radius.
        energy: What is minimised; None leaves it to the session.
        insertions: At how many of the card's places, the deepest first; None takes them all.
        learning_rate: Of the refinement; None takes the card's.
        spread: Whether marks hold over their regions as well; None is as printed, without, but
            for rows that leave the energy to the session.
        weights: Their name, in a bench of several.
        adapt_keys: Iterations of key adaptation in the network.
        prior_precision: θ_ξ of it.
        propagate: Iterations in which the values of the clicks propagate.
        value_prior_precision: θ_μ of it.
    """

    refine: str
    radius: Radius
    energy: EnergyKind | None = None
    insertions: int | None = None
    learning_rate: float | None = None
    spread: bool | None = None
    weights: str | None = None
    adapt_keys: int | None = None
    prior_precision: float | None = None
    propagate: int | None = None
    value_prior_precision: float | None = None

    def facts(self) -> dict[str, Any]:
        """What is set, by name: how runs and results keep it."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @property
    def layer(self) -> str:
        """What is refined, and whether marks hold over their regions as well."""
        return f"{self.refine} + region" if self.spread else self.refine

    @property
    def inference(self) -> str:
        """What the network infers online: "KA1 (0.001) + BP5 (0.1)", with θ_ξ and θ_μ."""
        parts = []
        if self.adapt_keys:
            parts.append(f"KA{self.adapt_keys} ({self.prior_precision:g})")
        if self.propagate:
            parts.append(f"BP{self.propagate} ({self.value_prior_precision:g})")
        return " + ".join(parts) or "none"

    @property
    def title(self) -> str:
        """What figures and sentences call it, without radius and rate: "bmconv L3 (clicks)"."""
        places = "" if self.insertions is None else f" L{self.insertions}"
        energy = "" if self.energy in (None, "consistency") else f" ({self.energy})"
        return f"{self.layer}{places}{energy}"

    def __str__(self) -> str:
        return "/".join(map(str, self.facts().values()))


class ClickSession(Protocol[PredictionT_co]):
    """What the protocol asks of a session."""

    @property
    def prediction(self) -> PredictionT_co:
        """What the session shows now."""
        ...

    def click(
        self,
        x: float,
        y: float,
        *,
        label: str | int | None,
        value: float | None,
        radius_px: float | None,
    ) -> PredictionT_co:
        """What it shows after one more click."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """What a session begins with.

    Args:
        image: The photo, ``(H, W, 3)``.
        trimap: 0, 128 and 255, ``(H, W)``; matting only.
        prior: A prediction to mend, ``(H, W)``.
    """

    image: RGB
    trimap: NDArray[np.uint8] | None = None
    prior: NDArray[Any] | None = None


@dataclass(frozen=True, eq=False)
class Subject(ABC, Generic[PredictionT, PixelsT]):
    """A photo, what is true of it, and what a task makes of both.

    Args:
        image: The photo, ``(H, W, 3)``.
        truth: What the task should predict, ``(H, W)``.
        ignore: Pixels that are neither clicked nor scored, ``(H, W)``.
    """

    image: RGB
    truth: PixelsT
    ignore: Mask | None = None

    measure: ClassVar[Measure]

    def start(self, prior: PixelsT | None = None) -> Start:
        """What a session on this photo begins with."""
        return Start(self.image, prior=prior)

    @abstractmethod
    def pixels(self, prediction: PredictionT) -> PixelsT:
        """The prediction as the task's array, ``(H, W)``."""

    @abstractmethod
    def next_click(self, shown: PixelsT) -> Click | None:
        """What the annotator of the task clicks when it sees ``shown``; None when all is right."""

    @abstractmethod
    def score(self, shown: PixelsT) -> float:
        """The measure of ``shown``."""

    def others(self, shown: PixelsT) -> dict[str, float]:
        """The further measures of the task, told at the start and at the end."""
        assert shown.shape == self.truth.shape
        return {}

    @abstractmethod
    def changed(self, before: PixelsT, after: PixelsT) -> Mask:
        """Where a written file would differ, ``(H, W)``."""

    @abstractmethod
    def corrupted(self, rng: np.random.Generator) -> PixelsT:
        """A poor prediction to start from, ``(H, W)``."""


SessionFactory: TypeAlias = Callable[[Start, Setting], ClickSession[Any]]
"""Begins a fresh session in a setting."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened on one image.

    Args:
        clicks: What the annotator clicked, at most n; fewer when the prediction became perfect.
        scores: Before any click and after click 1 … n, always n + 1 numbers.
        seconds: What each click in ``clicks`` took, up to its prediction.
        start: The further measures before the first click.
        end: The further measures after the last one.
    """

    clicks: tuple[Click, ...]
    scores: tuple[float, ...]
    seconds: tuple[float, ...]
    start: dict[str, float] = field(default_factory=dict)
    end: dict[str, float] = field(default_factory=dict)


def simulate(
    session: ClickSession[PredictionT],
    subject: Subject[PredictionT, PixelsT],
    *,
    clicks: int = 20,
    radius: Radius = "default",
    clock: Callable[[], float] = time.perf_counter,
) -> Trace:
    """Click on one image until it is right or the clicks are used up.

    Args:
        session: A fresh session on the photo.
        subject: The photo and its truth.
        clicks: n, the most clicks.
        radius: Whose radius a click carries.
        clock: Seconds, for timing.

    Returns:
        The clicks made, their seconds, and the score before and after each of the n clicks.
    """
    shown = subject.pixels(session.prediction)
    start = subject.others(shown)
    scores = [subject.score(shown)]
    made: list[Click] = []
    seconds: list[float] = []
    while len(made) < clicks and (click := subject.next_click(shown)) is not None:
        radius_px = click.radius_px if radius == "annotator" else None
        begun = clock()
        shown = subject.pixels(
            session.click(
                click.x, click.y, label=click.label, value=click.value, radius_px=radius_px
            )
        )
        seconds.append(clock() - begun)
        made.append(click)
        scores.append(subject.score(shown))
    scores += scores[-1:] * (clicks - len(made))
    return Trace(
        clicks=tuple(made),
        scores=tuple(scores),
        seconds=tuple(seconds),
        start=start,
        end=subject.others(shown),
    )
