"""Following one object from frame to frame.

Three witnesses say where the object is in the next frame: a classifier of the places of the frames
before says what looks like it; optical flow carries the last mask there, from where it was or from
where it fits best now; and the network is asked with clicks where those two are sure. Where it
contradicts them over an area it is asked again with a click there, and what agrees better counts.

How good the mask is thought to be is asked of what had no part in making it: how well what is seen
tells it from the ground, whether who learns that finds the object of the first frame, and whether
the network answers the same when it is told of the mask and when it is not.
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
from clickmend.tasks.interactive.following.features import looks_of
from clickmend.tasks.interactive.following.motion import motion
from clickmend.tasks.interactive.following.placing import best_move, fit
from clickmend.tasks.interactive.following.target import Target
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

NETWORK, ALIKE, CARRIED = 0.6, 0.4, 0.3
"""What each witness's log-odds count."""

EXPECTED = 0.5
"""What those of flow count against those of likeness, before the network is asked."""

BETTER = 0.3
"""Flow from where the object fits best is taken if its mask fits by so much better."""

UNSURE = 0.15
"""What flow counts where the way there and the way back disagree."""

NEAR = 1.0
"""How far beside its expected place the object may well reach, as a share of its area's root."""

NEAR_LIMITS = 0.06, 0.25
"""That as a share of the longer side is never less nor more."""

WIDENS = 1.0
"""By so much of ``NEAR`` it may be farther away after each frame in which it is not found."""

LEARNS = 0.3
"""What a frame counts in the memory of the frames behind the first, at full confidence."""

LATER = 0.7
"""What that memory counts against the first frame."""

LIMIT = 0.018
"""No witness is surer than this, or one would decide alone."""

LEAST_PX = 12
"""An object of fewer pixels is not found."""

LOST = 0.05
"""Below this confidence nothing is shown: the object has left, is hidden, or cannot be told."""

WEIGHTS = (12.4, 2.5, 4.2, -14.1)
"""Of the three witnesses of a mask, and 1; their sum is the log-odds of its being good."""


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
        self._first = Target.first(photo, soft)
        self._later = self._first
        self._photo, self._probability = photo, soft
        self._missed, self._began = 0, float((soft > 0.5).mean())
        self.parts: tuple[float, ...] = ()

    def step(self, photo: RGB) -> tuple[FloatMap, float]:
        """Find the object in the next frame.

        Returns:
            Its probability, ``(H, W)``, 0 everywhere where it is not found; and how good the mask
            is thought to be, in [0, 1].
        """
        shape = photo.shape[:2]
        self._missed += 1  # until it is found
        looks = looks_of(photo)
        share = self._share()
        alike = self._first.joined(self._later, 1, LATER).likeness(looks, shape, share=share)
        carried, trust = self._carried(photo, alike)
        near = _nearness(carried, self._probability, 1 + WIDENS * (self._missed - 1))
        alike = alike * near
        expected = sigmoid(_odds(alike) + EXPECTED * trust * _odds(carried))
        if np.count_nonzero(expected > 0.5) < LEAST_PX:
            return np.zeros(shape, np.float32), 0.0
        answer, steady = _answer(Asking(photo, self._model, margin=MARGIN), expected)
        flow = trust * _odds(carried)
        found = _stored(sigmoid(NETWORK * _odds(answer) + ALIKE * _odds(alike) + CARRIED * flow))
        if np.count_nonzero(found > 0.5) < LEAST_PX:
            return np.zeros(shape, np.float32), 0.0
        now = self._first.of(looks, found)
        confidence = self._sure_of(now, steady)
        if confidence < LOST:
            return np.zeros(shape, np.float32), 0.0
        self._photo, self._probability = photo, found
        self._missed = 0
        learns = LEARNS * confidence**2
        self._later = self._later.joined(now, 1 - learns, learns)
        return found, confidence

    def _carried(self, photo: RGB, alike: FloatMap) -> tuple[FloatMap, FloatMap]:
        """The last mask as flow carries it, and how far each pixel of it counts, ``(H, W)``.

        Flow starts from where the object was and from where it fits best now, and what lies
        better on what looks like the object is taken.
        """
        odds = _odds(alike)
        moved = motion(self._photo, photo)
        carried = moved.carry(self._probability)
        move = best_move(self._probability, carried, odds, far=1 + WIDENS * (self._missed - 1))
        if move is not None:
            again = motion(move.apply(self._photo), photo)
            other = again.carry(move.carry(self._probability))
            if fit(other, odds) > fit(carried, odds) + BETTER:
                moved, carried = again, other
        return carried, np.where(moved.sure, 1, UNSURE).astype(np.float32)

    def _share(self) -> float:
        """How much of the frame the object takes, about; a mask that has shrunk may be wrong."""
        last = float((self._probability > 0.5).mean())
        return min(float(np.sqrt(self._began * last)), 2 * last)

    def state(self) -> dict[str, NDArray[Any]]:
        """All that the next frame depends on, by name."""
        return {
            "photo": self._photo,
            "probability": (self._probability * 255).round().astype(np.uint8),
            "missed": np.array(self._missed),
            "began": np.array(self._began),
            "mean": self._first.mean,
            "first_scatter": self._first.scatter,
            "first_along": self._first.along,
            "later_scatter": self._later.scatter,
            "later_along": self._later.along,
        }

    @classmethod
    def restored(cls, kept: Mapping[str, NDArray[Any]], model: Model) -> Follower:
        """One that goes on as that would whose state was kept."""
        self = cls.__new__(cls)
        self._model, self._photo = model, kept["photo"]
        self._probability = kept["probability"].astype(np.float32) / np.float32(255)
        self._missed, self._began = int(kept["missed"]), float(kept["began"])
        self._first, self._later = (
            Target(kept["mean"], kept[f"{name}_scatter"], kept[f"{name}_along"])
            for name in ("first", "later")
        )
        self.parts = ()
        return self

    def _sure_of(self, now: Target, steady: float) -> float:
        """How good a mask is thought to be.

        Args:
            now: The classifier of this frame's mask.
            steady: How far the network's two answers agree.
        """
        self.parts = now.explains(now), now.explains(self._first), steady
        return float(1 / (1 + np.exp(-np.dot(WEIGHTS, (*self.parts, 1.0)))))


