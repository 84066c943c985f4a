"""What a client must know of a session besides its state."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Traits:
    """What the model and the task of a session say that a client must know to show it.

    Args:
        classes: Names of the classes, in order; none where the task has none.
        range_m: The nearest and the farthest that a depth model says, metres.
        radius_share: Attention radius of a mark that carries none, as a share of the photo's
            shorter side; ``None`` where it depends on the place.
        layers: The refinements that may be chosen.
        infers: What the network can infer online: "adapt_keys", "propagate".
        model: The name of the network that was asked for, if one was.
    """

    classes: tuple[str, ...] = ()
    range_m: tuple[float, float] | None = None
    radius_share: float | None = None
    layers: tuple[str, ...] = ()
    infers: tuple[str, ...] = ()
    model: str | None = None
