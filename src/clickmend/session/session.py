"""The session: what a user does to one photo, and what is seen after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.core.errors import NotAvailableError, OptionError
from clickmend.data.photos import read_photo
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import (
    Box,
    Click,
    Mark,
    Push,
    Stroke,
    check_box,
    check_click,
    check_push,
    check_stroke,
)
from clickmend.networks import Model, load, with_online
from clickmend.session.engines import Engine, open_engine
from clickmend.session.history import History
from clickmend.session.inference import Inferred
from clickmend.session.refine import REGION, Refine
from clickmend.tasks.depth import DepthPrediction
from clickmend.tasks.interactive import InteractivePrediction
from clickmend.tasks.matting import MattingPrediction
from clickmend.tasks.semantic import SemanticPrediction

SHIPPED_MODELS = {
    "interactive": "interactive-s",
    "semantic": "semantic-s",
    "matting": "matting-s",
    "depth": "depth-s",
}
"""The weights of a task when none are named."""

Prediction: TypeAlias = (
    InteractivePrediction | SemanticPrediction | MattingPrediction | DepthPrediction
)


@dataclass(frozen=True)
class Moment:
    """The session after one action: the feedback that counts and the answer to it."""

    marks: tuple[Mark, ...] = ()
    answer: Any = None


class Session(History[Moment]):
    """One photo, one task, and the feedback given to it.

    Args:
        image: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        task: "interactive", "semantic", "matting" or "depth"; the model's when left out, and
            "interactive" without a model.
        model: Name or card of weights, a loaded model, or what ``wrap`` made; the task's shipped
            weights when left out.
        prior: A prediction to start from: a mask, index, alpha or 16-bit depth PNG, or an array
            ``(H, W)``. What is not touched stays as it is there.
        trimap: Of matting: 0 background, 255 foreground, 128 unknown. Made from the prior when
            left out.
        depth_scale: Metres in one unit of a depth prior that is no 16-bit PNG of millimetres.
        refine: "none", "region", "sb", "bmsb", "bmsb-m", "bmconv", or a ``Refine`` in full. When
            left out, "region" where a class map, a matte or a depth map is the prior, else the
            card's default.
        adapt_keys: Iterations of key adaptation in the network's attention, 0 for none.
        propagate: Iterations in which the values of the clicks propagate in its classifier, 0
            for none.
        device: "cpu", "cuda", …; chosen when left out.

    Raises:
        ImageError: The photo cannot be read.
        PriorError: The prior or trimap cannot be read or has another size.
        ModelError: No such weights, or weights of another task.
        OptionError: No such refinement or device, an option of another task, or of inference that
            the network has no place for.
        NotAvailableError: No task of a session; "instances" is one of ``Objects``.
    """

    undone = "a mark or a reset"

    def __init__(
        self,
        image: str | Path | bytes | Image.Image | NDArray[np.uint8],
        *,
        task: str | None = None,
        model: str | Path | Model | None = None,
        prior: PixelSource | None = None,
        trimap: PixelSource | None = None,
        depth_scale: float | None = None,
        refine: str | Refine | None = None,
        adapt_keys: int = 0,
        propagate: int = 0,
        device: str | None = None,
    ) -> None:
        loaded = _load(task, model, device)
        loaded = with_online(loaded, adapt_keys=adapt_keys, propagate=propagate)
        photo = read_photo(image)
        self.size = (photo.shape[1], photo.shape[0])
        self.task = loaded.card.task
        if not isinstance(refine, Refine):
            refine = Refine(refine or _default(loaded, prior))
        self._engine: Engine = open_engine(
            photo, loaded, refine, prior=prior, trimap=trimap, depth_scale=depth_scale
        )
        super().__init__(Moment())
        self._shown: tuple[Moment, Any] | None = None

    @property
    def photo(self) -> NDArray[np.uint8]:
        """The photo as it is worked on: upright, RGB, ``(H, W, 3)``."""
        return self._engine.photo

    @property
    def feedback(self) -> tuple[Mark, ...]:
        """The marks that count now, in order."""
        return self._moment.marks

    @property
    def prediction(self) -> Any:
        """What is seen now, of the task's kind, see ``Prediction``.

        Before any feedback it is the prior, the network's own answer, or an empty mask.
        """
        moment = self._moment
        if self._shown is None or self._shown[0] is not moment:
            self._shown = (moment, self._engine.show(moment.answer))
        return self._shown[1]

    @property
    def report(self) -> Inferred | None:
        """How the newest mark was granted; ``None`` when nothing was refined for it."""
        answer = self._moment.answer
        return None if answer is None else answer.inferred

    def click(
        self,
        x: float,
        y: float,
        *,
        label: str | int | None = None,
        value: float | None = None,
        radius_px: float | None = None,
    ) -> Any:
        """Say what is at (x, y), pixels of the original image.

        Args:
            x: From the left edge, 0 ≤ x < W.
            y: From the top edge, 0 ≤ y < H.
            label: Interactive: "foreground" (the default) or "background". Semantic: a class, by
                name or index.
            value: Matting: alpha in [0, 1]. Depth: metres.
            radius_px: Attention radius, how far around the click it is meant; a rule applies
                when left out.

        Returns:
            The new prediction.

        Raises:
            ClickError: Outside the image, not a number, or without meaning in this task.
        """
        click = Click(x, y, label, value, radius_px)
        check_click(click, width=self.size[0], height=self.size[1], number=self._number)
        return self._add(click)

    def push(
        self,
        x: float,
        y: float,
        direction: Literal["up", "down"],
        *,
        radius_px: float | None = None,
    ) -> Any:
        """Matting and depth: move the value at (x, y) a little up or down (by 0.1).

        ``report.moved`` is the change that was reached.

        Raises:
            ClickError: Outside the image, no such direction, or another task.
        """
        push = Push(x, y, direction, radius_px)
        check_push(push, width=self.size[0], height=self.size[1], number=self._number)
        return self._add(push)

    def stroke(
        self,
        points: list[tuple[float, float]] | tuple[tuple[float, float], ...],
        *,
        label: str | int,
        radius_px: float = 3.0,
    ) -> Any:
        """Semantic: paint a class along a line.

        Args:
            points: (x, y) along the line.
            label: The class, by name or index.
            radius_px: Half the width of the brush.

        Raises:
            ClickError: Outside the image, no such class, or another task.
        """
        stroke = Stroke(tuple(points), label, radius_px)
        check_stroke(stroke, width=self.size[0], height=self.size[1], number=self._number)
        return self._add(stroke)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Any:
        """Interactive: say that the object lies in a rectangle; an earlier box is replaced.

        Raises:
            ClickError: The box is empty or outside the image, or another task.
        """
        box = Box(x0, y0, x1, y1)
        check_box(box, width=self.size[0], height=self.size[1])
        return self._add(box)

    def reset(self) -> None:
        """Take all feedback away; the prior stays. Can be undone."""
        if self.feedback:
            self._append(Moment())

    @property
    def _number(self) -> int:
        """How an error names the next mark."""
        return sum(not isinstance(mark, Box) for mark in self.feedback) + 1

    def _add(self, mark: Mark) -> Any:
        mark = self._engine.check(mark, number=self._number)
        moment = self._moment
        kept = tuple(m for m in moment.marks if not (isinstance(mark, Box) and isinstance(m, Box)))
        marks = (*kept, mark)
        self._append(Moment(marks, self._engine.answer(marks, moment.answer)))
        return self.prediction


def _default(model: Model, prior: PixelSource | None) -> str:
    """The card's refinement; a prior of a dense task is mended region by region."""
    if prior is not None and model.card.task != "interactive":
        return REGION
    return model.card.refinement.default


def _load(task: str | None, model: str | Path | Model | None, device: str | None) -> Model:
    if task is not None and task not in SHIPPED_MODELS:
        other = " Masks of many points are made by Objects." if task == "instances" else ""
        raise NotAvailableError(
            f"The task {task!r} is not one of a session. Available: "
            f"{', '.join(SHIPPED_MODELS)}.{other}"
        )
    if isinstance(model, Model):
        loaded = model
    else:
        loaded = load(model or SHIPPED_MODELS[task or "interactive"], device=device)
    if task is not None and loaded.card.task != task:
        raise OptionError(
            f"The model {loaded.card.name!r} is of the task {loaded.card.task!r}, and the task "
            f"{task!r} was asked for. Leave task out, or choose a model of that task."
        )
    return loaded
