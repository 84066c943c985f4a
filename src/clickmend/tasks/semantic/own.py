"""Classes of the user, of which the network predicts some or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from clickmend.core.arrays import Array
from clickmend.core.errors import OptionError
from clickmend.core.types import FloatMap, Labels
from clickmend.correction.class_parts import colour_evidence, part_region
from clickmend.correction.classes import label_region
from clickmend.correction.connected import part_at
from clickmend.correction.values import Region
from clickmend.feedback.marks import ERASE, Click, Mark, Stroke
from clickmend.tasks.energy import Energy
from clickmend.tasks.engine import Placed
from clickmend.tasks.places import pixel
from clickmend.tasks.rules import Ground
from clickmend.tasks.semantic.prediction import VOID
from clickmend.tasks.semantic.rules import PLACE_SHARE, SemanticRules, near, others_of

MOST_CLASSES = VOID
"""Maximum number of classes whose indices differ from ``VOID`` in an 8-bit file."""

NO_CHANNEL = np.iinfo(np.int32).max
"""Stands for the channel of a class that the network does not predict."""


def class_names(given: object) -> tuple[str, ...]:
    """The names of a session's own classes.

    Args:
        given: The value of the option.

    Raises:
        OptionError: It is not a sequence of names, a name is empty, a number or not unique, or
            there are none or too many.
    """
    if isinstance(given, str | bytes) or not isinstance(given, Sequence | np.ndarray):
        raise OptionError(
            f"classes is {given!r}. Allowed is a sequence of names, in the order of their indices; "
            'give one, such as ("soil", "crop", "weed").'
        )
    for number, name in enumerate(given):
        if not isinstance(name, str) or not name.strip() or name.strip().isdecimal():
            raise OptionError(
                f"class {number} has the name {name!r}. A name is not empty and not a number, "
                "because numbers are indices; give another."
            )
    names = tuple(str(name).strip() for name in given)
    if not 0 < len(names) <= MOST_CLASSES:
        raise OptionError(
            f"There are {len(names)} classes. Allowed are 1 to {MOST_CLASSES}, because a class map "
            f"uses {VOID} for pixels without a class; give fewer, or leave classes= out for those "
            "of the network."
        )
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise OptionError(
            f"The class {name!r} appears {times} times. Class names have to be unique; rename the "
            "others."
        )
    return names


@dataclass(frozen=True)
class OwnRules(SemanticRules):
    """As ``SemanticRules``, with classes that differ from the network's channels.

    Between classes that the network predicts, its output is the evidence; for others it is the
    displayed map itself, see :mod:`clickmend.correction.class_parts`.

    Args:
        classes: The names of the user's classes.
        known: The names of the network's classes, in the order of its channels.
        area_share: See ``SemanticRules``.
        default_share: See ``DenseRules``.
    """

    whose: ClassVar[str] = "the session"
    known: tuple[str, ...] = ()

    @cached_property
    def channels(self) -> NDArray[np.int32]:
        """The channel of each class, ``NO_CHANNEL`` if the network does not predict it."""
        places = {name: channel for channel, name in enumerate(self.known)}
        return np.array([places.get(name, NO_CHANNEL) for name in self.classes], np.int32)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The classes that the network does not predict."""
        return tuple(name for name in self.classes if name not in self.known)

    @property
    def asks(self) -> bool:
        """Whether the network predicts any."""
        return len(self.unknown) < len(self.classes)

    def read(self, output: FloatMap, *, width: int, height: int) -> Labels:
        """The likeliest class of each pixel, ``VOID`` if it is none of the user's."""
        if not len(output):
            return np.full((height, width), VOID, np.int32)
        found = np.full(len(output), VOID, np.int32)
        for label, channel in enumerate(self.channels):
            if channel != NO_CHANNEL:
                found[channel] = label
        return found[super().read(output, width=width, height=height)]

    def energy(self, before: Array, marks: Sequence[Placed]) -> Energy:
        """See ``DenseRules``; the network must predict all classes."""
        return super().energy(before, [replace(one, mark=self._seen(one.mark)) for one in marks])

    def part(self, click: Click, radius_px: float, ground: Ground) -> Region:
        """See ``SemanticRules``."""
        shown = ground.shown
        label, was = int(click.label or 0), int(shown[pixel(click.x, click.y, shown.shape)])
        if self._knows(label) and (was == VOID or self._knows(was)):
            return self._witnessed(click, radius_px, ground)
        others = others_of(click, ground)
        window = near(click, radius_px, shown.shape)
        if click.radius_px is None:
            place_px = PLACE_SHARE * min(shown.shape)
            return part_region(
                ground.photo, shown, label, window, others, place_px=place_px, unknown=VOID
            )
        evidence = colour_evidence(ground.photo, shown, window, label=label, was=was)
        return label_region(shown[window.place] == was, evidence, window, radius_px, others)

    def lead(self, output: FloatMap, label: int, was: int) -> FloatMap | None:
        """See ``SemanticRules``."""
        if was == VOID or not (self._knows(label) and self._knows(was)):
            return None
        return super().lead(output, int(self.channels[label]), int(self.channels[was]))

    def disagreement(self, prior: NDArray[Any] | None, witness: FloatMap) -> float | None:
        """See ``SemanticRules``, over pixels whose displayed class the network predicts."""
        if not self.asks:
            return None
        return super().disagreement(None if prior is None else self._channels_of(prior), witness)

    def _witnessed(self, mark: Click, radius_px: float, ground: Ground) -> Region:
        """The region of a click between classes that the network predicts, and only in these."""
        shown = self._channels_of(ground.shown)
        earlier = [self._seen(one) for one in ground.earlier]
        seen = replace(mark, label=int(self.channels[int(mark.label or 0)]))
        region = super().part(seen, radius_px, replace(ground, shown=shown, earlier=earlier))
        at, place = region.window.centre, region.window.place
        free = region.mask & (shown[place] != NO_CHANNEL)
        return replace(region, mask=part_at(free, at))

    def _knows(self, label: int) -> bool:
        return bool(self.channels[label] != NO_CHANNEL)

    def _channels_of(self, shown: NDArray[Any]) -> Labels:
        """The channels of the displayed classes, ``(H, W)``; ``VOID`` stays."""
        table = np.full(VOID + 1, VOID, np.int32)
        table[: len(self.channels)] = self.channels
        channels: Labels = table[shown]
        return channels

    def _seen(self, mark: Mark) -> Mark:
        """A mark with its class as the network's channel."""
        if not isinstance(mark, Click | Stroke) or mark.label == ERASE:
            return mark
        return replace(mark, label=int(self.channels[int(mark.label or 0)]))
