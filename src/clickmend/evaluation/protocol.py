"""Clicks simulated on one object: what every bench of clicks repeats.

The automatic annotator looks at the error and clicks; the session answers; the answer is scored;
up to n times. When nothing is left to correct the annotator stops and the last score is held for
the clicks that remain.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, get_args

from clickmend.core.types import RGB, Mask
from clickmend.feedback.annotator import next_click
from clickmend.feedback.marks import Click
from clickmend.metrics import intersection_over_union

Radius: TypeAlias = Literal["annotator", "default"]
"""Whose attention radius a click carries: the annotator's r, which knows the error, or none, so
that the session's own rule applies. A row without refinement gets the same radius as the others."""

RADII: tuple[Radius, ...] = get_args(Radius)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of a bench: how a session refines, and whose radius its clicks carry."""

    refine: str
    radius: Radius

    def __str__(self) -> str:
        return f"{self.refine}/{self.radius}"


class HasMask(Protocol):
    """What a session answers, as far as the protocol looks at it."""

    @property
    def mask(self) -> Mask:
        """The object, ``(H, W)`` of the photo."""
        ...


class ClickSession(Protocol):
    """What the protocol asks of a session."""

    @property
    def prediction(self) -> HasMask:
        """What the session shows now."""
        ...

    def click(
        self, x: float, y: float, *, label: str | int | None, radius_px: float | None
    ) -> HasMask:
        """What it shows after one more click."""
        ...


SessionFactory: TypeAlias = Callable[[RGB, Setting], ClickSession]
"""Starts a fresh session on a photo in a setting."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened on one object.

    Args:
        clicks: What the annotator clicked, at most n; fewer when the prediction became perfect.
        iou: Score after click 1 … n, always n numbers.
        seconds: What each click in ``clicks`` took, up to its mask.
    """

    clicks: tuple[Click, ...]
    iou: tuple[float, ...]
    seconds: tuple[float, ...]


def simulate_clicks(
    session: ClickSession,
    truth: Mask,
    *,
    ignore: Mask | None = None,
    clicks: int = 20,
    radius: Radius = "default",
    clock: Callable[[], float] = time.perf_counter,
) -> Trace:
    """Click on one object until it is right or the clicks are used up.

    Args:
        session: A fresh session on the photo.
        truth: The object, ``(H, W)``.
        ignore: Pixels that are neither clicked nor scored, ``(H, W)``.
        clicks: n, the most clicks.
        radius: Whose radius a click carries.
        clock: Seconds, for timing.

    Returns:
        The clicks made, n scores and the seconds of the clicks made.
    """
    mask = session.prediction.mask
    score = intersection_over_union(mask, truth, ignore)
    made: list[Click] = []
    iou: list[float] = []
    seconds: list[float] = []
    while len(made) < clicks and (click := next_click(mask, truth, ignore)) is not None:
        radius_px = click.radius_px if radius == "annotator" else None
        start = clock()
        mask = session.click(click.x, click.y, label=click.label, radius_px=radius_px).mask
        seconds.append(clock() - start)
        score = intersection_over_union(mask, truth, ignore)
        made.append(click)
        iou.append(score)
    held = [score] * (clicks - len(iou))
    return Trace(clicks=tuple(made), iou=(*iou, *held), seconds=tuple(seconds))
