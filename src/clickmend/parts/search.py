"""Step 4: from where an object surely is to its parts, by any of the methods."""

from __future__ import annotations

from clickmend.core.arrays import Array, namespace
from clickmend.core.shapes import Bool, Float
from clickmend.parts.clustering import ITERATIONS, Method, Parts
from clickmend.parts.filtering import key_point_filtering, largest, merged
from clickmend.parts.seeds import eroded, spread_seeds, sure_inside


def find_parts(
    features: Float[Array, "N C"],
    foreground: Float[Array, "K h w"],
    inside: Bool[Array, "K h w"],
    points: Float[Array, "K 2"],
    *,
    method: Method,
    iterations: int = ITERATIONS,
) -> Parts:
    """At most five parts of each of K objects, the largest first.

    Args:
        features: Unit vectors, one per patch, row after row.
        foreground: F of each object, in [0, 1].
        inside: The patches of its box.
        points: (x, y) in patches.
        method: How seeds become parts.
        iterations: Steps from the seeds; 0 takes the seeds.
    """
    core = eroded(sure_inside(foreground, points))
    xp = namespace(features)
    flat = xp.reshape(inside, (len(inside), len(features)))
    boxed = xp.any(flat, axis=0)
    near, among = features[boxed], flat[:, boxed]
    seeds, there = spread_seeds(core, points)
    parts = method.cluster(Parts(features[seeds], there), near, among, iterations=iterations)
    if method.filtered:
        kept = key_point_filtering(parts, near, among, xp.reshape(core, flat.shape)[:, boxed])
        parts = merged(kept, near, among)
    return largest(parts, near, among)
