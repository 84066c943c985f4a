"""SAM's predictor interface for any interactive network, extended by a prior."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from scipy.special import expit
from torch import Tensor

from clickmend.adapters.pretrained import model_of
from clickmend.core.errors import ImageError, OptionError
from clickmend.core.types import RGB, FloatMap
from clickmend.data.photos import read_photo
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import Box, Mark
from clickmend.interfaces.input_frame import SIDE_PX, InputFrame, full_logits, low_logits
from clickmend.interfaces.prompts import low_masks, marks_of
from clickmend.networks import Model, choose_device
from clickmend.session.session import Session
from clickmend.tasks.interactive.prediction import InteractivePrediction
from clickmend.tasks.refine import Refine

Answers: TypeAlias = tuple[NDArray[np.generic], NDArray[np.float32], NDArray[np.float32]]
"""Masks ``(C, H, W)``, scores ``(C,)`` and logits ``(C, 256, 256)``, with a leading B for B
objects."""

_Session: TypeAlias = Session[InteractivePrediction]

SURER = 2.0
"""Offset of the logits of the narrower and the wider mask."""

KEPT = 32
"""Number of returned masks that are recognised as ``mask_input``; an answer has one or three."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A returned mask: the prediction of ``session`` after ``marks``, with its logits shifted."""

    session: _Session
    marks: tuple[Mark, ...]
    moved: float = 0.0


