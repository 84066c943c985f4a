"""What a picture of the parts shows: which part each patch of an object is most like."""

from __future__ import annotations

from clickmend.core.arrays import Array, as_units, namespace
from clickmend.core.shapes import Bool, Float, Int
from clickmend.parts.clustering import Parts


def part_index(
    parts: Parts, features: Float[Array, "C h w"], masks: Bool[Array, "K h w"]
) -> Int[Array, "K h w"]:
    """1…P where a patch of the mask is most like that part of its object, 0 elsewhere.

    The parts after any number of steps may be shown: with ``iterations=t`` they are those after t
    of them. Where to mark them is said by `key_points`.

    Args:
        parts: Parts of K objects.
        features: Those that the parts were found in.
        masks: What is shown of each object.
    """
    xp = namespace(features)
    flat = xp.reshape(features, (len(features), masks.shape[1] * masks.shape[2])).T
    best = xp.reshape(xp.argmax(parts.maps(as_units(flat, axis=1)), axis=1), masks.shape)
    shown = masks & xp.any(parts.alive, axis=1)[:, None, None]
    return xp.where(shown, best + 1, 0)
