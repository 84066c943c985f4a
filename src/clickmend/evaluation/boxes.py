"""Runs that begin with a box, see :mod:`clickmend.evaluation.benches.attention`."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, get_args

import numpy as np

from clickmend.evaluation.measures import of_box
from clickmend.evaluation.protocol import simulate
from clickmend.evaluation.runs import ClickRuns, Run, record_of, stream_of
from clickmend.evaluation.subjects import ObjectSubject
from clickmend.feedback.marks import Box
from clickmend.feedback.simulate import noisy_box
from clickmend.jobs import Record

View: TypeAlias = Literal["crop", "session"]
"""What the network sees: the crop around the box at its own size, or what a session shows it."""

VIEWS: tuple[View, ...] = get_args(View)

PADDING = 0.25
"""Around a box, as a share of its sides."""


def click_after_box(clicks: ClickRuns, run: Run, *, seed: int, view: View = "crop") -> Record:
    """A noisy box around the object (of the seed), then clicks.

    Returns:
        A record with the further fact ``box``, (x0, y0, x1, y1) in the photo.
    """
    subject = clicks.subject(run)
    assert isinstance(subject, ObjectSubject)
    which = stream_of(run.image, run.object_id)
    box = noisy_box(subject.truth, np.random.default_rng([seed, run.trial or 0, which]))
    assert box is not None
    seen, left, top = (subject, 0, 0) if view == "session" else around(box, subject)
    session = clicks.make_session(seen.start(), run.setting)
    session.add(Box(box.x0 - left, box.y0 - top, box.x1 - left, box.y1 - top))
    trace = simulate(session, seen, clicks=clicks.clicks, radius=run.setting.radius)
    record = record_of(run, trace, of_box(subject.measure))
    return {**record, "box": [box.x0, box.y0, box.x1, box.y1]}


def around(box: Box, subject: ObjectSubject) -> tuple[ObjectSubject, int, int]:
    """The subject cropped to a box with its padding, and where the crop begins (left, top)."""
    height, width = subject.truth.shape
    wide, high = PADDING * (box.x1 - box.x0), PADDING * (box.y1 - box.y0)
    left, top = max(0, math.floor(box.x0 - wide)), max(0, math.floor(box.y0 - high))
    right, bottom = min(width, math.ceil(box.x1 + wide)), min(height, math.ceil(box.y1 + high))
    part = np.s_[top:bottom, left:right]
    ignore = None if subject.ignore is None else subject.ignore[part]
    return ObjectSubject(subject.image[part], subject.truth[part], ignore), left, top
