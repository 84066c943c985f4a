"""The attention radius of a click on an object mask."""

from __future__ import annotations

from dataclasses import dataclass

from clickmend.core.types import Mask
from clickmend.feedback.annotator import distance_at
from clickmend.feedback.marks import Click


@dataclass(frozen=True, slots=True)
class Reading:
    """The rule for the radii of clicks.

    Args:
        area_share: Radius of the area of a click, as a share of its attention radius; 0 uses only
            the clicked pixel, as in the paper.
        first_share: Attention radius of a plain click that agrees with the mask, or of the first
            one, as a share of the photo's shorter side.
        border_share: Attention radius of a plain click on an error, as a share of its distance to
            the nearest border of the mask.
        most_share: Maximum radius of a plain click on an error, as a share of the shorter side.
    """

    area_share: float = 0.3
    first_share: float = 0.15
    border_share: float = 0.3
    most_share: float = 0.1

    def radius_px(self, click: Click, shown: Mask) -> float:
        """The attention radius of ``click``, pixels of the photo.

        A click that contradicts the mask lies in an error, whose size is bounded by the distance to
        the nearest border of the mask.

        Args:
            click: Inside the photo.
            shown: The mask before the click, ``(H, W)``.
        """
        if click.radius_px is not None:
            return click.radius_px
        side = float(min(shown.shape))
        row, column = int(click.y), int(click.x)
        inside = bool(shown[row, column])
        if inside == click.is_foreground or not shown.any():
            return self.first_share * side
        most_px = self.most_share * side
        far_px = most_px / self.border_share if self.border_share > 0 else 0.0
        border = distance_at(shown, row, column, most_px=far_px)
        return min(self.border_share * border, most_px)
