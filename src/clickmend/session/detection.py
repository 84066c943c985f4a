"""What a trained AttentionShift network finds in a photo by itself, and what it sees there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from clickmend.core.types import RGB, Mask
from clickmend.data.photos import read_photo
from clickmend.feedback.crop import Crop, whole_image
from clickmend.networks import Model, load
from clickmend.networks.models.attention_shift import AttentionShiftNetwork
from clickmend.tasks.inference import as_input


@final
@dataclass(frozen=True)
class Detected:
    """The K objects found in a photo, the surest first.

    Attributes:
        masks: At the size of the photo, ``(K, H, W)``; they may overlap.
        classes: What each is, counted from 0 in the card's ``labels``.
        labels: The names of these.
        scores: How sure each is, in [0, 1].
        boxes: x0, y0, x1, y1 in pixels of the photo, ``(K, 4)``.
    """

    masks: Mask
    classes: NDArray[np.int64]
    labels: tuple[str, ...]
    scores: NDArray[np.float32]
    boxes: NDArray[np.float32]


@torch.no_grad()
def detect(
    photo: str | Path | bytes | Image.Image | NDArray[np.uint8],
    *,
    model: str | Path | Model,
    device: str | None = None,
) -> Detected:
    """The objects that a trained network finds in a photo, without any point.

    Args:
        photo: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        model: Name or card of weights of the task "instances", or a loaded model.
        device: "cpu", "cuda", …; chosen when left out.

    Raises:
        ImageError: The photo cannot be read.
        ModelError: No such weights, or they are of another task.
    """
    image = read_photo(photo)
    model = model if isinstance(model, Model) else load(model, device=device)
    network, crop, view = _view(image, model)
    height, width = image.shape[:2]
    found = network(view)[0]
    shares = found.masks.cpu().numpy().astype(np.float32)
    canvas = np.zeros((height, width), np.float32)
    masks = [crop.write(share, canvas) > 0.5 for share in shares]
    scale = np.tile([width / crop.out_w, height / crop.out_h], 2).astype(np.float32)
    classes = found.labels.cpu().numpy()
    return Detected(
        np.array(masks, bool).reshape(-1, height, width),
        classes,
        tuple(model.card.labels[kind] for kind in classes),
        found.scores.cpu().numpy(),
        found.boxes.cpu().numpy() * scale,
    )


@torch.no_grad()
def looked_at(
    photo: RGB, *, model: Model
) -> tuple[Float[Tensor, "C h w"], tuple[Float[Tensor, "1 N N"], ...], int]:
    """The features of a photo's patches, and the attention behind them, for ``find_instances``.

    Args:
        photo: ``(H, W, 3)``.
        model: Weights of the task "instances".

    Returns:
        Features, the mean weights of the last blocks, and where the patches start among the tokens.

    Raises:
        ModelError: The weights are of another task.
    """
    network, _, view = _view(photo, model)
    said = network.query(view)
    return said.features[0], said.attention, said.first_patch


def _view(photo: RGB, model: Model) -> tuple[AttentionShiftNetwork, Crop, Tensor]:
    network = model.network_as(AttentionShiftNetwork)
    height, width = photo.shape[:2]
    crop = whole_image(width, height, long_side=model.card.view_px)
    return network, crop, as_input(crop.read(photo), next(network.parameters()).device)
