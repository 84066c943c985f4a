"""The session: what a user does to one photo, and what is seen after it."""

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
from clickmend.tasks.base import P_co
from clickmend.tasks.engine import Engine
from clickmend.tasks.inference import Inferred
from clickmend.tasks.painted import held_from
from clickmend.tasks.refine import Refine
from clickmend.tasks.registry import task_named


class Session(History[State], Marking[P_co]):
    """One photo, one task, and the feedback given to it.

    Args:
        image: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        task: Name of a registered task; the model's when left out, and the first one without a
            model.
        model: What ``from_pretrained`` takes, such as a name or card of weights or "hf:…", a loaded
            model, or what ``wrap`` made; the task's shipped weights when left out.
        prior: A prediction to start from: a file as the task writes it, or an array ``(H, W)``.
            What is not touched stays as it is there.
        refine: "none", "region", a refinement layer, or a ``Refine`` in full. When left out, a
            prior is mended without variables, and else the card's default moves them; without
            torch it is left out, and that is logged where a mark is not granted for it. Clicks
            without a radius then do not wait for it: those of an object mask do without, and in
            other tasks it is done for a click before the next one is answered, see ``settle``.
        adapt_keys: Iterations of key adaptation in the network's attention, 0 for none.
        propagate: Iterations in which the values of the clicks propagate in its classifier, 0
            for none.
        device: "cpu", "cuda", …; chosen when left out.
        options: What the task takes beside these; ``None`` leaves one out.

    Raises:
        ImageError: The photo cannot be read.
        PriorError: The prior, or an option's file, cannot be read or has another size.
        ModelError: No such weights, or weights of another task.
        OptionError: No such refinement or device, an option of another task, or of inference that
            the network has no place for or that would change nothing.
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
        """The photo as it is worked on: upright, RGB, ``(H, W, 3)``."""
        return self._engine.photo

    @property
    def feedback(self) -> tuple[Mark, ...]:
        """The marks that count now, in order."""
        return self._state.marks

    @property
    def prediction(self) -> P_co:
        """What is seen now."""
        state = self._state
        if self._shown is None or self._shown[0] is not state:
            self._shown = (state, self._engine.show(state.answer))
        return self._shown[1]

    @cached_property
    def initial(self) -> P_co:
        """What is seen before any feedback: the prior, the network's own answer, or nothing."""
        return self._engine.show(None)

    @property
    def report(self) -> Inferred | None:
        """How the newest mark was granted; ``None`` when nothing was refined for it."""
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
        """How much the network itself disagrees with the prediction before any mark, from 0 up.

        Of a mask the soft Jaccard distance of the prior and what the network makes of it; of a
        class map the mean of 1 - p of the class that is shown; of a matte the mean difference of
        alpha; of depth the mean |log ratio| around its median. ``None`` where there is nothing to
        compare: no prior, but for class maps. It tells what to look at first.
        """
        return self._engine.uncertainty()

    def add(self, mark: Mark, *, meanwhile: Callable[[P_co], object] | None = None) -> P_co:
        """Put a mark on the photo; a second box takes the place of the first.

        Args:
            mark: A click, stroke, box, push or tool, in pixels of the original image.
            meanwhile: Where a refinement moves variables for the mark, which takes its time, this
                is called before with what stands until then: the prediction that the network makes
                of the mark as it is. The returned one is the same with and without it.

        Returns:
            The new prediction.

        Raises:
            ClickError: It lies outside the image, has no sense, or none in this task.

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
        """What a mark would give; the session stays as it is.

        Putting the same mark on the photo next takes no time: its answer is there already.

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
        """Do now what the next mark would wait for, while nobody waits; nothing else changes."""
        self._engine.settle(self._state.answer)

    def prepare(self) -> None:
        """Make ready what ``settle`` needs; from any thread, also while marks are answered."""
        self._engine.prepare()

    def remove(self, n: int) -> P_co:
        """Take one mark back, the ``n``-th of ``feedback`` from 1; undo brings it again.

        What is left is what the other marks give by themselves, in order.

        Raises:
            OptionError: There is no such mark.
        """
        self._append(without(self._state, n, engine=self._engine))
        return self.prediction

    def replace(self, n: int, mark: Mark) -> P_co:
        """Put a mark in the place of another, such as the same elsewhere.

        Args:
            n: As for ``remove``.
            mark: What comes in its place, before all later marks.

        Raises:
            OptionError: There is no such mark.
            ClickError: The mark, or a later one, has no sense then.
        """
        self._append(without(self._state, n, mark, engine=self._engine))
        return self.prediction

    @property
    def protected(self) -> Mask | None:
        """Which pixels ``protect`` keeps, bool ``(H, W)``; not to be changed."""
        return self._state.protected

    @property
    def protected_classes(self) -> tuple[int, ...]:
        """The classes that ``protect_class`` keeps, by index."""
        return tuple(sorted(self._state.classes))

    def protect_class(self, label: str | int, on: bool = True) -> None:
        """Let no later mark take a pixel of a class, also none that it has come to have by then.

        Marks may give the class more pixels. Can be undone.

        Args:
            label: By name or index.
            on: Whether it is protected, or set free again.

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
        """Keep pixels as they are shown, whatever marks come.

        A finished object can so neither lose nor gain a pixel. Can be undone.

        Args:
            mask: Which pixels, bool ``(H, W)``; those protected before are free again. ``None``
                sets all free, of classes too.

        Raises:
            OptionError: It is no mask of this photo.
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
        """Take all feedback away; the prior and what is protected stay. Can be undone."""
        if self.feedback:
            self._append(State(protected=self._state.protected, classes=self._state.classes))

    def _after(self, mark: Mark, meanwhile: Callable[[P_co], object] | None = None) -> State:
        """The state after one more mark, found once for a preview and the mark itself."""
        state = self._state
        if self._ahead is None or self._ahead[0] is not state or self._ahead[1] != mark:
            after = marked(state, mark, engine=self._engine, meanwhile=meanwhile)
            self._ahead = (state, mark, after)
        return self._ahead[2]
