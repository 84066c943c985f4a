"""The rules of a dense task: the meaning of its marks and maps."""

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
from clickmend.tasks.energy import Energy
from clickmend.tasks.engine import Placed
from clickmend.tasks.painted import paints_alone
from clickmend.tasks.prediction import P_co


@dataclass(frozen=True, slots=True)
class Ground:
    """The data that the region of a mark depends on.

    Args:
        photo: The photo, ``(H, W, 3)``.
        shown: The displayed map, in the task's representation, ``(H, W)``.
        output: The network's output, natural space, ``(C, h, w)``.
        own: The same over the photo, in the task's representation, as moved by ``DenseRules.mend``,
            ``(H, W)``.
        earlier: The earlier marks.
        response: Returns the change of the map within a window per unit change of its centre, ``(h,
            w)``; ``None`` if unknown.
        first: The map before any mark, ``(H, W)``; ``None`` if it does not matter.
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
        """Positions of the earlier clicks and pushes."""
        return [(mark.x, mark.y) for mark in self.earlier if isinstance(mark, Click | Push)]

    def around(self, mark: Click | Push, radius_px: float) -> Window:
        """The window that holds all pixels within the radius of a mark."""
        height, width = self.shown.shape
        return window_around(mark.x, mark.y, radius_px, height=height, width=width)


class DenseRules(ABC, Generic[P_co]):
    """The meaning of marks and maps in a task with a dense network output.

    Corrections are added in natural space: logits, alpha, or the logarithm of depth; there the
    network's output is ``(C, h, w)`` over the view. Displayed maps are in the task's
    representation: a class or a number per pixel of the photo, ``(H, W)``.

    Attributes:
        name: Name of the task.
        moves_own: Whether ``mend`` also moves the network's output to agree with a mark.
        default_share: See ``RADIUS_SHARE``.
        given_share: The same for a click on a prior; ``None`` if it does not differ.
    """

    name: ClassVar[str]
    moves_own: ClassVar[bool] = False
    given_share: ClassVar[float | None] = None
    default_share: float

    @abstractmethod
    def check(self, mark: Mark, *, number: int) -> Mark:
        """The mark in this task's representation, with its label as an index.

        Args:
            mark: Inside the photo.
            number: Its number in error messages, from 1.

        Raises:
            ClickError: It is not valid for this task.
        """

    @property
    def asks(self) -> bool:
        """Whether the network is used; otherwise it is not run."""
        return True

    def paints_alone(self, mark: Mark) -> bool:
        """Whether a mark sets its painted pixels without the network."""
        return paints_alone(mark)

    @abstractmethod
    def natural(self, output: Array) -> Array:
        """The network's output ``(1, C, h, w)`` in natural space, ``(C, h, w)``."""

    @abstractmethod
    def read_prior(self, prior: PixelSource, *, width: int, height: int) -> NDArray[Any]:
        """A prior in the task's representation, ``(H, W)``.

        Raises:
            PriorError: It cannot be read, or has another size or other values.
        """

    @abstractmethod
    def read(self, output: FloatMap, *, width: int, height: int) -> NDArray[Any]:
        """The network's output resampled to the photo, in the task's representation.

        Args:
            output: Natural space, ``(C, h, w)``.
            width: Width of the photo.
            height: Height of the photo.
        """

    @abstractmethod
    def energy(self, before: Array, marks: Sequence[Placed]) -> Energy:
        """The energy for the newest mark, minimised by an inference inside the network.

        Args:
            before: The network's output before the optimisation, natural space, a tensor ``(C, h,
                w)``.
            marks: The marks in effect, the newest last; a push only as the newest.
        """

    @abstractmethod
    def region(self, mark: Mark, radius_px: float, ground: Ground) -> Region:
        """The region of a mark.

        Args:
            mark: The newest.
            radius_px: Its attention radius, pixels of the photo.
            ground: The data it depends on.
        """

    @abstractmethod
    def mend(self, shown: NDArray[Any], mark: Mark, region: Region, own: NDArray[Any]) -> None:
        """Apply a mark to its region.

        Args:
            shown: The displayed map, in the task's representation, ``(H, W)``; changed in place.
            mark: A mark.
            region: Its region.
            own: The network's output over the photo, likewise; a task may move it to agree with the
                mark, in place.
        """

    def reach(self, mark: Mark, radius_px: float, region: Region) -> Mask:
        """The pixels of its region's window that a mark could change, ``(h, w)``."""
        assert isinstance(mark, Click | Push)
        reach = region.window.distance_to(mark.x, mark.y) <= radius_px
        reach[region.window.centre] = True
        return reach

    def tidied(self, shown: NDArray[Any], tidy: Tidy) -> NDArray[Any]:
        """A displayed map after a tool that ``check`` accepts, ``(H, W)``."""
        raise NotImplementedError

    def disagreement(self, prior: NDArray[Any] | None, witness: FloatMap) -> float | None:
        """Disagreement of the network with a prior, 0 or larger; ``None`` if unknown.

        Args:
            prior: In the task's representation, ``(H, W)``; ``None`` without a prior.
            witness: The network's output over the view, natural space, ``(C, h, w)``.
        """
        del prior, witness
        return None

    def hold(self, shown: NDArray[Any], mark: Mark) -> None:
        """Set the pixel of a global mark to its value in ``shown``, ``(H, W)``, in place."""

    def is_global(self, mark: Mark) -> bool:
        """Whether a mark without a prior affects the whole map, see ``explained``."""
        del mark
        return False

    def explained(self, marks: Sequence[Placed], own: NDArray[Any], photo: RGB) -> NDArray[Any]:
        """The network's output corrected by all global marks together, ``(H, W)``.

        Args:
            marks: Those for which ``is_global`` holds, the newest last.
            own: The network's output over the photo, in the task's representation, ``(H, W)``.
            photo: The photo, ``(H, W, 3)``.
        """
        raise NotImplementedError

    @abstractmethod
    def prediction(self, shown: NDArray[Any]) -> P_co:
        """The prediction of a map in the task's representation."""
