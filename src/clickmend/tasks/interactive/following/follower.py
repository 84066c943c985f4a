"""Following one object from frame to frame.

Three witnesses say where the object is in the next frame: optical flow carries the last mask there,
the places that look most like those of the first and the last frame vote, and the network is asked
with clicks where those two are sure. Where it contradicts them over an area it is asked again with
a click there, and what agrees better counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.feedback.annotator import distance_inside
from clickmend.feedback.crop import Crop
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Click
from clickmend.networks import Model
from clickmend.tasks.interactive.following.asking import Asking, object_and_around
from clickmend.tasks.interactive.following.matching import Looks, looks_of, matched
from clickmend.tasks.interactive.following.motion import motion
from clickmend.tasks.interactive.prediction import sigmoid

SURE = 1.0
"""The confidence of what a person has marked."""

MARGIN = 1.5
"""How many times the object's extent the network is shown."""

INSIDE, OUTSIDE, APART = 3, 4, 0.12
"""Clicks on the object, beside it, and how far from its border those are."""

AGAIN = 2
"""So often the network is asked again at most."""

CONTRADICTS = 0.08
"""It is where a disk of this radius fits into a disagreement, as a share of the object's root."""

NETWORK, MATCHED, CARRIED = 0.6, 0.4, 0.3
"""What each witness's log-odds count."""

EXPECTED = 0.5
"""What those of flow count against those of likeness, before the network is asked."""

UNSURE = 0.3
"""What flow counts where the way there and the way back disagree."""

NEAR = 0.25
"""How far the object may well go between two frames, as a share of the longer side."""

LIMIT = 0.018
"""No witness is surer than this, or one would decide alone."""

LEAST_PX = 12
"""An object of fewer pixels is not found."""

LOST = 0.12
"""Below this confidence nothing is shown: the object has left, is hidden, or cannot be told."""

WEIGHTS = (0.2, 0.1, 0.3, 0.2, 0.3, 0.0)
"""Of the four agreements, the confidence before, and 1."""


class Follower:
    """One object.

    Args:
        photo: The frame that it was marked on, ``(H, W, 3)``.
        probability: Of the object there, ``(H, W)``.
        model: The network that is asked.
    """

    def __init__(self, photo: RGB, probability: FloatMap, model: Model) -> None:
        self._model = model
        soft = _stored(probability)
        looks = looks_of(photo)
        self._first = looks, looks.shares(soft)
        self._last = self._first
        self._photo, self._probability, self._confidence = photo, soft, SURE
        self.parts: tuple[float, ...] = ()

    def step(self, photo: RGB) -> tuple[FloatMap, float]:
        """Find the object in the next frame.

        Returns:
            Its probability, ``(H, W)``, 0 everywhere where it is not found; and how good the mask
            is thought to be, in [0, 1].
        """
        shape = photo.shape[:2]
        nothing = np.zeros(shape, np.float32)
        looks = looks_of(photo)
        moved = motion(self._photo, photo)
        carried = moved.carry(self._probability)
        trust = np.where(moved.sure, 1, UNSURE).astype(np.float32)
        near = _nearness(carried, self._probability)
        as_first = matched(looks, [self._first], shape=shape) * near
        alike = as_first
        if self._last is not self._first:
            alike = matched(looks, [self._first, self._last], shape=shape) * near
        expected = sigmoid(_odds(alike) + EXPECTED * trust * _odds(carried))
        if np.count_nonzero(expected > 0.5) < LEAST_PX:
            return nothing, 0.0
        answer = _answer(Asking(photo, self._model, margin=MARGIN), expected)
        flow = trust * _odds(carried)
        found = sigmoid(NETWORK * _odds(answer) + MATCHED * _odds(alike) + CARRIED * flow)
        found = _stored(found)
        if np.count_nonzero(found > 0.5) < LEAST_PX:
            return nothing, 0.0
        confidence = self._sure_of(found, answer, alike, as_first, carried)
        if confidence < LOST:
            return nothing, 0.0
        self._photo, self._probability, self._confidence = photo, found, confidence
        self._last = looks, looks.shares(found)
        return found, confidence

    def state(self) -> dict[str, NDArray[Any]]:
        """All that the next frame depends on, by name."""
        return {
            "photo": self._photo,
            "probability": (self._probability * 255).round().astype(np.uint8),
            "confidence": np.array(self._confidence),
            "first": self._first[0].vectors,
            "first_shares": self._first[1],
            "last": self._last[0].vectors,
            "last_shares": self._last[1],
            "grid": np.array(self._first[0].grid),
            "begun": np.array(self._last is self._first),
        }

    @classmethod
    def restored(cls, kept: Mapping[str, NDArray[Any]], model: Model) -> Follower:
        """One that goes on as that would whose state was kept."""
        self = cls.__new__(cls)
        self._model, self._photo = model, kept["photo"]
        self._probability = kept["probability"].astype(np.float32) / np.float32(255)
        self._confidence = float(kept["confidence"])
        height, width = (int(side) for side in kept["grid"])
        self._first = Looks(kept["first"], (height, width)), kept["first_shares"]
        last = Looks(kept["last"], (height, width)), kept["last_shares"]
        self._last = self._first if bool(kept["begun"]) else last
        self.parts = ()
        return self

    def _sure_of(
        self,
        found: FloatMap,
        answer: FloatMap,
        alike: FloatMap,
        as_first: FloatMap,
        carried: FloatMap,
    ) -> float:
        """How good the mask is thought to be: how far the witnesses agree, and the frame before."""
        self.parts = (
            _agreement(answer, alike),
            _agreement(answer, carried),
            _agreement(found, as_first),
            _agreement(found, answer),
            self._confidence,
        )
        return float(np.dot(WEIGHTS, (*self.parts, 1.0)).clip(0, 1))


