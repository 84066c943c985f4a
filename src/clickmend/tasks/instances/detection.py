"""What a trained AttentionShift network finds in a photo by itself, without any point."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from clickmend.core.errors import OptionError
from clickmend.core.types import Mask
from clickmend.data.photos import read_photo
from clickmend.networks import Model, load
from clickmend.networks.features.tokens import network_and_view
from clickmend.tasks.instances.prediction import coco_pixels


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

    def coco(self, *, file_name: str = "") -> dict[str, Any]:
        """The content of a COCO file; each annotation has its "score", and none is empty."""
        height, width = self.masks.shape[1:]
        kinds = sorted(set(zip(self.classes.tolist(), self.labels, strict=True)))
        annotations = [
            {
                "id": number,
                "image_id": 1,
                "category_id": kind + 1,
                **coco_pixels(mask),
                "score": round(float(score), 4),
            }
            for number, (mask, kind, score) in enumerate(
                zip(self.masks, self.classes.tolist(), self.scores, strict=True), start=1
            )
            if mask.any()
        ]
        return {
            "images": [{"id": 1, "file_name": file_name, "width": width, "height": height}],
            "annotations": annotations,
            "categories": [{"id": kind + 1, "name": name} for kind, name in kinds],
        }


@torch.no_grad()
def detect(
    photo: str | Path | bytes | Image.Image | NDArray[np.uint8],
    *,
    model: str | Path | Model,
    least_score: float = 0.0,
    device: str | None = None,
) -> Detected:
    """The objects that a trained network finds in a photo, without any point.

    Args:
        photo: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        model: Name or card of weights of the task "instances", or a loaded model.
        least_score: Objects of which the network is less sure are left out, in [0, 1].
        device: "cpu", "cuda", …; chosen when left out.

    Raises:
        ImageError: The photo cannot be read.
        ModelError: No such weights, or they are of another task.
        OptionError: The least score is not in [0, 1].
    """
    if not 0 <= least_score <= 1:
        raise OptionError(
            f"The least score is {least_score}. Scores are from 0 to 1; give one of these."
        )
    image = read_photo(photo)
    model = model if isinstance(model, Model) else load(model, device=device)
    network, crop, view = network_and_view(image, model)
    height, width = image.shape[:2]
    found = network(view)[0]
    sure = found.scores >= least_score
    shares = found.masks[sure].cpu().numpy().astype(np.float32)
    canvas = np.zeros((height, width), np.float32)
    masks = [crop.write(share, canvas) > 0.5 for share in shares]
    scale = np.tile([width / crop.out_w, height / crop.out_h], 2).astype(np.float32)
    classes = found.labels[sure].cpu().numpy()
    return Detected(
        np.array(masks, bool).reshape(-1, height, width),
        classes,
        tuple(model.card.labels[kind] for kind in classes),
        found.scores[sure].cpu().numpy(),
        found.boxes[sure].cpu().numpy() * scale,
    )
