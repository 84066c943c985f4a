"""The base class of predictions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from clickmend.core.files import write_atomically
from clickmend.data.planes import with_suffix
from clickmend.feedback.mark_checks import check_place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clickmend.data.levels import GreyPicture


@dataclass(frozen=True, slots=True)
class Shown:
    """The label or value at a point, as a click there would give it; ``None`` if unknown."""

    label: str | None = None
    value: float | None = None


class Prediction(ABC):
    """A prediction of a session.

    Attributes:
        suffixes: File suffixes it can be saved with, the default first.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".png", ".npy")

    @property
    @abstractmethod
    def pixels(self) -> NDArray[np.generic]:
        """The value of each pixel, ``(H, W)`` of the original image."""

    @abstractmethod
    def encoded(self, suffix: str) -> bytes:
        """The content of a file whose name ends in one of ``suffixes``.

        Raises:
            OutputError: It cannot hold the values.
        """

    def drawn(self) -> bytes:
        """The PNG for clients that draw the prediction; by default the content of a PNG file.

        Raises:
            OutputError: It cannot hold the values.
        """
        return self.encoded(".png")

    def shown(self) -> GreyPicture:
        """The picture for the page, which can hold any values; by default that of ``drawn``."""
        from clickmend.data.levels import GreyPicture

        return GreyPicture.of(self.drawn())

    def coarse(self, every: int) -> GreyPicture | None:
        """``shown``, subsampled by ``every_so_many``; ``None`` if that saves nothing."""
        del every
        return None

    @abstractmethod
    def at(self, x: float, y: float) -> Shown:
        """The label or value at (x, y), a point inside the original image.

        Raises:
            ClickError: It lies outside.
        """

    def pixel(self, x: float, y: float) -> tuple[int, int]:
        """The row and the column of (x, y), a point inside the original image.

        Raises:
            ClickError: It lies outside.
        """
        height, width = self.pixels.shape
        check_place("the place", "Places", x, y, width=width, height=height)
        return int(y), int(x)

    def save(self, path: str | Path) -> None:
        """Write a file of the type given by the suffix, atomically.

        Raises:
            OutputError: The suffix is none of ``suffixes``, or the file cannot be written.
        """
        path = with_suffix(path, *self.suffixes)
        write_atomically(path, self.encoded(path.suffix.lower()))


P_co = TypeVar("P_co", bound=Prediction, covariant=True)
