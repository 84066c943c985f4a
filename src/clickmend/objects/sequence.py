"""Video objects: corrected on the first frame and tracked through the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clickmend.adapters.pretrained import model_of
from clickmend.core.errors import ClickError, ImageError, OptionError, PriorError
from clickmend.core.types import RGB, FloatMap, Labels, Mask
from clickmend.data.codecs import read_index
from clickmend.data.frames import FrameSource, Shot, read_frames
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import Mark
from clickmend.networks import InteractiveNetwork, Model
from clickmend.session.session import Session
from clickmend.tasks.interactive.following import SURE, Follower
from clickmend.tasks.interactive.prediction import InteractivePrediction
from clickmend.tasks.refine import Refine

TASK = "interactive"

Marks: TypeAlias = Sequence[Mark] | Mapping[int, Sequence[Mark]]
"""Marks of the only object, or of each by its id."""

ONE = 1
"""The id of a single object."""


@dataclass(frozen=True, eq=False)
class Followed:
    """One object in one frame.

    Attributes:
        prediction: The object; empty if it was not found.
        confidence: Estimated intersection over union with the true mask, in [0, 1].
    """

    prediction: InteractivePrediction
    confidence: float


@dataclass(frozen=True, eq=False)
class Frame:
    """The objects in one frame.

    Attributes:
        index: Its number, from 0.
        name: File name; for videos and arrays the number with six digits.
        photo: RGB, ``(H, W, 3)``.
        objects: The objects by id; masks do not overlap.
    """

    index: int
    name: str
    photo: RGB
    objects: Mapping[int, Followed]

    @property
    def confidence(self) -> float:
        """The lowest confidence of its objects."""
        return min(one.confidence for one in self.objects.values())

    @property
    def prediction(self) -> InteractivePrediction:
        """The only object's.

        Raises:
            OptionError: There are several objects.
        """
        if len(self.objects) > 1:
            raise OptionError(
                f"There are {len(self.objects)} objects in the frame, so it has no single "
                "prediction. Use objects[id] for one of them, or labels for the ids of all."
            )
        return next(iter(self.objects.values())).prediction

    @cached_property
    def labels(self) -> Labels:
        """The id of the object at each pixel, 0 for none, ``(H, W)``."""
        labels = np.zeros(self.photo.shape[:2], np.int32)
        for number, one in self.objects.items():
            labels[one.prediction.mask] = number
        return labels


def propagate(
    frames: FrameSource,
    *,
    mask: PixelSource | None = None,
    marks: Marks = (),
    model: str | Path | Model | None = None,
    refine: str | Refine | None = None,
    device: str | None = None,
) -> Iterator[Frame]:
    """Correct objects on the first frame and track them through all others.

    A mask is moved to the next frame by optical flow and by appearance, and then corrected by the
    network, twice if it disagrees. If the object is not found, the mask is empty and the confidence
    0, and it is searched for again in the next frame.

    Args:
        frames: A folder of pictures, in the order of their names; a video file; or an iterable of
            frames, each a path, a picture or an RGB array.
        mask: The object on the first frame: a picture or an array with one value besides 0, or
            probabilities. With more values they are the ids of several objects.
        marks: Marks on the first frame that correct the mask, or show the object without one; for
            several objects ``{id: marks}``.
        model: An interactive network, as for ``Session``.
        refine: As for ``Session``, on the first frame.
        device: Likewise.

    Returns:
        The frames one by one, beginning with the first.

    Raises:
        ImageError: There is no frame, or while iterating one cannot be read or has another size.
        PriorError: The mask cannot be read or has another size.
        ClickError: A mark lies outside the image, or an object has no pixel on the first frame.
        OptionError: Neither a mask nor marks are given.
        ModelError: The network is not an interactive one.

    Example:
        >>> for frame in cm.propagate([photo, photo], marks=[cm.Click(220, 120)]):
        ...     print(frame.index, frame.prediction.mask.shape)
        0 (300, 451)
        1 (300, 451)
    """
    shots = read_frames(frames)
    tracker = Tracker.begin(
        next(shots), mask=mask, marks=marks, model=model, refine=refine, device=device
    )
    return _followed(tracker, shots)


def _followed(tracker: Tracker, shots: Iterator[Shot]) -> Iterator[Frame]:
    yield tracker.frame
    for shot in shots:
        yield tracker.step(shot)


class Tracker:
    """Tracks objects, one frame at a time.

    Args:
        followers: The trackers of the objects, by id.
        frame: The current frame.
    """

    def __init__(self, followers: Mapping[int, Follower], frame: Frame) -> None:
        self._followers, self.frame = followers, frame

    @classmethod
    def begin(
        cls,
        first: Shot,
        *,
        mask: PixelSource | None,
        marks: Marks,
        model: str | Path | Model | None,
        refine: str | Refine | None,
        device: str | None,
    ) -> Tracker:
        """Correct the objects on the first frame; see ``propagate``."""
        masks = {} if mask is None else _objects(mask, first.photo)
        if isinstance(marks, Mark):
            raise OptionError(
                f"marks is a single {type(marks).__name__}. Allowed is a list of marks, such as "
                f"[{type(marks).__name__}(...)], or for several objects {{id: [...]}}."
            )
        given = marks if isinstance(marks, Mapping) else {ONE: marks} if marks else {}
        if not isinstance(marks, Mapping) and given and masks:
            given = {_only(masks): marks}
        for number in given:
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise OptionError(
                    f"An object has the id {number!r}. Ids are whole numbers from 1; renumber the "
                    "objects."
                )
        if not masks and not any(given.values()):
            raise OptionError(
                "There is neither a mask nor a mark for the first frame. The objects to track have "
                "to be given there; give mask=, marks= or both."
            )
        found: dict[int, FloatMap] = {}
        for number in sorted({*masks, *given}):
            session: Session[Any] = Session(
                first.photo,
                task=TASK,
                model=model,
                prior=masks.get(number),
                refine=refine,
                device=device,
            )
            for mark in given.get(number, ()):
                session.add(mark)
            prediction = session.prediction
            if not prediction.mask.any():
                raise ClickError(
                    f"Object {number} has no pixels in the first frame, {first.name}, from which "
                    "it is tracked. Give a mask or marks that show it, or start with a frame in "
                    "which it is visible."
                )
            found[number] = prediction.probability
        network = follower_model(model, device)
        followers = {n: Follower(first.photo, one, network) for n, one in found.items()}
        return cls(followers, _frame(0, first, {n: (one, SURE) for n, one in found.items()}))

    def step(self, shot: Shot) -> Frame:
        """Track the objects to the next frame.

        Raises:
            ImageError: Its size differs from the previous one.
        """
        before, here = self.frame.photo.shape, shot.photo.shape
        if before != here:
            raise ImageError(
                f"The frame {shot.name} has {here[1]}×{here[0]} pixels, but the one before has "
                f"{before[1]}×{before[0]}. All frames of a sequence must have the same size; "
                "resize it."
            )
        found = {number: one.step(shot.photo) for number, one in self._followers.items()}
        self.frame = _frame(self.frame.index + 1, shot, found)
        return self.frame

    def state(self) -> dict[str, NDArray[Any]]:
        """The state for ``restored``, by name."""
        kept: dict[str, NDArray[Any]] = {"index": np.array(self.frame.index)}
        for number, follower in self._followers.items():
            kept |= {f"{number}.{name}": value for name, value in follower.state().items()}
        return kept

    @classmethod
    def restored(cls, kept: Mapping[str, NDArray[Any]], shot: Shot, *, model: Model) -> Tracker:
        """A tracker restored from a state.

        Args:
            kept: The state.
            shot: The frame of the state.
            model: The tracking network.
        """
        states: dict[int, dict[str, NDArray[Any]]] = {}
        for name, value in kept.items():
            number, dot, own = name.partition(".")
            if dot:
                states.setdefault(int(number), {})[own] = value
        followers = {n: Follower.restored(state, model) for n, state in states.items()}
        return cls(followers, Frame(int(kept["index"]), shot.name, shot.photo, {}))


def follower_model(model: str | Path | Model | None, device: str | None) -> Model:
    """The tracking network: as given, or the task's."""
    from clickmend.tasks.registry import task_named

    loaded = model_of(model or task_named(TASK).weights_for(prior=False), device=device)
    if loaded.has_module:
        loaded.network_as(InteractiveNetwork)
    return loaded


