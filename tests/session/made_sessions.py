"""Sessions of every task on made photos, with small made networks, and marks made at random."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

import clickmend as cm
from clickmend.core.types import Mask
from clickmend.feedback import Mark
from clickmend.networks import InteractiveNetwork, Model
from clickmend.networks.encoding import MarkEncoding
from clickmend.tasks.prediction import Prediction

HEIGHT, WIDTH = 48, 64
TASKS = ("interactive", "semantic", "matting", "depth")
CLASSES = ("road", "car", "tree", "sky")
SHOWN = {"interactive": "logits", "semantic": "labels", "matting": "alpha", "depth": "depth_m"}


class Plain(nn.Module):
    """A picture, and what comes with it, to a map."""

    def __init__(self, inputs: int, channels: int, end: str) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(inputs, 12, 5, 4, 2), nn.ReLU())
        self.decoder = nn.Sequential(nn.Conv2d(12, 12, 3, 1, 1), nn.ReLU())
        self.head = nn.Conv2d(12, channels, 1)
        self.end = end

    def forward(self, *inputs: Tensor) -> Tensor:
        """The map over the picture."""
        x = 6 * self.head(self.decoder(self.encoder(torch.cat(inputs, dim=1))))
        x = nn.functional.interpolate(x, size=inputs[0].shape[-2:], mode="bilinear")
        if self.end == "alpha":
            return torch.sigmoid(x)
        return 2 * torch.exp(x / 6) if self.end == "metres" else x


class Clicked(InteractiveNetwork):
    """A map of colours that clicks push up and down around them."""

    def __init__(self) -> None:
        super().__init__()
        self.encoding = MarkEncoding("disk", 3.0)
        self.decoder = nn.Conv2d(3, 1, 5, padding=2)

    def forward(self, image: Tensor, marks: Tensor) -> Tensor:
        """Logits."""
        told = nn.functional.avg_pool2d(marks[:, :1] - marks[:, 1:2], 9, 1, 4)
        return 8 * self.decoder(image) + 12 * told + 2 * (2 * marks[:, 3:] - 1)


@cache
def model(task: str) -> Model:
    """A network of a task."""
    torch.manual_seed(3)
    module: nn.Module
    if task == "interactive":
        module = Clicked()
    elif task == "semantic":
        module = Plain(3, len(CLASSES), "logits")
    else:
        module = Plain(4, 1, "alpha") if task == "matting" else Plain(3, 1, "metres")
    labels = CLASSES if task == "semantic" else None
    return cm.wrap(
        module.eval(), task=task, at=["decoder"], labels=labels, view_px=64, learning_rate=0.05
    )


def opened(
    seed: int, *, classes: tuple[str, ...] | None = None, refine: str | cm.Refine | None = None
) -> cm.Session[Prediction]:
    """The session of a seed, without a mark; the same each time, also with classes of its own.

    It has a refinement by chance, or that which is named.
    """
    rng = np.random.default_rng(seed)
    task = TASKS[seed % 4]
    photo = np.kron(rng.integers(0, 255, (6, 8, 3)), np.ones((8, 8, 1)))
    photo = (photo + rng.integers(-20, 20, photo.shape)).clip(0, 255).astype(np.uint8)
    options: dict[str, Any] = {"refine": "none" if task == "interactive" else "region"}
    if rng.random() < 0.15:
        options["refine"] = cm.Refine("bmsb", iterations=2)
    if rng.random() < 0.6:
        options["prior"] = _prior(task, rng)
    if task == "matting":
        trimap = np.full((HEIGHT, WIDTH), 128, np.uint8)
        trimap[:6], trimap[-6:] = 0, 255
        options["trimap"] = trimap
    if classes is not None and not set(classes) <= set(CLASSES):
        options["refine"] = "region"
    if refine is not None:
        options["refine"] = refine
    return cm.Session(photo, model=model(task), classes=classes, **options)


def _prior(task: str, rng: np.random.Generator) -> NDArray[Any]:
    blocks = np.kron(rng.integers(0, 4, (6, 8)), np.ones((8, 8), int))
    if task == "interactive":
        return blocks > 1
    if task == "semantic":
        return np.where(rng.random() < 0.3 and blocks == 3, 255, blocks).astype(np.uint8)
    if task == "matting":
        return (blocks / 3).astype(np.float32)
    depth = (1.0 + blocks).astype(np.float32)
    depth[:4, :4] = np.nan
    return depth


def shown(session: cm.Session[Prediction]) -> NDArray[Any]:
    """What a session shows, ``(H, W)``."""
    array: NDArray[Any] = getattr(session.prediction, SHOWN[session.task])
    return array


def mark_on(session: cm.Session[Prediction], rng: np.random.Generator) -> Mark:
    """A mark that the task has a meaning for, more often than not where marks lie already."""
    x, y = (float(side) for side in rng.uniform((0, 0), (WIDTH, HEIGHT)))
    if session.feedback and rng.random() < 0.3:
        one = session.feedback[int(rng.integers(len(session.feedback)))]
        x, y = one.points[0] if isinstance(one, cm.Stroke) else _place(one)
    radius = float(rng.uniform(1, 20)) if rng.random() < 0.5 else None
    label, value = _said(session.task, rng)
    kind = rng.random()
    if kind < 0.1 and session.task == "interactive":
        return cm.Box(max(0.0, x - 9), max(0.0, y - 9), x + 9, y + 9)
    if kind < 0.15 and session.task in ("matting", "depth"):
        return cm.Push(x, y, "up" if rng.random() < 0.5 else "down", radius)
    if kind < 0.5:
        points = [(x, y), *rng.uniform((0, 0), (WIDTH, HEIGHT), (int(rng.integers(0, 3)), 2))]
        line = tuple((float(a), float(b)) for a, b in points)
        brush = float(rng.uniform(0.5, 6))
        if rng.random() < 0.25:
            return cm.Stroke(line, "erase", brush)
        return cm.Stroke(line, label, brush, exact=bool(rng.random() < 0.6), value=value)
    similar = session.task == "semantic" and rng.random() < 0.3
    return cm.Click(x, y, label, value, radius, "similar" if similar else None)


def _place(mark: Mark) -> tuple[float, float]:
    if isinstance(mark, cm.Box):
        return mark.x0, mark.y0
    assert not isinstance(mark, cm.Stroke)
    return mark.x, mark.y


def _said(task: str, rng: np.random.Generator) -> tuple[str | int | None, float | None]:
    if task == "interactive":
        return ("foreground" if rng.random() < 0.5 else "background"), None
    if task == "semantic":
        return int(rng.integers(len(CLASSES))), None
    return None, float(rng.uniform(0, 1) if task == "matting" else rng.uniform(0.5, 8))


def some_protected(rng: np.random.Generator) -> Mask:
    """A rectangle."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    y, x = rng.integers(0, 40, 2)
    mask[y : y + 12, x : x + 16] = True
    return mask
