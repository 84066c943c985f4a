"""What the parts of objects are found in: features of a photo, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from torch import Tensor

from clickmend.core.registry import Registry
from clickmend.core.types import RGB
from clickmend.networks import Model
from clickmend.session.features import clicked_features


class Seen(NamedTuple):
    """What a backbone says of a photo, as :func:`clickmend.parts.find_instances` takes it.

    Attributes:
        features: One vector for each patch, ``(C, h, w)``.
        attention: Of a transformer's blocks, each ``(G, N, N)``; empty for other backbones.
        first_patch: Where the patches start among the N tokens.
    """

    features: Tensor
    attention: tuple[Tensor, ...] = ()
    first_patch: int = 1


Look: TypeAlias = Callable[[RGB, Sequence[tuple[float, float]], Model], Seen]
"""(photo, points, the interactive network of the bench) → what is seen."""

FEATURES: Registry[Look] = Registry("kind of features")
"""By name; "ours" is what ``clickmend.instances`` takes."""


@FEATURES.register("ours")
def ours(photo: RGB, points: Sequence[tuple[float, float]], model: Model) -> Seen:
    """The interactive network's maps, all points clicked at once."""
    return Seen(clicked_features(photo, points, model))
