"""What a trained AttentionShift network finds in a photo by itself, without any point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from clickmend.core.errors import OptionError
from clickmend.core.types import RGB, Mask
from clickmend.data.photos import read_photo
from clickmend.feedback.marks import Box
from clickmend.networks import Model, load
from clickmend.networks.features.tokens import fine_patches, network_and_view
from clickmend.tasks.instances.from_points import DETECTED_FINISHES, check_finish
from clickmend.tasks.instances.prediction import coco_pixels
from clickmend.tasks.instances.propagation import propagated
from clickmend.tasks.interactive.engine import InteractiveEngine
from clickmend.tasks.refine import NO_REFINEMENT, Refine
from clickmend.tasks.registry import default_task


@final
@dataclass(frozen=True, eq=False)
class Detected:
    """The K objects found in a photo, the surest first.

    Attributes:
        masks: At the size of the photo, ``(K, H, W)``; they may overlap.
        classes: What each is, counted from 0 in the card's ``labels``.
        labels: The names of these.
        scores: How sure each is, in [0, 1].
        boxes: x0, y0, x1, y1 in pixels of the photo, ``(K, 4)``; those that the network found,
            whatever made the masks.
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
    finish: str = "network",
    least_score: float = 0.0,
    device: str | None = None,
) -> Detected:
    """The objects that a trained network finds in a photo, without any point.

    Args:
        photo: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        model: Name or card of weights of the task "instances", or a loaded model.
        finish: "network": the interactive network makes the mask of each object anew, from its
            box; "propagation": they are spread over what looks alike and cut out at edges,
            without another network; "none": they are those of the network that finds
            the objects, quicker and worse.
        least_score: Objects of which the network is less sure are left out, in [0, 1].
        device: "cpu", "cuda", …; chosen when left out.

    Raises:
        ImageError: The photo cannot be read.
        ModelError: No such weights, or they are of another task.
        OptionError: The least score is not in [0, 1], or there is no such finish.
    """
    check_finish(finish, among=DETECTED_FINISHES)
    if not 0 <= least_score <= 1:
        raise OptionError(f"The least score is {least_score}. Allowed are numbers from 0 to 1.")
    image = read_photo(photo)
    model = model if isinstance(model, Model) else load(model, device=device)
    network, crop, view = network_and_view(image, model)
    height, width = image.shape[:2]
    found = network(view)[0]
    sure = found.scores >= least_score
    canvas = np.zeros((height, width), np.float32)
    masks = [crop.write(share, canvas) > 0.5 for share in _numbers(found.masks[sure])]
    scale = np.tile([width / crop.out_w, height / crop.out_h], 2).astype(np.float32)
    boxes = found.boxes[sure].cpu().numpy() * scale
    if finish == "network" and masks:
        masks = _finished(image, masks, boxes, device=device)
    elif finish == "propagation" and masks:
        seeds = (crop.write(share, canvas) for share in _numbers(found.probabilities[sure]))
        masks = propagated(image, seeds, boxes, _numbers(fine_patches(image, network)))
    classes = found.labels[sure].cpu().numpy()
    return Detected(
        np.array(masks, bool).reshape(-1, height, width),
        classes,
        tuple(model.card.labels[kind] for kind in classes),
        found.scores[sure].cpu().numpy(),
        boxes,
    )


def _numbers(tensor: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.float().cpu().numpy()
    return array


def _finished(
    image: RGB, masks: Sequence[Mask], boxes: NDArray[np.float32], *, device: str | None
) -> list[Mask]:
    """What the interactive network takes for the object in each box.

    An object keeps its mask where the network sees none, or the box is thinner than a pixel.
    """
    network = load(default_task().weights, device=device)
    engine = InteractiveEngine(image, network, Refine(NO_REFINEMENT))
    height, width = image.shape[:2]
    finished = []
    for mask, (x0, y0, x1, y1) in zip(masks, boxes.tolist(), strict=True):
        box = Box(max(x0, 0.0), max(y0, 0.0), min(x1, width), min(y1, height))
        seen = mask
        if min(box.x1 - box.x0, box.y1 - box.y0) >= 1:
            seen = engine.render(engine.answer((box,), None)) > 0
        finished.append(seen if seen.any() else mask)
    return finished
