"""The choice of the next view."""

from __future__ import annotations

from collections.abc import Sequence

from clickmend.core.types import FloatMap, Mask
from clickmend.correction.connected import Parts
from clickmend.correction.rectangles import box_of
from clickmend.feedback.crop import Crop, around
from clickmend.feedback.marks import Box, Click, Mark

ZOOM_BELOW = 0.7
"""The view zooms in if the object with its margin covers less than this share of the photo."""

KEPT_PART = 0.05
"""Parts of the mask smaller than this share of the largest part are ignored."""

COARSER = 1.25
"""Maximum ratio of scales at which the last view is kept instead of the preferred one."""

MUCH_COARSER = 2.0
"""The same for the first mark on an object in a known view, where a new view doubles the cost."""

BORDER = 0.06
"""Share of the preferred view's sides that the last one may miss and still be kept."""

_Rectangle = tuple[float, float, float, float]


def choose_view(
    marks: Sequence[Mark],
    mask: Mask,
    *,
    whole: Crop,
    view_px: int,
    margin: float,
    over: Crop | None = None,
) -> Crop:
    """The view around the object, the foreground clicks, the box and the newest mark.

    Args:
        marks: The marks in effect, in order.
        mask: The displayed mask, ``(h, w)``.
        whole: The view of the whole photo, chosen if there is no object yet or zooming gains
            little.
        view_px: The longer side of a zoomed view.
        margin: Extent of a zoomed view, in multiples of the object's.
        over: The view that the mask covers, possibly at lower resolution; the whole photo when left
            out.
    """
    width, height = whole.x1, whole.y1
    seen = [*_boxes(marks), *_parts(mask, over or whole)]
    if not seen:
        return whole
    x0, y0, x1, y1 = zip(*seen, *_points(marks), strict=True)
    extent = (
        max(0.0, min(x0)),
        max(0.0, min(y0)),
        min(float(width), max(x1)),
        min(float(height), max(y1)),
    )
    zoomed = around(extent, width=width, height=height, margin=margin, long_side=view_px)
    share = (zoomed.x1 - zoomed.x0) * (zoomed.y1 - zoomed.y0) / (width * height)
    return whole if share >= ZOOM_BELOW else zoomed


def still_serves(
    last: Crop,
    wanted: Crop,
    points: Sequence[tuple[float, float]],
    *,
    coarser: float = COARSER,
) -> bool:
    """Whether the last view can be kept instead of the preferred one.

    Args:
        last: The last view.
        wanted: The view that ``choose_view`` prefers.
        points: (x, y) that have to be inside.
        coarser: Maximum ratio of the scales.
    """
    dx = BORDER * (wanted.x1 - wanted.x0)
    dy = BORDER * (wanted.y1 - wanted.y0)
    shown = (
        last.x0 <= wanted.x0 + dx
        and last.y0 <= wanted.y0 + dy
        and last.x1 >= wanted.x1 - dx
        and last.y1 >= wanted.y1 - dy
    )
    near = wanted.scale <= coarser * last.scale
    return shown and near and all(last.contains(x, y) for x, y in points)


def cuts_off(crop: Crop, logits: FloatMap, *, width: int, height: int) -> bool:
    """Whether an object reaches a border of the view that is no border of the photo.

    Args:
        crop: The view.
        logits: Of the object over the view's rectangle, ``(h, w)``.
        width: Width of the photo.
        height: Height of the photo.
    """
    return bool(
        (crop.y0 > 0 and (logits[0] > 0).any())
        or (crop.x0 > 0 and (logits[:, 0] > 0).any())
        or (crop.y1 < height and (logits[-1] > 0).any())
        or (crop.x1 < width and (logits[:, -1] > 0).any())
    )


def _boxes(marks: Sequence[Mark]) -> list[_Rectangle]:
    return [(m.x0, m.y0, m.x1, m.y1) for m in marks if isinstance(m, Box)]


def _points(marks: Sequence[Mark]) -> list[_Rectangle]:
    clicks = [m for m in marks if isinstance(m, Click)]
    return [(c.x, c.y, c.x, c.y) for c in clicks if c.is_foreground or c is clicks[-1]]


def _parts(mask: Mask, over: Crop) -> list[_Rectangle]:
    """Bounding boxes of the connected parts of a mask over a view, without specks."""
    rows, columns = place = box_of(mask)
    parts = Parts.of(mask[place])
    if not len(parts):
        return []
    boxes = parts.boxes[parts.areas >= KEPT_PART * parts.areas.max()].astype(float)
    boxes += [columns.start, rows.start, columns.start, rows.start]
    height, width = mask.shape
    boxes *= [(over.x1 - over.x0) / width, (over.y1 - over.y0) / height] * 2
    boxes += [over.x0, over.y0] * 2
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes.tolist()]