def _frame(index: int, shot: Shot, found: Mapping[int, tuple[FloatMap, float]]) -> Frame:
    """A pixel of several objects goes to the one with the highest probability."""
    numbers = list(found)
    if len(numbers) > 1:
        stack = np.stack([found[number][0] for number in numbers])
        best = stack.argmax(axis=0)
    objects = {}
    for place, number in enumerate(numbers):
        probability, confidence = found[number]
        own = probability if len(numbers) == 1 else np.where(best == place, probability, 0)
        clipped = own.clip(1e-6, 1 - 1e-6).astype(np.float64)
        logits = (np.log(clipped) - np.log1p(-clipped)).astype(np.float32)
        objects[number] = Followed(InteractivePrediction(logits), confidence)
    return Frame(index, shot.name, shot.photo, objects)


def _objects(mask: PixelSource, photo: RGB) -> dict[int, Mask | FloatMap]:
    """The objects of a mask by id.

    Raises:
        PriorError: It cannot be read, or is empty.
    """
    size = photo.shape[1], photo.shape[0]
    from clickmend.data.codecs import read_soft_mask

    try:
        one = read_soft_mask(mask, size=size)
    except PriorError:
        ids = read_index(mask, size=size)
        return {int(number): ids == number for number in np.unique(ids) if number > 0}
    if not (one > 0.5).any():
        raise PriorError(
            "The mask of the first frame is empty. It has to show each object that is tracked; "
            "give a mask with an object in it, or marks."
        )
    return {ONE: one if one.dtype == np.bool_ else one.astype(np.float32)}


def _only(masks: Mapping[int, object]) -> int:
    if len(masks) > 1:
        raise OptionError(
            f"The marks are for a single object, but the mask has {len(masks)}. Give them by the "
            f"id of the object: marks={{2: [...]}}."
        )
    return next(iter(masks))
