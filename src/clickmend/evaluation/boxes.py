"""Runs that begin with a box, see :mod:`clickmend.evaluation.benches.attention`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from clickmend.evaluation.measures import of_box
from clickmend.evaluation.protocol import ClickSession, Setting, simulate
from clickmend.evaluation.runs import ClickRuns, Run, record_of, stream_of
from clickmend.evaluation.subjects import ObjectSubject, Start
from clickmend.feedback.marks import Box
from clickmend.feedback.simulate import noisy_box
from clickmend.jobs import Record

View: TypeAlias = Literal["crop", "session"]
"""What the network sees: the crop around the box at its own size, or what a session shows it."""

VIEWS: tuple[View, ...] = get_args(View)

PADDING = 0.25
"""Around a box, as a share of its sides."""

MULTIPLE = 32
"""Of the sides of what networks see."""

WHOLE = 1e6
"""A margin so wide that a session never zooms in."""


@dataclass(frozen=True, slots=True)
class BoxRuns:
    """Makes runs: a noisy box around the object (of the seed), then clicks."""

    click_runs: ClickRuns
    seed: int
    view: View = "crop"

    def __call__(self, run: Run) -> Record:
        """A record with the further fact ``box``, (x0, y0, x1, y1) in the photo."""
        subject = self.click_runs.subject(run)
        assert isinstance(subject, ObjectSubject)
        which = stream_of(run.image, run.object_id)
        box = noisy_box(subject.truth, np.random.default_rng([self.seed, run.trial or 0, which]))
        assert box is not None
        seen, left, top = (subject, 0, 0) if self.view == "session" else around(box, subject)
        session = self.click_runs.make_session(seen.start(), run.setting)
        session.add(Box(box.x0 - left, box.y0 - top, box.x1 - left, box.y1 - top))
        trace = simulate(session, seen, clicks=self.click_runs.clicks, radius=run.setting.radius)
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


@dataclass(frozen=True, slots=True)
class OnlineSessions:
    """Begins sessions that infer online what a setting says; can be sent to another process.

    ``models`` is what to load by the names of the weights.
    """

    models: Mapping[str, str]
    device: str
    view: View = "crop"

    def __call__(self, start: Start, setting: Setting) -> ClickSession:
        """A fresh session."""
        from clickmend.networks import Model, inferring, load
        from clickmend.session import Session

        assert setting.weights is not None
        model = load(self.models[setting.weights], device=self.device)
        names = ("adapt_keys", "prior_precision", "propagate", "value_prior_precision")
        online = {name: value for name, value in setting.facts().items() if name in names}
        model = inferring(model, model.card.online.model_copy(update=online))
        if self.view == "crop":
            longer = max(MULTIPLE, MULTIPLE * round(max(start.image.shape[:2]) / MULTIPLE))
            sizes = {"overview_px": longer, "view_px": longer, "margin": WHOLE}
            model = Model(model.network, model.card.model_copy(update=sizes))
        session: ClickSession = Session(
            start.image, model=model, refine=setting.refine, device=self.device
        )
        return session
