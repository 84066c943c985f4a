"""Clicks simulated on one image: what every bench of clicks repeats, whatever the task.

The automatic annotator looks at the error and clicks; the session answers; the answer is scored;
up to n times. When nothing is left to correct the annotator stops and the last score is held for
the clicks that remain.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, Protocol, Self, TypeAlias, get_args

from numpy.typing import NDArray

from clickmend.core.types import Mask
from clickmend.evaluation.baselines import BASELINES
from clickmend.evaluation.subjects import Start, Subject
from clickmend.feedback.marks import Box, Click
from clickmend.jobs import Record
from clickmend.tasks.refine import EnergyKind

Radius: TypeAlias = Literal["annotator", "default"]
"""Whose attention radius a click carries: the annotator's r, which knows the error, or none, so
that the session's own rule applies. A row without refinement gets the same radius as the others."""

RADII: tuple[Radius, ...] = get_args(Radius)

ENERGIES: tuple[EnergyKind, ...] = get_args(EnergyKind)

UNREFINED = "none"


@dataclass(frozen=True, slots=True)
class Facts:
    """One row of a table: hashable, and named by its facts."""

    @classmethod
    def of(cls, facts: Record) -> Self:
        """The setting among the facts of a run or a row."""
        known = {each.name: facts.get(each.name) for each in fields(cls)}
        return cls(**{name: value for name, value in known.items() if value is not None})

    def facts(self) -> dict[str, Any]:
        """What is set, by name: how runs and results keep it."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Setting(Facts):
    """One row of a bench: how a session refines, and whose radius its clicks carry.

    Args:
        refine: "none", a layer, "region" or a baseline.
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
        spoil: What is wrong with the prior of an object, see ``corruption.SPOILS``.
        similar: Whether each click also mends the parts of a class map that are wrong alike.
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
    spoil: str | None = None
    similar: bool | None = None

    @property
    def layer(self) -> str:
        """What is refined, and whether marks hold over their regions, or over similar parts."""
        region, similar = " + region" * bool(self.spread), ", similar" * bool(self.similar)
        return f"{self.refine}{region}{similar}"

    @property
    def holds_over_regions(self) -> bool:
        """Whether the marks of its sessions hold over their regions."""
        moves_or_regions = self.refine not in (UNREFINED, *BASELINES)
        return moves_or_regions and (bool(self.spread) or self.energy is None)

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


class ClickSession(Protocol):
    """What the protocol asks of a session, and of a baseline."""

    @property
    def prediction(self) -> Any:
        """What it shows now."""
        ...

    def add(self, mark: Click | Box) -> Any:
        """What it shows after one more mark."""
        ...


SessionFactory: TypeAlias = Callable[[Start, Setting], ClickSession]
"""Begins a fresh session in a setting."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened on one image.

    Args:
        clicks: What the annotator clicked, at most n; fewer when the prediction became perfect.
        scores: The measure before the first and after each of the n clicks.
        seconds: From mark to answer, of each click that was made.
        shown: The prediction before any click and after each that was made, each ``(H, W)``.
        start: The further measures of the task before the first click.
        end: The further measures after the last one.
        reached: The pixels that some click reached, where the session tells them by its
            ``reach``, ``(H, W)`` after each; None where it does not.
    """

    clicks: tuple[Click, ...]
    scores: tuple[float, ...]
    seconds: tuple[float, ...]
    shown: tuple[NDArray[Any], ...] = ()
    start: dict[str, float] = field(default_factory=dict)
    end: dict[str, float] = field(default_factory=dict)
    reached: Mask | None = None


def simulate(
    session: ClickSession,
    subject: Subject[Any],
    *,
    clicks: int = 20,
    radius: Radius = "default",
    similar: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> Trace:
    """Click on one image until it is right or the clicks are used up.

    Args:
        session: A fresh session on the photo.
        subject: The photo and its truth.
        clicks: n, the most clicks.
        radius: Whose radius a click carries.
        similar: Whether each click also mends the parts of a class map that are wrong alike.
        clock: Seconds, for timing.
    """
    shown = [subject.pixels(session.prediction)]
    scores = [subject.score(shown[0])]
    made: list[Click] = []
    seconds: list[float] = []
    reached: Mask | None = None
    while len(made) < clicks and (click := subject.next_click(shown[-1])) is not None:
        mark = replace(
            click,
            radius_px=click.radius_px if radius == "annotator" else None,
            spread="similar" if similar else None,
        )
        begun = clock()
        shown.append(subject.pixels(session.add(mark)))
        seconds.append(clock() - begun)
        made.append(click)
        reach = getattr(session, "reach", None)
        if reach is not None:
            reached = reach.copy() if reached is None else reached | reach
        scores.append(subject.score(shown[-1]))
    scores += scores[-1:] * (clicks - len(made))
    return Trace(
        clicks=tuple(made),
        scores=tuple(scores),
        seconds=tuple(seconds),
        shown=tuple(shown),
        start=subject.others(shown[0]),
        end=subject.others(shown[-1]),
        reached=reached,
    )
