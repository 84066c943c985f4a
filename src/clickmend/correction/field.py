"""Regression of a map of numbers from all marks: one scale and slope, then a smooth field.

The correction r = value − witness, in natural space, is a Gaussian process over the photo:

    k(a, b) = s₀² + s₁² o_a o_b + s₂² (x_a x_b + y_a y_b)        scale, slope and plane
            + s₃² exp(−|p_a − p_b| / l₃)                         place
            + s₄² exp(−½ (|p_a − p_b|² / l₄² + (o_a − o_b)² / m₄² + |c_a − c_b|² / n₄²))

with p the position in units of the photo's shorter side, o the network's output (the witness) and c
the colour. The constant s₀ is the scale of the whole map. Either the network has the right scale or
not: the model averages over a small and a large s₀, weighted by their evidence, so a single mark
that is far off rescales the map and one that is a little off acts locally. The other terms stay
near their prior until there are marks enough. The noise of a mark is larger at an edge of the
witness, and larger for an outlier, so that it cannot tilt the map [Rasmussen06, Ch. 2 and 5].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.bands import bands
from clickmend.core.shapes import Float
from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.feedback.crop import resize

GRID_PX = 112
"""Longer side of the grid on which the field is computed."""

SMOOTH_PX = 1.0
"""σ of the blur that denoises colours, in pixels of the grid."""

FLAT = 1e-4
"""Regularisation of the guided filter: a guide of smaller variance counts as flat."""

STRANGE = 4.0
"""A mark is an outlier from this many robust deviations on."""

STRANGE_BY = 0.6
"""A mark that deviates by less than this is never an outlier, natural space."""

VOTERS = 20
"""One mark in this many can be an outlier."""

DOUBT = 2.0
"""Additional noise of an outlier, in variances of its prediction from the other marks."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """The amplitudes s and lengths l, m, n of the covariance, and the deviation of a mark.

    Amplitudes and deviations are in ``unit``, which only affects the weights of the two scales.

    Args:
        known: s₀ of a network with the right scale.
        unknown: s₀ of a network with an unknown scale.
        edge: Increase of a mark's deviation per step of the witness between pixels of the grid.
        unit: Unit of amplitudes, natural space.
    """

    known: float
    unknown: float
    slope: float
    plane: float
    place: float
    place_length: float
    joint: float
    joint_length: float
    joint_witness: float
    joint_colour: float
    noise: float
    edge: float
    unit: float

    def __call__(
        self, a: Float[NDArray[Any], "n 6"], b: Float[NDArray[Any], "m 6"]
    ) -> Float[NDArray[Any], "n m"]:
        """The covariances of two lists of features (x, y, witness, red, green, blue), less s₀²."""
        lengths = [self.joint_length] * 2 + [self.joint_witness] + [self.joint_colour] * 3
        metric = 1 / np.asarray(lengths, a.dtype)
        linear = np.asarray([self.plane, self.plane, self.slope], a.dtype)
        k: NDArray[Any] = (a[:, :3] * linear) @ (b[:, :3] * linear).T
        k += self.place**2 * np.exp(np.sqrt(_squared(a[:, :2], b[:, :2])) / -self.place_length)
        k += self.joint**2 * np.exp(_squared(a * metric, b * metric) / -2)
        return k


DEPTH = Kernel(
    known=1.0,
    unknown=8.0,
    slope=0.3,
    plane=0.8,
    place=1.0,
    place_length=0.4,
    joint=0.9,
    joint_length=0.5,
    joint_witness=0.35,
    joint_colour=1.5,
    noise=0.03,
    edge=8.0,
    unit=0.1,
)
"""The kernel of log-depth."""


class Field:
    """A network's output and its photo, prepared for the regression.

    Args:
        witness: The network's output, natural space, ``(H, W)``.
        photo: The photo, ``(H, W, 3)``.
    """

    def __init__(self, witness: FloatMap, photo: RGB) -> None:
        self.witness = witness
        height, width = witness.shape
        shrink = max(1.0, max(height, width) / GRID_PX)
        w, h = (max(1, round(side / shrink)) for side in (width, height))
        small = resize(photo, w, h).astype(np.float32) / 255
        self._colours = cv2.GaussianBlur(small, (0, 0), SMOOTH_PX)
        self._small = resize(witness, w, h)

    def explained(
        self,
        places: Float[NDArray[np.float32], "K 2"],
        values: Float[NDArray[np.float32], " K"],
        *,
        kernel: Kernel = DEPTH,
    ) -> tuple[FloatMap, Mask]:
        """The map that best explains all marks.

        Args:
            places: (x, y) of the marks, pixels.
            values: Their values, natural space.
            kernel: Covariance of the corrections.

        Returns:
            The corrected witness, ``(H, W)``, and which marks are no outliers, ``(K,)``.
        """
        grid, here = self._features(places)
        residual = (values - _at(self.witness, places)).astype(np.float64)
        precise = here.astype(np.float64)
        deviation = np.hypot(kernel.noise, kernel.edge * self._steps(places))
        flat = kernel.unknown**2
        covariance, heard = _doubted(
            kernel(precise, precise) + flat + np.diag(deviation**2), residual
        )
        level, weights = _scaled(covariance - flat, residual, kernel)
        field = kernel(grid.reshape(-1, 6), here) @ weights.astype(np.float32) + np.float32(level)
        return self._corrected(field.reshape(grid.shape[:2])), heard

    def _features(
        self, places: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(x, y, witness, red, green, blue) over the grid, ``(h, w, 6)``, and at marks, ``(K, 6)``.

        The witness is relative to its mean over the marks, the pivot of the slope.
        """
        (height, width), (h, w) = self.witness.shape, self._small.shape
        rows = (np.arange(h, dtype=np.float32) + 0.5) * (height / h)
        columns = (np.arange(w, dtype=np.float32) + 0.5) * (width / w)
        side, middle = min(height, width), np.array([width, height], np.float32) / 2
        at = _at(self.witness, places)
        place = np.stack(np.meshgrid(columns, rows), -1)
        grid = np.concatenate(
            [(place - middle) / side, (self._small - at.mean())[..., None], self._colours], -1
        )
        here = np.concatenate(
            [
                (places - middle) / side,
                (at - at.mean())[:, None],
                self._colours[self._near(places)],
            ],
            -1,
        )
        return grid.astype(np.float32), here.astype(np.float32)

    def _steps(self, places: NDArray[np.float32]) -> NDArray[np.float32]:
        """The gradient of the witness per pixel of the grid at the marks, ``(K,)``."""
        across = cv2.Sobel(self._small, cv2.CV_32F, 1, 0, scale=1 / 8)
        down = cv2.Sobel(self._small, cv2.CV_32F, 0, 1, scale=1 / 8)
        steps: NDArray[np.float32] = np.hypot(across, down)[self._near(places)]
        return steps

    def _near(self, places: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns of the grid at the marks, each ``(K,)``."""
        (height, width), (h, w) = self.witness.shape, self._small.shape
        near = np.floor(places * [w / width, h / height]).astype(np.intp)
        return near[:, 1].clip(0, h - 1), near[:, 0].clip(0, w - 1)

    def _corrected(self, field: FloatMap) -> FloatMap:
        """The witness plus the field, upsampled as a locally linear function of the witness.

        So the field has edges where the witness has them, see the guided filter [He15].
        """
        witness, small = self.witness, self._small
        if field.shape == witness.shape:
            return field + witness
        mean, level = _around(small), _around(field)
        slope = _around(small * field) - mean * level
        slope /= _around(small * small) - mean * mean + FLAT
        slope, level = _around(slope), _around(level - slope * mean)
        height, width = witness.shape
        corrected, level = resize(slope, width, height), resize(level, width, height)
        for rows in bands(witness.shape):
            corrected[rows] *= witness[rows]
            corrected[rows] += level[rows]
            corrected[rows] += witness[rows]
        return corrected


def hold(
    shown: FloatMap,
    places: Float[NDArray[np.float32], "K 2"],
    values: Float[NDArray[np.float32], " K"],
    *,
    sigma_px: float,
) -> None:
    """Make a map interpolate the marks exactly, with a smooth correction around them.

    Args:
        shown: Natural space, ``(H, W)``; changed in place, within 3 σ of the marks.
        places: (x, y) of the marks, pixels; at most one per pixel.
        values: What holds there.
        sigma_px: σ of the blend.
    """
    pixels = np.floor(places).astype(int)
    missing = values - shown[pixels[:, 1], pixels[:, 0]]
    apart = ((pixels[:, None] - pixels) ** 2).sum(-1)
    reach = int(3 * sigma_px)
    blend = np.exp(-apart / (2 * sigma_px**2)) * (apart <= reach**2)
    rise = np.linalg.solve(blend + 1e-9 * np.eye(len(blend)), missing.astype(np.float64))
    dy, dx = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    dab = np.exp(-(dx**2 + dy**2) / (2 * sigma_px**2)) * (dx**2 + dy**2 <= reach**2)
    height, width = shown.shape
    for (x, y), amount in zip(pixels, rise, strict=True):
        rows, columns = (
            slice(max(0, y - reach), y + reach + 1),
            slice(max(0, x - reach), x + reach + 1),
        )
        inner = dab[
            rows.start - y + reach : min(height, rows.stop) - y + reach,
            columns.start - x + reach : min(width, columns.stop) - x + reach,
        ]
        shown[rows, columns] += (amount * inner).astype(shown.dtype)
    shown[pixels[:, 1], pixels[:, 0]] = values


def _squared(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """The squared distances of two lists of points, ``(n, m)``."""
    squared: NDArray[Any] = np.zeros((len(a), len(b)), a.dtype)
    for one, other in zip(a.T, b.T, strict=True):
        squared += (one[:, None] - other) ** 2
    return squared


def _around(values: FloatMap) -> FloatMap:
    return np.asarray(cv2.blur(values, (3, 3)), np.float32)


def _at(values: FloatMap, places: NDArray[np.float32]) -> NDArray[np.float32]:
    pixels = np.floor(places).astype(int)
    found: NDArray[np.float32] = values[pixels[:, 1], pixels[:, 0]]
    return found


def _scaled(
    covariance: NDArray[np.float64], residual: NDArray[np.float64], kernel: Kernel
) -> tuple[float, NDArray[np.float64]]:
    """The regression averaged over both scales by their evidence [Rasmussen06, Eq. 5.8].

    Args:
        covariance: Covariance of the marks without s₀², ``(K, K)``.
        residual: Residuals of the marks, ``(K,)``.
        kernel: Holds both s₀.

    Returns:
        The constant term, and the weights of the covariances with the marks, ``(K,)``.
    """
    flats = np.square([kernel.known, kernel.unknown])
    weights, evidence = [], []
    for flat in flats:
        whole = covariance + flat
        weights.append(np.linalg.solve(whole, residual))
        misfit = residual @ weights[-1] / kernel.unit**2
        evidence.append(-(misfit + np.linalg.slogdet(whole).logabsdet) / 2)
    says = np.exp(np.array(evidence) - max(evidence))
    says /= says.sum()
    levels = flats * np.sum(weights, axis=1)
    return float(says @ levels), says @ np.array(weights)


def _doubted(
    covariance: NDArray[np.float64], residual: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Mask]:
    """The covariance with more noise for outliers.

    The leave-one-out residual of a mark is compared with those of the other marks.

    Returns:
        The covariance ``(K, K)``, and which marks are no outliers, ``(K,)``.
    """
    covariance = covariance.copy()
    heard = np.ones(len(residual), np.bool_)
    for _ in range(len(residual) // VOTERS):
        inverse = np.linalg.inv(covariance)
        alpha, precision = inverse @ residual, inverse.diagonal()
        strange = np.abs(alpha) / np.sqrt(precision)
        usual = 1.4826 * np.sort(strange)[(len(strange) - 1) // 2]  # the lower one of two middles
        worst = int((strange * heard).argmax())
        if strange[worst] < STRANGE * usual or abs(alpha[worst] / precision[worst]) < STRANGE_BY:
            break
        covariance[worst, worst] += DOUBT / precision[worst]
        heard[worst] = False
    return covariance, heard
