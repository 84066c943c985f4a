"""What is protected of a map: pixels that are painted, and classes."""

from __future__ import annotations

import numpy as np

from clickmend.core.errors import OptionError
from clickmend.data.rle import encode_rle
from clickmend.feedback import check_mark
from clickmend.projects.contracts import Marking
from clickmend.projects.store import NewEvent
from clickmend.server.wire import ProtectBody
from clickmend.tasks.painted import painted


def protecting(session: Marking, body: ProtectBody) -> NewEvent:
    """The event by which more is protected, or less.

    Args:
        session: As it is before.
        body: What was asked for.

    Raises:
        OptionError: Neither points nor a label is given, or both are.
        ClickError: A point lies outside the photo, or the outline has too few corners.
    """
    stroke = body.stroke()
    if (stroke is None) == (body.label is None):
        raise OptionError(
            "Protected are the pixels of a stroke or a class. Send points or a label, not both."
        )
    if stroke is None:
        return NewEvent("protect_class", {"label": body.label, "on": body.on})
    width, height = session.size
    check_mark(stroke, width=width, height=height, number=1)
    before = session.protected
    mask = np.zeros((height, width), np.bool_) if before is None else before.copy()
    patch = painted(stroke, height=height, width=width)
    mask[patch.place][patch.values] = body.on
    if mask.any() or session.protected_classes:
        return NewEvent("protect", {"mask": encode_rle(mask)})
    return NewEvent("protect", {"mask": None})