def _answer(asking: Asking, expected: FloatMap) -> tuple[FloatMap, float]:
    """What the network sees, told of the mask and not, and asked again where it contradicts.

    Returns:
        The mean of both, and how far they agree.
    """
    mask = expected > 0.5
    view = asking.view(mask)
    clicks = object_and_around(expected, view, inside=INSIDE, outside=OUTSIDE, apart=APART)
    best = _asked(asking, clicks, view, expected)
    agrees = _agreement(best[0], expected)
    for _ in range(AGAIN):
        limit = CONTRADICTS * float(np.sqrt(mask.sum()))
        more = _contradictions(best[0], expected, limit=limit)
        if not more:
            break
        clicks = (*clicks, *more)
        answer = _asked(asking, clicks, view, expected)
        now = _agreement(answer[0], expected)
        if now <= agrees:
            break
        best, agrees = answer, now
    return best


def _asked(
    asking: Asking, clicks: tuple[Click, ...], view: Crop, expected: FloatMap
) -> tuple[FloatMap, float]:
    """Told of the expected mask it keeps thin parts, and errors; not told it does neither."""
    told, untold = (asking.ask(clicks, view, previous) for previous in (expected, None))
    return sigmoid(0.5 * (_odds(told) + _odds(untold))), _agreement(told, untold)


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


def _nearness(carried: FloatMap, before: FloatMap, widened: float) -> FloatMap:
    """How likely an object goes so far: 1 on where it is carried to, less with the distance."""
    place: Mask = carried > 0.5
    if np.count_nonzero(place) < LEAST_PX:
        place = before > 0.5  # flow has lost it
    away = cv2.distanceTransform((~place).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    away = np.sqrt(np.rint(np.square(away)))  # as in distance_inside
    least, most = (limit * max(place.shape) for limit in NEAR_LIMITS)
    radius = widened * float(np.clip(NEAR * np.sqrt(np.count_nonzero(place)), least, most))
    near: FloatMap = np.exp(-0.5 * (away / radius) ** 2).astype(np.float32)
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
