"""Predictions from photos and marks by one call: for one photo, a list, or a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    TypeAlias,
    TypedDict,
    Unpack,
    overload,
)

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.adapters.pretrained import model_for
from clickmend.core.errors import ClickError, OptionError
from clickmend.data.codecs import read_mask
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import Mark
from clickmend.networks import Model
from clickmend.session.session import Session
from clickmend.tasks.prediction import P_co, Prediction
from clickmend.tasks.refine import Refine
from clickmend.tasks.registry import task_named

if TYPE_CHECKING:
    from clickmend.tasks.depth import DepthPrediction
    from clickmend.tasks.interactive import InteractivePrediction
    from clickmend.tasks.matting import MattingPrediction
    from clickmend.tasks.semantic import SemanticPrediction

Photo: TypeAlias = str | Path | bytes | Image.Image | NDArray[np.uint8]
"""What ``Session`` takes as a photo."""

Network: TypeAlias = str | Path | Model
"""A name, a card, or a loaded model."""

Item: TypeAlias = Photo | Mapping[str, Any]
"""A photo, or a mapping with arguments of its own: ``{"photo": …, "marks": […], "prior": …}``."""

PHOTO = "photo"


@dataclass(frozen=True, kw_only=True)
class Pipeline(Generic[P_co]):
    """Opens a session on each photo it is called with; returned by ``pipeline``.

    Args:
        task: As for ``Session``, as all that follow.
        model: A name, a card, or a loaded model.
        refine: As for ``Session``.
        adapt_keys: Number of key adaptation iterations.
        propagate: Number of value propagation iterations.
        device: "cpu", "cuda", …
        options: What the task takes beside these, for all photos.
    """

    task: str | None = None
    model: Network | None = None
    refine: str | Refine | None = None
    adapt_keys: int = 0
    propagate: int = 0
    device: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)

    def session(
        self,
        photo: Photo,
        *,
        marks: Mark | Iterable[Mark] = (),
        prior: PixelSource | None = None,
        protect: PixelSource | None = None,
        **options: object,
    ) -> Session[P_co]:
        """The session on one photo after its marks.

        Args:
            photo: See ``Session``.
            marks: The marks to add, in order.
            prior: A prediction to start from.
            protect: A mask of the pixels that no mark changes.
            options: Further options of the task, for this photo.

        Raises:
            ClickError: One of ``marks`` is not a mark.
            ClickmendError: As for ``Session`` and its ``add``.
        """
        session: Session[P_co] = Session(
            photo,
            task=self.task,
            model=self.model,
            prior=prior,
            refine=self.refine,
            adapt_keys=self.adapt_keys,
            propagate=self.propagate,
            device=self.device,
            **{**self.options, **options},
        )
        if protect is not None:
            session.protect(read_mask(protect, size=session.size))
        for mark in _marks(marks):
            session.add(mark)
        return session

    @overload
    def __call__(self, photos: Item, **given: Any) -> P_co: ...
    @overload
    def __call__(self, photos: Sequence[Item], **given: Any) -> list[P_co]: ...
    @overload
    def __call__(self, photos: Iterable[Item], **given: Any) -> Iterator[P_co]: ...
    def __call__(
        self, photos: Item | Iterable[Item], **given: Any
    ) -> P_co | list[P_co] | Iterator[P_co]:
        """The prediction for a photo, or for each of several.

        Args:
            photos: One photo, a list or tuple of them, or any other iterable, which is read lazily.
                A photo may be a mapping with the key "photo" and arguments of ``session`` for this
                photo.
            given: Arguments of ``session`` for all photos.

        Returns:
            The prediction, a list of them, or an iterator.

        Raises:
            OptionError: There is no photo, or an option is not one of the task.
            ClickmendError: As for ``session``.
        """
        if "marks" in given:  # the same for each photo, also if they are an iterator
            given["marks"] = _marks(given["marks"])
        if isinstance(photos, str | Path | bytes | Image.Image | np.ndarray | Mapping):
            return self._one(photos, given)
        if isinstance(photos, list | tuple):
            return [self._one(item, given) for item in photos]
        if not isinstance(photos, Iterable):
            raise OptionError(
                f"{type(photos).__name__} is not a photo. Allowed are a path, the content of an "
                "image file, a PIL image, an RGB array, or several of these."
            )
        return (self._one(item, given) for item in photos)

    def _one(self, item: Item, given: Mapping[str, Any]) -> P_co:
        alone = item if isinstance(item, Mapping) else {PHOTO: item}
        if PHOTO not in alone:
            raise OptionError(
                f"There is no photo among the keys {', '.join(map(repr, alone)) or '(none)'}. A "
                f"mapping needs the key {PHOTO!r}; marks, prior, protect and the options of the "
                "task are optional."
            )
        return self.session(**{**given, **alone}).prediction


def _marks(given: Mark | Iterable[Mark]) -> tuple[Mark, ...]:
    """The given marks as a tuple.

    Raises:
        ClickError: One is not a mark.
    """
    marks = tuple(given) if isinstance(given, Iterable) else (given,)
    for mark in marks:
        if not isinstance(mark, Mark):
            raise ClickError(
                f"{mark!r} is not a mark. Allowed are Click, Stroke, Box, Push and Tidy; give for "
                "example cm.Click(212, 140)."
            )
    return marks


class Shared(TypedDict, total=False):
    """The options of ``pipeline`` that all tasks share."""

    refine: str | Refine | None
    adapt_keys: int
    propagate: int
    device: str | None


@overload
def pipeline(
    task: Literal["interactive"], model: Network | None = None, **shared: Unpack[Shared]
) -> Pipeline[InteractivePrediction]: ...
@overload
def pipeline(
    task: Literal["semantic"], model: Network | None = None, **shared: Unpack[Shared]
) -> Pipeline[SemanticPrediction]: ...
@overload
def pipeline(
    task: Literal["matting"], model: Network | None = None, **shared: Unpack[Shared]
) -> Pipeline[MattingPrediction]: ...
@overload
def pipeline(
    task: Literal["depth"],
    model: Network | None = None,
    *,
    depth_scale: float | None = None,
    **shared: Unpack[Shared],
) -> Pipeline[DepthPrediction]: ...
@overload
def pipeline(
    task: str | None = None,
    model: Network | None = None,
    *,
    refine: str | Refine | None = None,
    adapt_keys: int = 0,
    propagate: int = 0,
    device: str | None = None,
    **options: object,
) -> Pipeline[Prediction]: ...
def pipeline(
    task: str | None = None,
    model: Network | None = None,
    *,
    refine: str | Refine | None = None,
    adapt_keys: int = 0,
    propagate: int = 0,
    device: str | None = None,
    **options: object,
) -> Pipeline[Any]:
    """A callable that opens a session per photo, in the style of ``transformers.pipeline``.

    The network is loaded once. To choose marks by looking at predictions, use ``Session`` itself.

    Args:
        task: As for ``Session``; the model's when left out.
        model: A source for ``from_pretrained``, or a loaded model; by default the task's shipped
            weights, which may differ with and without a prior.
        refine: "none", "region", a refinement layer, or a ``Refine``.
        adapt_keys: Number of key adaptation iterations in the network's attention.
        propagate: Number of iterations that propagate the clicks' values in its classifier.
        device: "cpu", "cuda", …; chosen automatically when left out.
        options: What the task takes beside these, for all photos.

    Raises:
        ModelError: As for ``from_pretrained``.
        NotAvailableError: As for ``from_pretrained``, or there is no such task.
        OptionError: As for ``from_pretrained``, or the model is for another task.

    Example:
        >>> pipe = cm.pipeline("interactive")
        >>> cat = pipe(photo, marks=[cm.Click(220, 120)])
        >>> bool(cat.mask[120, 220])
        True
        >>> old = np.zeros((300, 451), bool)
        >>> several = [{"photo": photo, "prior": old}, {"photo": photo, "prior": cat.mask}]
        >>> [int(one.mask.sum()) == int(cat.mask.sum()) for one in pipe(several)]
        [False, True]
    """
    if task is not None:
        task_named(task)
    if model is not None:
        model = model_for(task, model, prior=False, device=device)
    return Pipeline(
        task=task,
        model=model,
        refine=refine,
        adapt_keys=adapt_keys,
        propagate=propagate,
        device=device,
        options=options,
    )
