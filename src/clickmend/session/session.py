"""The session: a photo, a task, the marks given so far and the prediction after them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.adapters.pretrained import model_for
from clickmend.core.errors import OptionError
from clickmend.core.types import Mask
from clickmend.data.photos import read_photo
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import Mark
from clickmend.networks import Model, with_online
from clickmend.session.history import History
from clickmend.session.marking import Marking
from clickmend.session.states import State, marked, without
from clickmend.tasks.engine import Engine
from clickmend.tasks.inference import Inferred
from clickmend.tasks.painted import held_from
from clickmend.tasks.prediction import P_co
from clickmend.tasks.refine import Refine
from clickmend.tasks.registry import task_named


class Session(History[State], Marking[P_co]):
    """One photo, one task, and the marks that correct its prediction.

    Args:
        image: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        task: Name of a registered task. By default the model's task, or the first registered one
            without a model.
        model: A source for ``from_pretrained``, such as the name or card of weights or "hf:…", or
            a model that is loaded or made by ``wrap``; by default the task's shipped weights.
        prior: A prediction to start from: a file in the task's format, or an array ``(H, W)``.
            Pixels outside the reach of the marks keep its values.
        refine: "none", "region", the name of a refinement layer, or a ``Refine``. By default
            nothing is optimised with a prior, for mattes and for depth; otherwise the default of
            the model's card is used. Without torch a default layer is skipped, with a warning if
            a mark is not satisfied without it. By default clicks without a radius do not wait for
            the optimisation: it is skipped for object masks, and in other tasks it runs before
            the next click, see ``settle``.
        adapt_keys: Number of key adaptation iterations in the network's attention; 0 for none.
        propagate: Number of iterations that propagate the clicks' values in its classifier; 0 for
            none.
        device: "cpu", "cuda", …; chosen automatically when left out.
        options: Further options of the task, such as ``trimap``; ``None`` leaves one out.

    Raises:
        ImageError: The photo cannot be read.
        PriorError: The prior, or an option's file, cannot be read or has another size.
        ModelError: No such weights, or weights of another task.
        OptionError: Unknown refinement or device, an option of another task, or an inference
            option that the network does not support or that would have no effect.
        NotAvailableError: There is no such task.

    Example:
        >>> session = cm.Session(photo, task="interactive")
        >>> session.click(220, 120).mask.shape
        (300, 451)
        >>> session.undo()
        >>> session.feedback
        ()
    """

    undone = "a mark, its removal or replacement, a protection or a reset"

    def __init__(
        self,
        image: str | Path | bytes | Image.Image | NDArray[np.uint8],
        *,
        task: str | None = None,
        model: str | Path | Model | None = None,
        prior: PixelSource | None = None,
        refine: str | Refine | None = None,
        adapt_keys: int = 0,
        propagate: int = 0,
        device: str | None = None,
        **options: object,
    ) -> None:
        loaded = model_for(task, model, prior=prior is not None, device=device)
        loaded = with_online(loaded, adapt_keys=adapt_keys, propagate=propagate)
        photo = read_photo(image)
        self.size = (photo.shape[1], photo.shape[0])
        self.task = loaded.card.task if task is None else task
        kind = task_named(self.task)
        if not isinstance(refine, Refine):
            default = kind.default_refine(loaded.card, prior=prior is not None)
            refine = Refine(refine or default, may_lack=refine is None, sparing=refine is None)
        given = {name: value for name, value in options.items() if value is not None}
        kind.check_options(given)
        kind.check_refine(refine)
        self._engine: Engine[P_co] = kind.open(photo, loaded, refine, prior=prior, options=given)
        self._engine.check_online(adapt_keys=adapt_keys, propagate=propagate)
        super().__init__(State())
        self._shown: tuple[State, P_co] | None = None
        self._ahead: tuple[State, Mark, State] | None = None

    @property
    def photo(self) -> NDArray[np.uint8]:
        """The photo after EXIF rotation: RGB, ``(H, W, 3)``."""
        return self._engine.photo

    @property
    def feedback(self) -> tuple[Mark, ...]:
        """The current marks, in order."""
        return self._state.marks

    @property
    def prediction(self) -> P_co:
        """The current prediction."""
        state = self._state
        if self._shown is None or self._shown[0] is not state:
            self._shown = (state, self._engine.show(state.answer))
        return self._shown[1]

    @cached_property
    def initial(self) -> P_co:
        """The prediction before any mark: the prior, the network's output, or an empty mask."""
        return self._engine.show(None)

    @property
    def report(self) -> Inferred | None:
        """Report on the refinement for the newest mark; ``None`` when nothing was refined."""
        answer = self._state.answer
        return None if answer is None else answer.inferred

    @property
    def reach(self) -> Mask | None:
        """Which pixels the newest mark could change, bool ``(H, W)``; ``None`` without a mark.

        Outside it everything is as it was before that mark, bit for bit.
        """
        state, shape = self._state, self.size[::-1]
        if state.answer is None:
            return None
        reach = state.answer.reach
        mask = np.ones(shape, np.bool_) if reach is None else reach.mask(shape)
        held = held_from(state.marks[-1], state.marks[:-1], state.under[-1], shape=shape)
        return mask if held is None else mask & ~held

    def uncertainty(self) -> float | None:
        """Disagreement of the network with the prediction before any mark, 0 or larger.

        For a mask the soft Jaccard distance between the prior and the network's prediction from
        it; for a class map the mean of 1 - p of the predicted class; for a matte the mean absolute
        difference of alpha; for depth the mean |log ratio| around its median. ``None`` without a
        prior, except for class maps. Useful to sort photos for review.
        """
        return self._engine.uncertainty()

    def add(self, mark: Mark, *, meanwhile: Callable[[P_co], object] | None = None) -> P_co:
        """Add a mark; a second box replaces the first.

        Args:
            mark: A click, stroke, box, push or tool, in pixels of the original image.
            meanwhile: Called with an intermediate prediction, made without optimisation, before
                a refinement optimises variables for the mark, which takes longer. The returned
                prediction does not depend on it.

        Returns:
            The new prediction.

        Raises:
            ClickError: It lies outside the image, or is not valid, or not for this task.

        Example:
            >>> session = cm.Session(photo, task="semantic", refine="bmsb")
            >>> shown, click = [], cm.Click(40, 30, label="road", radius_px=30)
            >>> refined = session.add(click, meanwhile=shown.append)
            >>> len(shown)
            1
        """
        self._append(self._after(mark, meanwhile))
        return self.prediction

    def preview(self, mark: Mark) -> P_co:
        """The prediction that a mark would lead to; the session does not change.

        Adding the same mark next reuses this prediction.

        Args:
            mark: As for ``add``.

        Returns:
            The prediction that ``add`` would return.

        Raises:
            ClickError: As for ``add``.

        Example:
            >>> session = cm.Session(photo)
            >>> preview = session.preview(cm.Click(40, 30))
            >>> session.feedback
            ()
            >>> bool((session.click(40, 30).mask == preview.mask).all())
            True
        """
        return self._engine.show(self._after(mark).answer)

    def settle(self) -> None:
        """Run pending optimisation now, so that the next mark does not wait for it."""
        self._engine.settle(self._state.answer)

    def prepare(self) -> None:
        """Load what ``settle`` needs; may be called from any thread, also while marks are added."""
        self._engine.prepare()

    def remove(self, n: int) -> P_co:
        """Remove the ``n``-th mark of ``feedback``, counted from 1; can be undone.

        The prediction becomes that of the other marks alone, in their order.

        Raises:
            OptionError: There is no such mark.
        """
        self._append(without(self._state, n, engine=self._engine))
        return self.prediction

    def replace(self, n: int, mark: Mark) -> P_co:
        """Replace a mark by another, such as the same at another place.

        Args:
            n: As for ``remove``.
            mark: The new mark, before all later marks.

        Raises:
            OptionError: There is no such mark.
            ClickError: The mark, or a later one, is not valid then.
        """
        self._append(without(self._state, n, mark, engine=self._engine))
        return self.prediction

    @property
    def protected(self) -> Mask | None:
        """The pixels protected by ``protect``, bool ``(H, W)``; read only."""
        return self._state.protected

    @property
    def protected_classes(self) -> tuple[int, ...]:
        """The indices of the classes protected by ``protect_class``."""
        return tuple(sorted(self._state.classes))

    def protect_class(self, label: str | int, on: bool = True) -> None:
        """Protect all pixels of a class, including those it gains later, from later marks.

        Marks can still add pixels to the class. Can be undone.

        Args:
            label: By name or index.
            on: ``False`` removes the protection.

        Raises:
            OptionError: There is no such class, or the session has none.
        """
        names: tuple[str, ...] = getattr(self.prediction, "classes", ())
        known: dict[str | int, int] = {name: index for index, name in enumerate(names)}
        known |= {index: index for index in range(len(names))}
        if not isinstance(label, str | int) or label not in known:
            raise OptionError(
                f"There is no class {label!r} to protect. Available: "
                f"{', '.join(names) or f'none in the task {self.task!r}; protect pixels'}."
            )
        one = {known[label]}
        classes = self._state.classes | one if on else self._state.classes - one
        self._append(replace(self._state, classes=classes))

    def protect(self, mask: Mask | None) -> None:
        """Protect pixels from later marks.

        A finished object then neither loses nor gains pixels. Can be undone.

        Args:
            mask: The pixels, bool ``(H, W)``; it replaces an earlier protection of pixels.
                ``None`` removes all protection, also that of classes.

        Raises:
            OptionError: It is not a bool array of the photo's size.
        """
        if mask is not None:
            width, height = self.size
            mask = np.array(mask)
            if mask.dtype != np.bool_ or mask.shape != (height, width):
                raise OptionError(
                    f"The protection mask has dtype {mask.dtype} and shape {mask.shape}. Allowed "
                    f"is a bool array of shape (H, W) = ({height}, {width}); make one by a "
                    "comparison, such as labels == 3."
                )
        classes = frozenset[int]() if mask is None else self._state.classes
        self._append(replace(self._state, protected=mask, classes=classes))

    def reset(self) -> None:
        """Remove all marks; the prior and the protection stay. Can be undone."""
        if self.feedback:
            self._append(State(protected=self._state.protected, classes=self._state.classes))

    def _after(self, mark: Mark, meanwhile: Callable[[P_co], object] | None = None) -> State:
        """The state after one more mark, found once for a preview and the mark itself."""
        state = self._state
        if self._ahead is None or self._ahead[0] is not state or self._ahead[1] != mark:
            after = marked(state, mark, engine=self._engine, meanwhile=meanwhile)
            self._ahead = (state, mark, after)
        return self._ahead[2]
