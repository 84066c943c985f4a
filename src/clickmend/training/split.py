"""Which photos are trained on, which are kept back, and which no training may see."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha1
from typing import Literal, TypeAlias, TypeVar

import numpy as np

from clickmend.core.errors import DataError
from clickmend.data import held_out

T = TypeVar("T")

Part: TypeAlias = Literal["train", "validation"]


def part_of(source: str, stem: str) -> Part | None:
    """Which part of the data a photo belongs to; ``None`` where no training may see it.

    A twentieth of the photos that may be trained on is kept for validation.
    """
    if held_out(source, stem):
        return None
    number = int(sha1(stem.encode()).hexdigest(), 16)
    return "validation" if number % 20 == 1 else "train"


def names_in(source: str, names: Sequence[str], *parts: Part) -> list[str]:
    """The photos of ``source`` in any of ``parts``.

    Raises:
        DataError: There is none.
    """
    chosen = [name for name in names if part_of(source, name) in parts]
    if not chosen:
        raise DataError(
            f"The set {source} holds no photo for {' or '.join(parts)}. It must hold the published "
            "ones, not only those that no training may see; restore them or choose another set."
        )
    return chosen


def some_of(photos: Sequence[T], *, most: int, seed: int) -> list[T]:
    """At most ``most`` of the photos, drawn evenly, in their order."""
    chosen = np.random.default_rng(seed).permutation(len(photos))[:most]
    return [photos[i] for i in np.sort(chosen)]
