"""A task of another package: how bright every pixel is, mended by disks around clicks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from clickmend.core.errors import ClickError
from clickmend.data import alpha_png
from clickmend.feedback import Click
from clickmend.networks.inputs import as_input
from clickmend.tasks.base import Option, Task
from clickmend.tasks.engine import Answer, Engine, Placed
from clickmend.tasks.grammar import value_mark
from clickmend.tasks.patches import Patch
from clickmend.tasks.prediction import Prediction, Shown
from clickmend.tasks.registry import TASKS


@dataclass(frozen=True)
class Brightness(Prediction):
    pixels: np.ndarray = None
    suffixes = (".png",)

    def encoded(self, suffix):
        return alpha_png(self.pixels)

    def at(self, x, y):
        return Shown(value=float(self.pixels[int(y), int(x)]))


class ToyEngine(Engine[Brightness]):
    def __init__(self, photo, model, *, dimmed):
        super().__init__(photo)
        with torch.no_grad():
            answer = model.network(as_input(photo, torch.device("cpu")))[0, 0]
        self.initial = (answer / answer.max()).numpy() * np.float32(dimmed)

    initial = None

    def check(self, mark, *, number):
        if not isinstance(mark, Click) or mark.value is None:
            raise ClickError(f"mark {number} has no brightness. Give value=, from 0 to 1.")
        return mark

    def answer(self, marks, last):
        newest = Placed(marks[-1], marks[-1].radius_px or 5.0)
        before = self.render(last)
        rows, columns = np.indices(before.shape) + 0.5
        near = np.hypot(columns - newest.mark.x, rows - newest.mark.y) <= newest.radius_px
        after = np.where(near, np.float32(newest.mark.value), before)
        placed = (*(() if last is None else last.marks), newest)
        return Answer(marks=placed, patch=Patch.between(before, after), before=last)

    def prediction(self, shown):
        return Brightness(shown)


class ToyTask(Task[Brightness]):
    name = "toy"
    weights = "toy-s"
    prediction = Brightness
    example = "X,Y:BRIGHTNESS, such as 30,40:0.5"
    options = (Option("dimmed", "number", "SHARE", "What is left of the light."),)

    def open(self, photo, model, refine, *, prior, options):
        return ToyEngine(photo, model, dimmed=options.get("dimmed", 1.0))

    def mark_of(self, written):
        return value_mark(written)


TASKS.register("toy")(ToyTask())
