"""The rows of the points-to-masks tables: which points, and what makes masks of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, final, get_args

from clickmend.core.errors import OptionError
from clickmend.parts import BOX_RULES, METHODS

if TYPE_CHECKING:
    from clickmend.networks import Card

PointKind: TypeAlias = Literal["random", "centre"]
"""Where the point of an object lies: uniform in its mask, or farthest from its border."""

POINT_KINDS: tuple[PointKind, ...] = get_args(PointKind)

CLICK = "click"
"""Beside the ways to find parts: one click for each object in a session of its own."""

FINISHED = "network"
"""Each object as the interactive network sees it by itself, with a say for its parts."""

SHIPPED_BOX = "plain"
"""What ``clickmend.instances`` takes, and so the masks that are finished."""

ALL_BOXES = (SHIPPED_BOX, *(rule for rule in BOX_RULES if rule != SHIPPED_BOX))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PointSetting:
    """One way from points to masks.

    Args:
        points: Where they lie.
        method: How parts are found, or "click".
        weights: The network in whose features they are found, and that is clicked on.
        box_rule: How an object's box is made; None for a click.
        finish: "none", or "network".
    """

    points: PointKind
    method: str
    weights: str
    box_rule: str | None = None
    finish: str = "none"

    def facts(self) -> dict[str, Any]:
        """What names the setting in a record; what it does not have is left out."""
        told = {name: getattr(self, name) for name in PointSetting.__slots__}
        return {name: value for name, value in told.items() if value is not None}

    @property
    def label(self) -> str:
        """How a picture calls it, but for the points."""
        words = [self.method, *([self.box_rule] if self.box_rule else [])]
        return " ".join(words + (["finished"] if self.finish != "none" else []))


def setting_of(facts: dict[str, Any]) -> PointSetting:
    """The setting among the facts of a record or a row."""
    names = PointSetting.__slots__
    return PointSetting(**{name: facts[name] for name in names if name in facts})


def grid(
    *,
    points: Sequence[PointKind],
    methods: Sequence[str],
    cards: Sequence[Card],
    box_rules: Sequence[str],
    finish: bool,
) -> list[PointSetting]:
    """The settings of a table, for each kind of points.

    Every method in the features of each network with the first box rule; in those of the first
    network, the first method with the other box rules too. By each interactive network the first
    method's masks, finished as it is shipped, and the click.

    Raises:
        OptionError: A word is not known, or there is no method.
    """
    _check(methods, (*METHODS, CLICK))
    _check(box_rules, BOX_RULES)
    by_parts = [method for method in methods if method != CLICK]
    settings: list[PointSetting] = []
    for kind in points:
        for card in cards:
            rules = box_rules if card is cards[0] else box_rules[:1]
            settings += [
                PointSetting(points=kind, method=method, weights=card.name, box_rule=rule)
                for method in by_parts
                for rule in (rules if method == by_parts[0] else rules[:1])
            ]
            if card.task != "interactive":
                continue
            if finish and by_parts:
                settings.append(
                    PointSetting(
                        points=kind,
                        method=by_parts[0],
                        weights=card.name,
                        box_rule=SHIPPED_BOX,
                        finish=FINISHED,
                    )
                )
            if CLICK in methods:
                settings.append(PointSetting(points=kind, method=CLICK, weights=card.name))
    return settings


def _check(words: Sequence[str], known: Iterable[str]) -> None:
    for word in words:
        if word not in known:
            raise OptionError(f"There is no {word!r} here. Available: {', '.join(known)}.")
