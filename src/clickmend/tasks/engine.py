"""What runs a network on one photo and keeps what is shown after each mark."""

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
from clickmend.tasks.base import P_co
from clickmend.tasks.patches import Large, Patch

if TYPE_CHECKING:
    from clickmend.tasks.inference import Inferred


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark and how far around it is meant.

    Args:
        mark: Its places in pixels of the photo, or of the view.
        radius_px: Its attention radius, likewise.
    """

    mark: Mark
    radius_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What the newest mark is made on: all that a correction may look at.

    Args:
        photo: ``(H, W, 3)``.
        shown: The map before the mark, as the task keeps it, ``(H, W)``; not to be changed.
        initial: The map before any mark, likewise.
        crop: The view that the network is given.
        answer: What it answers over that view now, told the marks or refined to them, natural
            space, ``(C, h, w)``.
        marks: All that count, with their radii in pixels of the photo, the newest last.
    """

    photo: RGB
    shown: NDArray[Any]
    initial: NDArray[Any]
    crop: Crop
    answer: NDArray[np.float32]
    marks: tuple[Placed, ...]

    @property
    def newest(self) -> Placed:
        """The mark that has just come."""
        return self.marks[-1]


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What stands after a mark; never changed.

    Args:
        marks: The feedback that counts, with radii in pixels of the photo, the newest last.
        patch: What changed of the map that was shown; ``None`` if nothing did.
        before: The answer before the mark; ``None`` for the first.
        inferred: How variables were moved; ``None`` where nothing is refined.
        reach: Which pixels the mark could have changed, bool; ``None`` where it could all.
    """

    marks: tuple[Placed, ...]
    patch: Patch | None
    before: Answer | None
    inferred: Inferred | None = None
    reach: Patch | None = None

    def touched(self) -> Place:
        """The rectangle outside which the map is still as it was before any mark."""
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
    """A map after each answer, from the first map and a patch of each; the newest is kept.

    Args:
        patch_of: What an answer changes of it.
    """

    def __init__(self, patch_of: Callable[[Any], Patch | None]) -> None:
        self._patch_of = patch_of
        self._newest: tuple[Answer, NDArray[Any]] | None = None

    def after(self, answer: Answer | None, *, first: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """The map, ``(H, W)``; not to be changed.

        Args:
            answer: ``None`` for none.
            first: Gives the map before any answer, ``(H, W)``.
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
    """Runs one network on one photo; all that undo must bring back is in its answers.

    Args:
        photo: ``(H, W, 3)``.
    """

    asks: bool = True
    """Whether the network has a say in any answer."""

    def __init__(self, photo: RGB) -> None:
        self.photo = photo
        self._large = Large()
        self._drawn = Drawn(lambda answer: answer.patch)

    @property
    @abstractmethod
    def initial(self) -> NDArray[Any]:
        """The map before any mark: the prior, or the network's own answer; not to be changed."""

    def check_online(self, *, adapt_keys: int, propagate: int) -> None:
        """Refuse online inference in a network that is not asked.

        Raises:
            OptionError: It would change nothing.
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
            number: How an error names it (1 for the first).

        Raises:
            ClickError: The task has no meaning for it.
        """

    @abstractmethod
    def answer(self, marks: tuple[Mark, ...], last: Answer | None) -> Answer:
        """The answer to ``marks``, the newest of which has just come after ``last``."""

    def unrefined(self, marks: tuple[Mark, ...], last: Answer | None) -> Answer | None:
        """What stands while variables move for the newest mark, at those of ``last``.

        ``None`` where the answer waits for none. It is shown until ``answer`` takes its place.
        """
        del marks, last
        return None

    def without(self, answer: Answer, held: Mask) -> Answer:
        """An answer that was not drawn yet, without what it changes of some pixels, ``(H, W)``."""
        if answer.patch is None or not held[answer.patch.place].any():
            return answer
        place, before = answer.patch.place, self.render(answer.before)
        values = np.where(held[place], before[place], answer.patch.values)
        return replace(answer, patch=Patch.put(before, values, place))

    def settle(self, last: Answer | None) -> None:
        """Do ahead what the answer to the next mark after ``last`` would begin with."""

    def prepare(self) -> None:
        """Make ready what ``settle`` needs; from any thread, also while marks are answered."""

    def uncertainty(self) -> float | None:
        """How much the network itself disagrees with the initial map, from 0 up.

        ``None`` where there is nothing to compare, such as no prior.
        """
        return None

    @abstractmethod
    def prediction(self, shown: NDArray[Any]) -> P_co:
        """What a session shows of a map, which is its own from then on."""

    def render(self, answer: Answer | None) -> NDArray[Any]:
        """The map after an answer, or the initial one, ``(H, W)``; not to be changed."""
        return self._drawn.after(answer, first=lambda: self.initial)

    def show(self, answer: Answer | None) -> P_co:
        """The prediction after an answer, or the initial one."""
        return self.prediction(self.render(answer).copy())

    def show_once(self, answer: Answer) -> P_co:
        """The prediction after an answer that nothing comes after; the one before is kept drawn."""
        drawn = self.render(answer.before).copy()
        if answer.patch is not None:
            drawn[answer.patch.place] = answer.patch.values
        return self.prediction(drawn)
