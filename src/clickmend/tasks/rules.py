"""The rules of a task that answers for every pixel of a photo: what its marks and maps mean."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic

from numpy.typing import NDArray

from clickmend.core.arrays import Array
from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.correction.values import Point, Region, Window, window_around
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import Click, Mark, Push, Tidy
from clickmend.tasks.base import P_co
from clickmend.tasks.energy import Energy
from clickmend.tasks.engine import Placed
from clickmend.tasks.painted import paints_alone


@dataclass(frozen=True, slots=True)
class Ground:
    """What a mark is made on.

    Args:
        photo: The photo, ``(H, W, 3)``.
        shown: What the mark contradicts, as the task keeps it, ``(H, W)``.
        output: The network's answer, natural space, ``(C, h, w)``.
        own: The same as the task keeps it, mended as ``DenseRules.mend`` says, ``(H, W)``.
        earlier: The marks before it.
        response: How the map within a window moves with its centre, ``(h, w)``, 1 at the centre;
            ``None`` where nothing is known of that.
        first: What was there before any mark, ``(H, W)``; ``None`` where that is of no interest.
    """

    photo: RGB
    shown: NDArray[Any]
    output: FloatMap
    own: NDArray[Any]
    earlier: Sequence[Mark]
    response: Callable[[Window], FloatMap | None] | None = None
    first: NDArray[Any] | None = None

    @property
    def earlier_points(self) -> list[Point]:
        """The places of the earlier clicks and pushes."""
        return [(mark.x, mark.y) for mark in self.earlier if isinstance(mark, Click | Push)]

    def around(self, mark: Click | Push, radius_px: float) -> Window:
        """The window that holds all pixels within the radius of a mark."""
        height, width = self.shown.shape
        return window_around(mark.x, mark.y, radius_px, height=height, width=width)


class DenseRules(ABC, Generic[P_co]):
    """What marks and maps mean where the network answers for every pixel of a photo.

    The natural space is where corrections are added: logits, alpha, the logarithm of depth. There a
    network's answer is ``(C, h, w)`` over the view. What is shown is kept as the task keeps it, a
    class or a number per pixel of the photo, ``(H, W)``.

    Attributes:
        name: The task's.
        moves_own: Whether ``mend`` moves the network's answer to agree with a mark.
        default_share: See ``RADIUS_SHARE``.
        given_share: The same of a click on a map that was given; ``None`` where it is no other.
    """

    name: ClassVar[str]
    moves_own: ClassVar[bool] = False
    given_share: ClassVar[float | None] = None
    default_share: float

    @abstractmethod
    def check(self, mark: Mark, *, number: int) -> Mark:
        """The mark as this task keeps it, its label as an index.

        Args:
            mark: Inside the photo.
            number: How an error names it (1 for the first).

        Raises:
            ClickError: The mark says what this task has no meaning for.
        """

    @property
    def asks(self) -> bool:
        """Whether the network has something to say; one that has nothing is not run."""
        return True

    def paints_alone(self, mark: Mark) -> bool:
        """Whether a mark is about its painted pixels alone, so that no network is asked."""
        return paints_alone(mark)

    @abstractmethod
    def natural(self, output: Array) -> Array:
        """The network's output ``(1, C, h, w)`` in natural space, ``(C, h, w)``."""

    @abstractmethod
    def read_prior(self, prior: PixelSource, *, width: int, height: int) -> NDArray[Any]:
        """A prior as the task keeps it, ``(H, W)``.

        Raises:
            PriorError: It cannot be read, or has another size or other values.
        """

    @abstractmethod
    def read(self, output: FloatMap, *, width: int, height: int) -> NDArray[Any]:
        """What a network's answer over the view says of the photo, as the task keeps it.

        Args:
            output: Natural space, ``(C, h, w)``.
            width: Of the photo.
            height: Likewise.
        """

    @abstractmethod
    def energy(self, before: Array, marks: Sequence[Placed]) -> Energy:
        """The energies of the newest mark, for an inference inside the network.

        Args:
            before: The network's answer that it contradicts, natural space, a tensor
                ``(C, h, w)``.
            marks: All marks that count, the newest last; pushes only as the newest.
        """

    @abstractmethod
    def region(self, mark: Mark, radius_px: float, ground: Ground) -> Region:
        """Which pixels a mark is about.

        Args:
            mark: The newest.
            radius_px: Its attention radius, pixels of the photo.
            ground: What it is made on.
        """

    @abstractmethod
    def mend(self, shown: NDArray[Any], mark: Mark, region: Region, own: NDArray[Any]) -> None:
        """Let what a mark says hold over its region.

        Args:
            shown: What is shown, as the task keeps it, ``(H, W)``; changed in place.
            mark: A mark.
            region: Which pixels it is about.
            own: The network's answer, as the task keeps it, ``(H, W)``; a task may move it to
                agree with the mark, in place.
        """

    def reach(self, mark: Mark, radius_px: float, region: Region) -> Mask:
        """Which pixels of its region's window a mark could change, ``(h, w)``."""
        assert isinstance(mark, Click | Push)
        reach = region.window.distance_to(mark.x, mark.y) <= radius_px
        reach[region.window.centre] = True
        return reach

    def tidied(self, shown: NDArray[Any], tidy: Tidy) -> NDArray[Any]:
        """What a tool that ``check`` lets pass makes of what is shown, ``(H, W)``."""
        raise NotImplementedError

    def disagreement(self, prior: NDArray[Any] | None, witness: FloatMap) -> float | None:
        """How much the network disagrees with a prior, from 0 up; ``None`` where that is unknown.

        Args:
            prior: As the task keeps it, ``(H, W)``; ``None`` where the network's answer is shown.
            witness: The network's own answer over the view, natural space, ``(C, h, w)``.
        """
        del prior, witness
        return None

    def hold(self, shown: NDArray[Any], mark: Mark) -> None:
        """Let what a global mark says hold at its own pixel, in place, ``(H, W)``."""

    def is_global(self, mark: Mark) -> bool:
        """Whether a mark without a prior speaks for the whole map, see ``explained``."""
        del mark
        return False

    def explained(self, marks: Sequence[Placed], own: NDArray[Any], photo: RGB) -> NDArray[Any]:
        """What global marks together make of the network's answer, ``(H, W)``.

        Args:
            marks: Those for which ``is_global`` holds, the newest last.
            own: The network's answer, as the task keeps it, ``(H, W)``.
            photo: The photo, ``(H, W, 3)``.
        """
        raise NotImplementedError

    @abstractmethod
    def prediction(self, shown: NDArray[Any]) -> P_co:
        """What a session shows of a map that the task keeps."""
