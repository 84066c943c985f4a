"""The rows of the points-to-masks tables: which points, and what makes masks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, final, get_args

from clickmend.core.errors import OptionError
from clickmend.core.registry import Registry
from clickmend.evaluation.instances.features import FEATURES
from clickmend.parts import BOX_RULES, METHODS

PointKind: TypeAlias = Literal["random", "centre"]
"""Where the point of an object lies: uniform in its mask, or farthest from its border."""

POINT_KINDS: tuple[PointKind, ...] = get_args(PointKind)

CLICK = "click"
"""Beside the ways to find parts: one click for each object in a session of its own."""

FINISHED = "network"
"""Each object as the interactive network sees it by itself, with a say for its parts."""


SHIPPED_FEATURES = "ours"
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
        features: What the parts are found in; None for a click.
        box_rule: How an object's box is made; None for a click.
        finish: "none", or "network".
    """

    points: PointKind
    method: str
    features: str | None = None
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
    features: Sequence[str],
    box_rules: Sequence[str],
    finish: bool,
) -> list[PointSetting]:
    """The settings of a table, for each kind of points.

    Every method with each kind of features and the first box rule; the first method with the
    other box rules; the first method finished by the network, as it is shipped; and the click.

    Raises:
        OptionError: A word is not known, or there is no method.
    """
    for words, known in (
        (methods, (*METHODS, CLICK)),
        (features, FEATURES),
        (box_rules, BOX_RULES),
    ):
        _check(words, known)
    by_parts = [method for method in methods if method != CLICK]
    settings: list[PointSetting] = []
    for kind in points:
        for seen in features:
            settings += [
                PointSetting(points=kind, method=method, features=seen, box_rule=rule)
                for method in by_parts
                for rule in (box_rules if method == by_parts[0] else box_rules[:1])
            ]
        if finish and by_parts:
            settings.append(
                PointSetting(
                    points=kind,
                    method=by_parts[0],
                    features=SHIPPED_FEATURES,
                    box_rule=SHIPPED_BOX,
                    finish=FINISHED,
                )
            )
        if CLICK in methods:
            settings.append(PointSetting(points=kind, method=CLICK))
    return settings


def _check(words: Sequence[str], known: Registry[Any] | tuple[str, ...]) -> None:
    for word in words:
        if word not in known:
            raise OptionError(f"There is no {word!r} here. Available: {', '.join(known)}.")
