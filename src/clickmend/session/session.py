"""The session: what a user does to one photo, and what is seen after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.core.errors import ClickError, NotAvailableError, OptionError
from clickmend.core.types import FloatMap
from clickmend.data.photos import read_photo
from clickmend.feedback.marks import (
    BACKGROUND,
    FOREGROUND,
    Box,
    Click,
    Mark,
    check_box,
    check_click,
)
from clickmend.networks import Model, load
from clickmend.refinement import LAYERS
from clickmend.session.engine import Answer, InteractiveEngine
from clickmend.tasks.interactive import InteractivePrediction, prior_logits

DEFAULT_MODEL = "interactive-s"


@dataclass(frozen=True)
class Moment:
    """The session after one action: the feedback that counts and the answer to it."""

    marks: tuple[Mark, ...] = ()
    answer: Answer | None = None


class Session:
    """One photo, one task, and the feedback given to it.

    Args:
        image: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        task: "interactive".
        model: Name or card of weights, or a loaded model; the shipped ones when left out.
        prior: A mask to start from: PNG, or an array ``(H, W)``.
        refine: G-BRS layer: "none", "sb", "bmsb", "bmsb-m", "bmconv"; the card's default when
            left out.
        device: "cpu", "cuda", …; chosen when left out.

    Raises:
        ImageError: The photo cannot be read.
        PriorError: The prior cannot be read or has another size.
        ModelError: No such weights.
        OptionError: No such refinement or device.
        NotAvailableError: A task that this version does not have.
    """

    def __init__(
        self,
        image: str | Path | bytes | Image.Image | NDArray[np.uint8],
        *,
        task: str = "interactive",
        model: str | Path | Model | None = None,
        prior: str | Path | NDArray[Any] | None = None,
        refine: str | None = None,
        device: str | None = None,
    ) -> None:
        if task != "interactive":
            raise NotAvailableError(
                f"The task {task!r} is not available in this version. Available: interactive."
            )
        photo = read_photo(image)
        self.size = (photo.shape[1], photo.shape[0])
        loaded = model if isinstance(model, Model) else load(model or DEFAULT_MODEL, device=device)
        refine = loaded.card.refinement.default if refine is None else refine
        if refine != "none" and refine not in LAYERS:
            raise OptionError(
                f"There is no refinement {refine!r}. Available: none, {', '.join(LAYERS)}."
            )
        self._engine = InteractiveEngine(photo, loaded, refine=refine)
        self._prior = self._read_prior(prior)
        self._moments = [Moment()]
        self._now = 0
        self._shown: tuple[Moment, InteractivePrediction] | None = None

    @property
    def photo(self) -> NDArray[np.uint8]:
        """The photo as it is worked on: upright, RGB, ``(H, W, 3)``."""
        return self._engine.photo

    @property
    def feedback(self) -> tuple[Mark, ...]:
        """The clicks and boxes that count now, in order."""
        return self._moments[self._now].marks

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return self._now > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return self._now + 1 < len(self._moments)

    @property
    def prediction(self) -> InteractivePrediction:
        """What is seen now: before any feedback the prior, or an empty mask."""
        moment = self._moments[self._now]
        if self._shown is None or self._shown[0] is not moment:
            logits = self._engine.render(moment.answer, self._prior)
            self._shown = (moment, InteractivePrediction(logits))
        return self._shown[1]

    def click(
        self,
        x: float,
        y: float,
        *,
        label: str | int | None = None,
        value: float | None = None,
        radius_px: float | None = None,
    ) -> InteractivePrediction:
        """Say what is at (x, y), pixels of the original image.

        Args:
            x: From the left edge, 0 ≤ x < W.
            y: From the top edge, 0 ≤ y < H.
            label: "foreground" (the default) or "background".
            value: Belongs to tasks whose predictions are numbers; refused here.
            radius_px: How far around the click it is meant; a rule applies when left out.

        Returns:
            The new prediction.

        Raises:
            ClickError: Outside the image, not a number, or a label that this task does not have.
        """
        clicks = [m for m in self.feedback if isinstance(m, Click)]
        click = Click(x, y, FOREGROUND if label is None else label, value, radius_px)
        width, height = self.size
        check_click(click, width=width, height=height, number=len(clicks) + 1)
        if click.label not in (FOREGROUND, BACKGROUND):
            raise ClickError(
                f"click {len(clicks) + 1} has the label {click.label!r}. In the task "
                "'interactive' a click is 'foreground' or 'background'."
            )
        if value is not None:
            raise ClickError(
                f"click {len(clicks) + 1} has the value {value}. In the task 'interactive' a "
                "click has a label, 'foreground' or 'background', and no value."
            )
        return self._add((*self.feedback, click))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> InteractivePrediction:
        """Say that the object lies in a rectangle; an earlier box is replaced.

        Raises:
            ClickError: The box is empty or outside the image.
        """
        width, height = self.size
        box = Box(x0, y0, x1, y1)
        check_box(box, width=width, height=height)
        kept = tuple(mark for mark in self.feedback if not isinstance(mark, Box))
        return self._add((*kept, box))

    def undo(self) -> None:
        """Take the last action back; the earlier prediction returns bit for bit.

        Raises:
            OptionError: There is nothing to undo.
        """
        if not self.can_undo:
            raise OptionError("There is nothing to undo. Undo takes back a click, box or reset.")
        self._now -= 1

    def redo(self) -> None:
        """Do again what was undone last.

        Raises:
            OptionError: There is nothing to redo.
        """
        if not self.can_redo:
            raise OptionError("There is nothing to redo. Redo follows an undo, before new marks.")
        self._now += 1

    def reset(self) -> None:
        """Take all feedback away; the prior stays. Can be undone."""
        if self.feedback:
            self._append(Moment())

    def _add(self, marks: tuple[Mark, ...]) -> InteractivePrediction:
        last = self._moments[self._now].answer
        shown = self.prediction.logits
        answer = self._engine.answer(marks, shown, last=last, prior=self._prior)
        self._append(Moment(marks, answer))
        return self.prediction

    def _append(self, moment: Moment) -> None:
        self._moments[self._now + 1 :] = [moment]
        self._now += 1

    def _read_prior(self, prior: str | Path | NDArray[Any] | None) -> FloatMap | None:
        if prior is None:
            return None
        width, height = self.size
        mask = prior_logits(prior, width=width, height=height, margin=1.0) > 0
        margin = self._engine.margin(mask)
        return prior_logits(prior, width=width, height=height, margin=margin)
