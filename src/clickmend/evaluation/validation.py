"""Validation during a training: the product's own session on photos that training keeps back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from clickmend.core.types import RGB, Mask
from clickmend.evaluation.protocol import ClickSession, simulate_clicks


class KeptBack(Protocol):
    """A photo that training did not see: ``(H, W, 3)``, its object and what counts, ``(H, W)``."""

    @property
    def image(self) -> RGB:
        """The photo."""
        ...

    @property
    def truth(self) -> Mask:
        """The object."""
        ...

    @property
    def counted(self) -> Mask:
        """False where nothing is scored."""
        ...


def validate_clicks(
    photos: Sequence[KeptBack],
    make_session: Callable[[RGB], ClickSession],
    *,
    clicks: int = 5,
) -> dict[str, float]:
    """Mean IoU after 1, 3 and 5 clicks of the automatic annotator.

    Args:
        photos: What to click on.
        make_session: Starts a fresh session on a photo.
        clicks: The most clicks per object.
    """
    scores = np.array(
        [
            simulate_clicks(
                make_session(photo.image), photo.truth, ignore=~photo.counted, clicks=clicks
            ).iou
            for photo in photos
        ]
    )
    shown = [n for n in (1, 3, 5) if n <= clicks]
    return {f"validation IoU, click {n}": float(scores[:, n - 1].mean()) for n in shown}