def _answer(asking: Asking, expected: FloatMap) -> FloatMap:
    """What the network sees, told of the mask and not, and asked again where it contradicts."""
    mask = expected > 0.5
    view = asking.view(mask)
    clicks = object_and_around(expected, view, inside=INSIDE, outside=OUTSIDE, apart=APART)
    best = _asked(asking, clicks, view, expected)
    agrees = _agreement(best, expected)
    for _ in range(AGAIN):
        more = _contradictions(best, expected, limit=CONTRADICTS * float(np.sqrt(mask.sum())))
        if not more:
            break
        clicks = (*clicks, *more)
        answer = _asked(asking, clicks, view, expected)
        now = _agreement(answer, expected)
        if now <= agrees:
            break
        best, agrees = answer, now
    return best


def _asked(asking: Asking, clicks: tuple[Click, ...], view: Crop, expected: FloatMap) -> FloatMap:
    """Told of the expected mask it keeps thin parts, and errors; not told it does neither."""
    told, untold = (asking.ask(clicks, view, previous) for previous in (expected, None))
    return sigmoid(0.5 * (_odds(told) + _odds(untold)))


def _contradictions(answer: FloatMap, expected: FloatMap, *, limit: float) -> tuple[Click, ...]:
    """A click deep in each kind of disagreement, labelled as expected."""
    clicks = []
    for area, label in (
        ((answer > 0.5) & (expected < 0.2), BACKGROUND),
        ((answer < 0.5) & (expected > 0.8), FOREGROUND),
    ):
        depth = distance_inside(area)
        row, column = divmod(int(depth.argmax()), depth.shape[1])
        if depth[row, column] > limit:
            clicks.append(Click(column + 0.5, row + 0.5, label=label))
    return tuple(clicks)


def _nearness(carried: FloatMap, before: FloatMap) -> FloatMap:
    """How likely an object goes so far: 1 on where it is carried to, less with the distance."""
    place: Mask = carried > 0.5
    if np.count_nonzero(place) < LEAST_PX:
        place = before > 0.5  # flow has lost it
    away = cv2.distanceTransform((~place).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    away = np.sqrt(np.rint(np.square(away)))  # as in distance_inside
    near: FloatMap = np.exp(-0.5 * (away / (NEAR * max(place.shape))) ** 2).astype(np.float32)
    return near


def _agreement(one: FloatMap, other: FloatMap) -> float:
    """Soft intersection over union."""
    union = float(np.maximum(one, other).sum())
    return float(np.minimum(one, other).sum()) / union if union > 0 else 0.0


def _odds(probability: FloatMap) -> FloatMap:
    kept = probability.clip(LIMIT, 1 - LIMIT)
    odds: FloatMap = np.log(kept / (1 - kept))
    return odds


def _stored(probability: FloatMap) -> FloatMap:
    """As it is kept, in 255 steps, so that one that goes on later goes on from the same."""
    steps: FloatMap = (probability * 255).round().astype(np.float32) / np.float32(255)
    return steps
