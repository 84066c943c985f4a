"""What a user would otherwise do: trivial baselines behind the interface of a session.

Each is begun with what is clicked on, what a session begins with and a way to the network's answer
without marks, and shows a prediction after each mark. ``brush`` and ``fill`` know the truth as the
annotator does: a user sees what is wrong and paints that and no more. The others know the marks.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import OptionError
from clickmend.core.registry import Registry
from clickmend.core.types import FloatMap, Mask
from clickmend.evaluation.subjects import Start, Subject
from clickmend.feedback.annotator import distance_inside
from clickmend.feedback.marks import FOREGROUND, Box, Click

FIELD_WIDTH = 0.15
"""σ of the smooth field, as a share of the shorter side."""

FIRMNESS = 100.0
"""λ, how firmly a solver holds to what is known (pymatting's own choice)."""

Pixels: TypeAlias = NDArray[Any]


class Baseline(ABC):
    """A session that a few lines make.

    Args:
        subject: What is clicked on.
        start: What it begins with.
        network: The network's answer without marks, ``(H, W)``; asked for at most once.

    Raises:
        OptionError: It is none for this task.
    """

    of: ClassVar[tuple[str, ...]]
    """The fields of the predictions that it can make."""

    def __init__(self, subject: Subject[Any], start: Start, network: Callable[[], Pixels]) -> None:
        if subject.shows not in self.of:
            raise OptionError(
                f"This baseline makes no {subject.shows}. It makes {', '.join(self.of)}; leave it "
                "out, or take another task."
            )
        self.subject, self.start, self._network = subject, start, network
        self.marks: list[Click] = []
        self.shown = self.begin() if start.prior is None else start.prior.copy()

    @property
    def prediction(self) -> SimpleNamespace:
        """What it shows now."""
        return SimpleNamespace(**{self.subject.shows: self.shown})

    def add(self, mark: Click | Box) -> SimpleNamespace:
        """What it shows after one more click."""
        assert isinstance(mark, Click)
        self.marks.append(mark)
        self.shown = self.mend().astype(self.shown.dtype)
        return self.prediction

    def begin(self) -> Pixels:
        """What is shown before any mark where there is no prior: the network's answer."""
        return self._network()

    @abstractmethod
    def mend(self) -> Pixels:
        """What is shown after the newest mark, ``(H, W)``."""


BASELINES: Registry[type[Baseline]] = Registry("baseline")
"""The baselines by the names of their rows."""


def baselines_of(shows: str) -> tuple[str, ...]:
    """The baselines that make a field of predictions."""
    return tuple(name for name in BASELINES if shows in BASELINES[name].of)


EVERYTHING = ("mask", "labels", "alpha", "depth_m")


class _Painted(Baseline):
    """The value of a click over a part of what is wrong in its place."""

    of = EVERYTHING

    def mend(self) -> Pixels:
        """What is shown, with the value of the mark painted."""
        mark = self.marks[-1]
        value = mark.value if mark.label is None else mark.label
        value = value == FOREGROUND if self.subject.shows == "mask" else value
        painted = self.shown.copy()
        painted[self.area(mark, self._error(mark))] = value
        return painted

    @abstractmethod
    def area(self, mark: Click, error: Mask) -> Mask:
        """What is painted, given what is wrong as the pixel of the mark is, each ``(H, W)``."""

    def _error(self, mark: Click) -> Mask:
        """Where the same is missing; of numbers, where at least half as much is, to that side."""
        row, column = int(mark.y), int(mark.x)
        truth, shown, ignore = self.subject.truth, self.shown, self.subject.ignore
        if truth.dtype.kind == "f":
            off = np.nan_to_num(truth - shown)
            error: Mask = off * np.sign(off[row, column]) > 0.5 * abs(off[row, column])
        else:
            error = (truth != shown) & (truth == truth[row, column])
        return error if ignore is None else error & ~ignore


@BASELINES.register("brush")
class Brush(_Painted):
    """A round dab per click: the largest around the click in which all is wrong."""

    def area(self, mark: Click, error: Mask) -> Mask:
        """The inscribed circle of the error around the click."""
        radius = distance_inside(error)[int(mark.y), int(mark.x)]
        rows, columns = np.indices(error.shape) + 0.5
        # Half a pixel² less, for the border itself is not wrong, whatever the last bit is.
        beyond = np.square(columns - mark.x) + np.square(rows - mark.y)
        dab: Mask = beyond < np.square(radius) - 0.5
        return dab


@BASELINES.register("fill")
class Fill(_Painted):
    """The whole connected wrong part (8-neighbours)."""

    def area(self, mark: Click, error: Mask) -> Mask:
        """The connected component of the error under the click."""
        _, labels = cv2.connectedComponents(error.astype(np.uint8), connectivity=8)
        part: Mask = labels == labels[int(mark.y), int(mark.x)]
        return part


@BASELINES.register("nearest")
class Nearest(Baseline):
    """Each pixel has the value of the nearest mark, without any network."""

    of = ("depth_m",)

    def mend(self) -> Pixels:
        """The value of the nearest mark, ``(H, W)``; of two as near, the newer one."""
        values = np.array([click.value for click in reversed(self.marks)], np.float32)
        nearest: FloatMap = values[self.distances()[::-1].argmin(axis=0)]
        return nearest

    def distances(self) -> NDArray[np.float32]:
        """From each of the K marks to each pixel, ``(K, H, W)``, pixels."""
        rows, columns = np.indices(self.shown.shape, np.float32) + 0.5
        far = [np.hypot(columns - click.x, rows - click.y) for click in self.marks]
        return np.asarray(far, np.float32)


@BASELINES.register("smooth-field")
class SmoothField(Nearest):
    """The network's depth times a smooth field of ratios.

    The log of the field is the mean of log(value / network) at the marks, weighted by a Gaussian of
    their distances [Nadaraya–Watson], so that one mark scales the whole room.
    """

    def mend(self) -> Pixels:
        """Network × exp(Σ w log(value / network) / Σ w), ``(H, W)``."""
        if len(self.marks) == 1:
            self.network = self._network()
        at = [(int(click.y), int(click.x)) for click in self.marks]
        logs = [np.log(c.value / self.network[p]) for c, p in zip(self.marks, at, strict=True)]
        width = FIELD_WIDTH * min(self.shown.shape)
        weights = -np.square(self.distances() / width) / 2
        weights = np.exp(weights - weights.max(axis=0))
        field: FloatMap = np.tensordot(logs, weights, axes=1) / weights.sum(axis=0)
        return self.network * np.exp(field)


@BASELINES.register("scaled")
class Scaled(Baseline):
    """The network's depth at the true median, whatever the marks: a scale that nobody missed."""

    of = ("depth_m",)

    def mend(self) -> Pixels:
        """Network × median(truth / network), ``(H, W)``."""
        if len(self.marks) > 1:
            return self.shown
        shown = self._network()
        counts = np.isfinite(self.subject.truth)
        if self.subject.ignore is not None:
            counts &= ~self.subject.ignore
        scaled: FloatMap = shown * np.median(self.subject.truth[counts] / shown[counts])
        return scaled


class _Matting(Baseline):
    """A matte by a solver (pymatting) that knows the trimap and holds to the marks."""

    of = ("alpha",)
    longest_px: ClassVar[float] = math.inf
    """The longer side of the photo that is solved; a larger one is made smaller for it."""

    def begin(self) -> Pixels:
        """The solution without marks."""
        return self._solve(np.full(self.subject.truth.shape, 0.5, np.float32))

    def mend(self) -> Pixels:
        """The solution with all marks."""
        return self._solve(self.shown)

    @abstractmethod
    def laplacian(self, image: NDArray[np.float64]) -> Any:
        """L of the photo in [0, 1], ``(H · W, H · W)``, sparse."""

    @abstractmethod
    def preconditioner(self, system: Any) -> Any:
        """What makes the system quick to solve."""

    def _solve(self, guess: Pixels) -> FloatMap:
        """(L + λ D) α = λ D a, where D is 1 and a is given by the trimap or a mark."""
        from pymatting import cg
        from scipy.sparse import diags

        height, width = guess.shape
        scale = min(1.0, self.longest_px / max(guess.shape))
        size = max(1, round(scale * width)), max(1, round(scale * height))
        if not hasattr(self, "_laplacian"):
            image = cv2.resize(self.start.image, size, interpolation=cv2.INTER_AREA)
            self._laplacian = self.laplacian(image.astype(np.float64) / 255.0)
        known, values = self._given(size)
        held = FIRMNESS * known.ravel()
        system = (self._laplacian + diags(held)).tocsc()
        x0 = cv2.resize(guess, size, interpolation=cv2.INTER_AREA).astype(np.float64).ravel()
        solved = cg(system, held * values.ravel(), x0=x0, M=self.preconditioner(system))
        alpha: FloatMap = solved.reshape(known.shape).clip(0, 1).astype(np.float32)
        if scale == 1:
            return alpha
        known, values = self._given((width, height))
        enlarged = cv2.resize(alpha, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.where(known, values, enlarged).astype(np.float32)

    def _given(self, size: tuple[int, int]) -> tuple[Mask, NDArray[np.float64]]:
        """Where trimap and marks give alpha in a photo of a size (W, H), and what they give."""
        trimap = self.start.trimap
        assert trimap is not None
        across, down = size[0] / trimap.shape[1], size[1] / trimap.shape[0]
        grey = np.asarray(cv2.resize(trimap, size, interpolation=cv2.INTER_NEAREST), np.float64)
        known, values = (grey == 0) | (grey == 255), grey / 255
        for click in self.marks:
            pixel = int(click.y * down), int(click.x * across)
            known[pixel], values[pixel] = True, click.value
        return known, values


@BASELINES.register("closed-form")
class ClosedForm(_Matting):
    """Closed-form matting (Levin, Lischinski and Weiss, 2008), marks as constraints."""

    def laplacian(self, image: NDArray[np.float64]) -> Any:
        """The matting Laplacian."""
        from pymatting import cf_laplacian

        return cf_laplacian(image)

    def preconditioner(self, system: Any) -> Any:
        """An incomplete factor."""
        from pymatting import ichol

        return ichol(system, discard_threshold=1e-4)


@BASELINES.register("knn")
class NearestColours(_Matting):
    """KNN matting (Chen, Li and Tang, 2013), marks as constraints.

    A photo whose longer side is above 400 pixels is solved at 400, and its alpha enlarged; trimap
    and marks hold at full size.
    """

    longest_px = 400

    def laplacian(self, image: NDArray[np.float64]) -> Any:
        """The Laplacian of the graph of nearest colours and places."""
        from pymatting import knn_laplacian

        return knn_laplacian(image)

    def preconditioner(self, system: Any) -> Any:
        """The diagonal: neighbours are anywhere, so an incomplete factor fills up."""
        from pymatting import jacobi

        return jacobi(system)
