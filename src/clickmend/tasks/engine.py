"""Engines, which run a network on one photo, and the answers they give to marks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import OptionError
from clickmend.core.types import RGB, Mask
from clickmend.correction.rectangles import Place, around_all
from clickmend.feedback.crop import Crop
from clickmend.feedback.marks import Mark
from clickmend.tasks.patches import Large, Patch
from clickmend.tasks.prediction import P_co

if TYPE_CHECKING:
    from clickmend.tasks.inference import Inferred


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark and its attention radius.

    Args:
        mark: The mark, in pixels of the photo, or of the view.
        radius_px: Its attention radius, likewise.
    """

    mark: Mark
    radius_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All that the correction for the newest mark may depend on.

    Args:
        photo: ``(H, W, 3)``.
        shown: The map before the mark, in the task's representation, ``(H, W)``; not to be changed.
        initial: The map before any mark, likewise.
        crop: The view that is the network's input.
        answer: The network's current output over the view, natural space, ``(C, h, w)``.
        marks: The marks in effect, with radii in pixels of the photo, the newest last.
    """

    photo: RGB
    shown: NDArray[Any]
    initial: NDArray[Any]
    crop: Crop
    answer: NDArray[np.float32]
    marks: tuple[Placed, ...]

    @property
    def newest(self) -> Placed:
        """The newest mark."""
        return self.marks[-1]


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """The state after a mark; immutable.

    Args:
        marks: The marks in effect, with radii in pixels of the photo, the newest last.
        patch: The change of the map; ``None`` if nothing changed.
        before: The answer before the mark; ``None`` for the first.
        inferred: Report on the optimisation; ``None`` if there was none.
        reach: The pixels that the mark could have changed, bool; ``None`` for all.
    """

    marks: tuple[Placed, ...]
    patch: Patch | None
    before: Answer | None
    inferred: Inferred | None = None
    reach: Patch | None = None

    def touched(self) -> Place:
        """The rectangle outside which the map equals the initial one."""
        patches = (one.patch for one in self.chain())
        return around_all(patch.place for patch in patches if patch is not None)

    def chain(self) -> list[Answer]:
        """The answers up to this one, the oldest first."""
        answers: list[Answer] = []
        at: Answer | None = self
        while at is not None:
            answers.append(at)
            at = at.before
        return answers[::-1]


class Drawn:
    """Renders the map after an answer from the initial map and the patches; caches the newest.

    Args:
        patch_of: Returns the patch of an answer.
    """

    def __init__(self, patch_of: Callable[[Any], Patch | None]) -> None:
        self._patch_of = patch_of
        self._newest: tuple[Answer, NDArray[Any]] | None = None

    def after(self, answer: Answer | None, *, first: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """The map, ``(H, W)``; not to be changed.

        Args:
            answer: The answer; ``None`` for the initial map.
            first: Returns the initial map, ``(H, W)``.
        """
        patches = []
        at, newest = answer, self._newest
        while at is not None and (newest is None or at is not newest[0]):
            patches.append(self._patch_of(at))
            at = at.before
        drawn = first() if at is None or newest is None else newest[1]
        changes = [patch for patch in reversed(patches) if patch is not None]
        whole = [n for n, patch in enumerate(changes) if patch.shape == drawn.shape]
        if whole:
            drawn, changes = changes[whole[-1]].values, changes[whole[-1] + 1 :]
        if changes:
            drawn = drawn.copy()
            for patch in changes:
                drawn[patch.place] = patch.values
        if answer is not None:
            self._newest = (answer, drawn)
        return drawn


class Engine(ABC, Generic[P_co]):
    """Runs one network on one photo; all state that undo restores is in its answers.

    Args:
        photo: ``(H, W, 3)``.
    """

    asks: bool = True
    """Whether answers depend on the network."""

    def __init__(self, photo: RGB) -> None:
        self.photo = photo
        self._large = Large()
        self._drawn = Drawn(lambda answer: answer.patch)

    @property
    @abstractmethod
    def initial(self) -> NDArray[Any]:
        """The map before any mark: the prior, or the network's own output; not to be changed."""

    def check_online(self, *, adapt_keys: int, propagate: int) -> None:
        """Check that online inference has an effect.

        Raises:
            OptionError: The network is not used.
        """
        if (adapt_keys or propagate) and not self.asks:
            raise OptionError(
                f"adapt_keys is {adapt_keys} and propagate is {propagate}, which change the output "
                "of the network, but the network predicts none of the classes of this session. "
                "Allowed is 0; leave both out."
            )

    @abstractmethod
    def check(self, mark: Mark, *, number: int) -> Mark:
        """The mark as the task keeps it.

        Args:
            mark: Inside the photo.
            number: Its number in error messages, from 1.

        Raises:
            ClickError: It is not valid for the task.
        """

    @abstractmethod
    def answer(self, marks: tuple[Mark, ...], last: Answer | None) -> Answer:
        """The answer to ``marks``, of which the last one is new since ``last``."""

    def unrefined(self, marks: tuple[Mark, ...], last: Answer | None) -> Answer | None:
        """The intermediate answer to the newest mark, before the optimisation for it.

        ``None`` if the answer does not wait for one. ``answer`` replaces it.
        """
        del marks, last
        return None

    def without(self, answer: Answer, held: Mask) -> Answer:
        """An answer that was not rendered yet, without its changes of some pixels, ``(H, W)``."""
        if answer.patch is None or not held[answer.patch.place].any():
            return answer
        place, before = answer.patch.place, self.render(answer.before)
        values = np.where(held[place], before[place], answer.patch.values)
        return replace(answer, patch=Patch.put(before, values, place))

    def settle(self, last: Answer | None) -> None:
        """Run the optimisation that the next mark after ``last`` would wait for."""

    def prepare(self) -> None:
        """Load what ``settle`` needs; from any thread, also while marks are answered."""

    def uncertainty(self) -> float | None:
        """Disagreement of the network with the initial map, 0 or larger.

        ``None`` if there is nothing to compare, such as no prior.
        """
        return None

    @abstractmethod
    def prediction(self, shown: NDArray[Any]) -> P_co:
        """The prediction of a map, which it takes over."""

    def render(self, answer: Answer | None) -> NDArray[Any]:
        """The map after an answer, or the initial one, ``(H, W)``; not to be changed."""
        return self._drawn.after(answer, first=lambda: self.initial)

    def show(self, answer: Answer | None) -> P_co:
        """The prediction after an answer, or the initial one."""
        return self.prediction(self.render(answer).copy())

    def show_once(self, answer: Answer) -> P_co:
        """The prediction after an answer that is not continued; the map before it stays cached."""
        drawn = self.render(answer.before).copy()
        if answer.patch is not None:
            drawn[answer.patch.place] = answer.patch.values
        return self.prediction(drawn)
