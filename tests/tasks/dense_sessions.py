"""Sessions on class maps, mattes and depth, with small made networks."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

import clickmend as cm
from clickmend.core.types import RGB
from clickmend.networks import Model
from clickmend.session import Session

SIZE = (96, 64)


class Small(nn.Module):
    """A picture, and what comes with it, to a map of some channels."""

    def __init__(self, inputs: int, channels: int, *, end: nn.Module) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(inputs, 16, 5, 4, 2), nn.ReLU())
        self.decoder = nn.Sequential(nn.Conv2d(16, 16, 3, 1, 1), nn.ReLU())
        self.head = nn.Conv2d(16, channels, 1)
        self.end = end

    def forward(self, *inputs: Tensor) -> Tensor:
        """The map over the picture."""
        x = self.head(self.decoder(self.encoder(torch.cat(inputs, dim=1))))
        return self.end(nn.functional.interpolate(x, size=inputs[0].shape[-2:], mode="bilinear"))


class Metres(nn.Module):
    """Around two metres."""

    def forward(self, x: Tensor) -> Tensor:
        """2·exp(x)."""
        return 2 * torch.exp(x)


def model(task: str) -> Model:
    torch.manual_seed(3)
    module = {
        "semantic": lambda: Small(3, 4, end=nn.Identity()),
        "matting": lambda: Small(4, 1, end=nn.Sigmoid()),
        "depth": lambda: Small(3, 1, end=Metres()),
    }[task]()
    labels = ["road", "car", "tree", "sky"] if task == "semantic" else None
    return cm.wrap(
        module.eval(), task=task, at=["decoder"], labels=labels, view_px=96, learning_rate=0.1
    )


def open_session(task: str, photo: RGB, trimap: np.ndarray, **options: object) -> Session:
    if task == "matting":
        options["trimap"] = trimap
        if "prior" not in options:
            options.setdefault("refine", "bmsb")
    return cm.Session(photo, model=model(task), **options)


def numbers(session: Session) -> np.ndarray:
    shown = session.prediction
    name = {"semantic": "labels", "matting": "alpha", "depth": "depth_m"}[session.task]
    return getattr(shown, name)


def click(session: Session, x: float, y: float, *, radius_px: float = 12.0) -> None:
    """Something that contradicts what is shown."""
    here = numbers(session)[int(y), int(x)]
    if session.task == "semantic":
        session.click(x, y, label=int((here + 1) % 4), radius_px=radius_px)
    else:
        session.click(x, y, value=min(1.0, float(here) * 0.7 + 0.01), radius_px=radius_px)


TASKS = ["semantic", "matting", "depth"]


def made_prior(task: str, rng: np.random.Generator) -> tuple[np.ndarray, dict[str, object]]:
    shape = (SIZE[1], SIZE[0])
    if task == "semantic":
        return rng.integers(0, 4, (8, 12)).repeat(8, 0).repeat(8, 1).astype(np.uint8), {}
    if task == "matting":
        return (rng.integers(0, 256, shape) / 255).astype(np.float32), {}
    return rng.uniform(1, 3, shape).astype(np.float32), {"depth_scale": 1.0}
