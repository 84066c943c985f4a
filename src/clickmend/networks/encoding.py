"""The channels by which an interactive network is told of clicks, box and previous mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import FloatMap
from clickmend.feedback.crop import Crop
from clickmend.feedback.encoding import box_map, disk_map, distance_map
from clickmend.feedback.marks import Box, Click

MARKS_BUT_PREVIOUS = 3
"""The first mark channels: clicks of both kinds and the box."""


@dataclass(frozen=True, slots=True)
class MarkEncoding:
    """Four channels: foreground clicks, background clicks, box, previous mask (probability).

    Args:
        kind: "disk" draws every click as a disk of ``radius_px``; "distance" gives each pixel its
            distance to the nearest click, cut at ``radius_px`` and divided by it.
        radius_px: In pixels of the view.
        previous: Whether the network is told the previous mask; if not, that channel is 0,
            whatever it is given.
    """

    kind: Literal["disk", "distance"]
    radius_px: float
    previous: bool = True

    def clicks(self, points: list[tuple[float, float]], *, height: int, width: int) -> FloatMap:
        """The channel of one kind of click, ``(H, W)``; ``points`` are (x, y) in the view."""
        if self.kind == "disk":
            return disk_map(points, height=height, width=width, radius_px=self.radius_px)
        return distance_map(points, height=height, width=width, limit_px=self.radius_px)

    def __call__(
        self,
        clicks: tuple[Click, ...],
        box: Box | None,
        previous: FloatMap | None,
        crop: Crop,
    ) -> NDArray[np.float32]:
        """The mark channels of a view.

        Args:
            clicks: In image coordinates; those outside the view are left out.
            box: In image coordinates.
            previous: The previous mask's probability over the view, ``(h, w)``.
            crop: The view.
        """
        height, width = crop.out_h, crop.out_w
        marks = np.zeros((1, 4, height, width), np.float32)
        for channel, foreground in enumerate((True, False)):
            points = [
                crop.to_view(c.x, c.y)
                for c in clicks
                if c.is_foreground == foreground and crop.contains(c.x, c.y)
            ]
            marks[0, channel] = self.clicks(points, height=height, width=width)
        if box is not None:
            x0, y0 = crop.to_view(box.x0, box.y0)
            x1, y1 = crop.to_view(box.x1, box.y1)
            marks[0, 2] = box_map((x0, y0, x1, y1), height=height, width=width)
        if previous is not None and self.previous:
            marks[0, 3] = previous
        return marks
