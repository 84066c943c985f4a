"""What the parts of objects are found in: features of a photo, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from clickmend.core.registry import Registry
from clickmend.core.types import RGB
from clickmend.networks import Model
from clickmend.session.backbones import Look, look

Looker: TypeAlias = Callable[[RGB, Sequence[tuple[float, float]], Model], Look]
"""(photo, points, the interactive network of the bench) → what is seen."""

FEATURES: Registry[Looker] = Registry("kind of features")
"""By name; "ours" is what ``clickmend.instances`` takes."""

FEATURES.register("ours")(look)