class Predictor:
    """Masks from points, boxes and low-resolution logits, with the interface of SAM and SAM 2.

    Prompts become marks of a ``Session``, so each further point costs one mark. Logits returned by
    ``predict`` stand for the mask returned with them, to the pixel, when they are given as
    ``mask_input``; other logits are treated as a prior.

    Args:
        model: As for ``Session``; the shipped weights when left out.
        refine: As for ``Session``.
        device: As for ``Session``.

    Attributes:
        transform: Converts to the frame in which ``predict_torch`` takes points and boxes.
        mask_threshold: Logits above it are object.
        is_image_set: Whether an image is set.
        original_size: (H, W) of the photo; ``None`` without one.

    Raises:
        ModelError: No such weights, or they are for another task.
        OptionError: No such device.

    Example:
        >>> predictor = cm.Predictor()
        >>> predictor.set_image(photo)
        >>> masks, scores, logits = predictor.predict([[220, 120]], [1])
        >>> masks.shape
        (3, 300, 451)
    """

    mask_threshold = 0.0

    def __init__(
        self,
        model: str | Path | Model | None = None,
        *,
        refine: str | Refine | None = None,
        device: str | None = None,
    ) -> None:
        self.device = choose_device(device)
        self.transform = InputFrame()
        self._model = None if model is None else model_of(model, device=device)
        if self._model is not None:
            _ = self._model.encoding  # raises for a network without click inputs
        self._refine = refine
        self.is_image_set = False
        self.original_size: tuple[int, int] | None = None
        self._photo: RGB | None = None
        self._base: _Session | None = None
        self._known: dict[bytes, _Known] = {}

    def set_image(self, image: NDArray[np.uint8] | Image.Image, image_format: str = "RGB") -> None:
        """Set the image; clears all earlier state.

        Args:
            image: ``(H, W, 3)`` uint8, or a Pillow image; EXIF rotation is not applied.
            image_format: "RGB", or "BGR" as OpenCV reads it.

        Raises:
            ImageError: It is not a photo.
            OptionError: There is no such format.
        """
        if image_format not in ("RGB", "BGR"):
            raise OptionError(
                f"image_format is {image_format!r}. Allowed are 'RGB' and 'BGR'; convert the image."
            )
        photo = read_photo(
            np.asarray(image.convert("RGB")) if isinstance(image, Image.Image) else image
        )
        self.reset_image()
        self._photo = np.ascontiguousarray(photo[..., ::-1]) if image_format == "BGR" else photo
        self.is_image_set = True
        self.original_size = (photo.shape[0], photo.shape[1])

    def set_torch_image(
        self, transformed_image: Tensor, original_image_size: Sequence[int]
    ) -> None:
        """Set an image that is already in the frame.

        Args:
            transformed_image: RGB from 0 to 255, ``(1, 3, h, w)``, the longer side 1,024.
            original_image_size: (H, W) of the masks.

        Raises:
            ImageError: It has another shape.
        """
        shape = tuple(transformed_image.shape)
        if len(shape) != 4 or shape[:2] != (1, 3) or max(shape[2:]) != SIDE_PX:
            raise ImageError(
                f"The image has the shape {shape}. Allowed is (1, 3, h, w) with a longer side of "
                f"{SIDE_PX}; use transform.apply_image_torch, or set_image."
            )
        size = (int(original_image_size[0]), int(original_image_size[1]))
        pixels = torch.nn.functional.interpolate(
            transformed_image.float().cpu(), size, mode="bilinear", antialias=True
        )
        levels = pixels[0].permute(1, 2, 0).round().clamp(0, 255).to(torch.uint8)
        self.set_image(levels.contiguous().numpy())

    def set_prior(self, mask: PixelSource | None) -> None:
        """Set a mask to correct; prompts then change it only where it is wrong.

        Args:
            mask: As the ``prior`` of a ``Session``; ``None`` for no prior.

        Raises:
            OptionError: There is no photo.
            PriorError: It cannot be read, or has another size.
        """
        self._base = self._opened(mask)
        self._known = {}

    def reset_image(self) -> None:
        """Clear the image and all state."""
        self.is_image_set = False
        self.original_size = self._photo = self._base = None
        self._known = {}

    reset_predictor = reset_image

    def predict(
        self,
        point_coords: ArrayLike | None = None,
        point_labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask_input: ArrayLike | None = None,
        multimask_output: bool = True,
        return_logits: bool = False,
        normalize_coords: bool = True,
    ) -> Answers:
        """The masks of an object, or of several.

        Args:
            point_coords: (x, y) in pixels of the photo, ``(N, 2)``, or ``(B, N, 2)`` for B objects.
            point_labels: 1 foreground, 0 background, −1 padding.
            box: (x0, y0, x1, y1), ``(4,)`` or ``(B, 4)``.
            mask_input: Logits ``(1, 256, 256)`` to start from.
            multimask_output: Whether to return a narrower and a wider mask as well, after the first
                one; their scores are never higher.
            return_logits: Whether to return logits instead of masks.
            normalize_coords: Whether points and boxes are in pixels rather than relative to the
                photo's size.

        Returns:
            Masks, bool ``(C, H, W)``, their expected IoU ``(C,)``, and logits ``(C, 256, 256)``; C
            is 3 or 1. For B > 1 objects all have a leading B.

        Raises:
            OptionError: No image is set, there is no prompt, or a shape is wrong.
            ClickError: A point or box lies outside the photo.
        """
        height, width = self._size()
        if not normalize_coords:
            share = np.array([width, height], np.float64)
            point_coords = None if point_coords is None else np.asarray(point_coords) * share
            box = None if box is None else np.asarray(box) * np.tile(share, 2)
        asked = marks_of(point_coords, point_labels, box)
        given = (
            [None] * len(asked) if mask_input is None else low_masks(mask_input, objects=len(asked))
        )
        found = [
            self._answers(self._asked(marks, low), multimask_output, return_logits)
            for marks, low in zip(asked, given, strict=True)
        ]
        if len(found) == 1:
            return found[0]
        masks, scores, logits = zip(*found, strict=True)
        return np.stack(masks), np.stack(scores), np.stack(logits)

    def predict_torch(
        self,
        point_coords: Tensor | None,
        point_labels: Tensor | None,
        boxes: Tensor | None = None,
        mask_input: Tensor | None = None,
        multimask_output: bool = True,
        return_logits: bool = False,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The masks of B objects, ``(B, C, H, W)``, their scores and logits; see ``predict``.

        Args:
            point_coords: (x, y) in the frame, ``(B, N, 2)``.
            point_labels: ``(B, N)``.
            boxes: (x0, y0, x1, y1) in the frame, ``(B, 4)``.
            mask_input: ``(B, 1, 256, 256)``.
            multimask_output: As for ``predict``.
            return_logits: Likewise.
        """
        size = self._size()
        if point_coords is not None:
            point_coords = self.transform.taken_back(point_coords, size).cpu()
        if boxes is not None:
            boxes = self.transform.taken_back(boxes.reshape(-1, 2, 2), size).reshape(-1, 4).cpu()
        found = self.predict(
            point_coords,
            None if point_labels is None else point_labels.cpu(),
            boxes,
            None if mask_input is None else mask_input.cpu(),
            multimask_output,
            return_logits,
        )
        masks, scores, logits = (torch.from_numpy(one).to(self.device) for one in found)
        alone = masks.ndim == 3
        return (masks[None], scores[None], logits[None]) if alone else (masks, scores, logits)

    def _size(self) -> tuple[int, int]:
        if self.original_size is None:
            raise OptionError(
                "No image is set. predict and set_prior need one; call set_image first."
            )
        return self.original_size

    def _opened(self, prior: PixelSource | None) -> _Session:
        self._size()
        assert self._photo is not None
        return Session(
            self._photo,
            task="interactive",
            model=self._model,
            prior=prior,
            refine=self._refine,
            device=str(self.device),
        )

    def _asked(self, asked: tuple[Mark, ...], low: NDArray[np.float32] | None) -> _Session:
        """The session with the given marks, starting from a returned mask if any."""
        if low is None:
            self._base = self._base or self._opened(None)
            session, marks = self._base, asked
            if not asked and not _brought(session, ()).prediction.mask.any():
                raise OptionError(
                    "There is no prompt. Allowed are points, a box, mask_input or an earlier "
                    "set_prior; give for example point_coords and point_labels."
                )
        else:
            known = self._known.get(_digest(low))
            if known is None:
                full = full_logits(low, self._size(), self.transform)
                known = _Known(self._opened(expit(full)), ())
            elif known.moved:
                full = _brought(known.session, known.marks).prediction.logits
                known = _Known(self._opened(expit(full + np.float32(known.moved))), ())
            self._keep(low, known)
            session, marks = known.session, _after(known.marks, asked)
        return _brought(session, marks)

    def _keep(self, low: FloatMap, known: _Known) -> None:
        self._known.pop(_digest(low), None)
        self._known[_digest(low)] = known
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]

    def _answers(self, session: _Session, several: bool, as_logits: bool) -> Answers:
        logits, marks = session.prediction.logits, session.feedback
        kinds = (0.0, -SURER, SURER) if several else (0.0,)
        found = [logits + np.float32(moved) for moved in kinds]
        answer = found[0] > self.mask_threshold
        score = expected_iou(logits)
        scores = [score * _iou(answer, one > self.mask_threshold) for one in found]
        low = [low_logits(one, self.transform) for one in found]
        for one, moved in reversed([*zip(low, kinds, strict=True)]):  # the answer's last
            self._keep(one, _Known(session, marks, moved))
        masks = np.stack(found)
        return (
            masks if as_logits else masks > self.mask_threshold,
            np.array(scores, np.float32),
            np.stack(low),
        )


def _brought(session: _Session, marks: tuple[Mark, ...]) -> _Session:
    """The session with exactly these marks."""
    while session.feedback != marks[: len(session.feedback)]:
        session.undo()
    for mark in marks[len(session.feedback) :]:
        session.add(mark)
    return session


def expected_iou(logits: FloatMap) -> float:
    """The expected IoU of a mask if the probabilities of its pixels are calibrated.

    Σ p over the mask, divided by its number of pixels plus Σ p outside it; 0 for an empty mask.

    Args:
        logits: ``(H, W)``; above 0 is the mask.
    """
    probability, mask = expit(logits.astype(np.float64)), logits > 0
    union = float(mask.sum() + probability[~mask].sum())
    return float(probability[mask].sum()) / union if mask.any() else 0.0


def _iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    union = int((a | b).sum())
    return int((a & b).sum()) / union if union else 1.0


def _after(before: tuple[Mark, ...], asked: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """The marks of a prompt on a returned mask: its own, then the new ones."""
    new = tuple(mark for mark in asked if mark not in before)
    boxed = any(isinstance(mark, Box) for mark in new)
    return tuple(mark for mark in before if not (boxed and isinstance(mark, Box))) + new


def _digest(low: FloatMap) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(low).tobytes(), digest_size=16).digest()
