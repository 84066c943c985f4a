"""Mattes from photo, trimap and network, and how a mark changes them.

A matte α is smooth where the photo's colours lie on lines: α L α is small, with L the matting
Laplacian [Levin08]. The network's output is a second term, with the largest weight where it is
certain:

    E(α) = α L α + Σ_i c_i (α_i − network_i)²,   c_i = λ max(c₀, (2 network_i − 1)²),

over the unknown pixels, the known ones fixed. A mark fixes one more pixel, and the minimum is
updated around it, up to the mark's reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from scipy.sparse.linalg import cg

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.correction.values import Window
from clickmend.feedback.crop import resize

TRUST = 1e-4
"""λ: the weight of a certain network against the Laplacian."""

UNSURE = 0.05
"""c₀: the share of λ that remains at an alpha of one half."""

PRECISION = 1e-4
"""Relative residual at which the conjugate gradients of the minimum stop."""

COARSE = 1e-2
"""The same for a response."""

MOST_STEPS = 600
"""Maximum number of conjugate gradient iterations."""

EPSILON = 1e-7
"""Regularisation of the variance of colours."""

BAND_ROWS = 32
"""Rows of windows whose weights are computed together."""

LARGEST_PX = 1_000_000
"""Larger photos are solved on a grid reduced to this many pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Matte:
    """The energy of a matte.

    Args:
        index: The number of each unknown pixel of the grid in row order, −1 elsewhere, ``(h, w)``.
        system: L + diag(c) over the unknown pixels.
        initial: Its minimum, in [0, 1], ``(H, W)`` of the photo.
    """

    index: NDArray[np.int32]
    system: csr_matrix
    initial: FloatMap

    @classmethod
    def of(cls, photo: RGB, unknown: Mask, alpha: FloatMap) -> Matte:
        """The energy for a network's output, and its minimum.

        Args:
            photo: The photo, ``(H, W, 3)``.
            unknown: The pixels whose alpha is unknown, ``(H, W)``.
            alpha: The network's output there and the known alpha elsewhere, ``(H, W)``.
        """
        height, width = unknown.shape
        shrink = min(1.0, (LARGEST_PX / unknown.size) ** 0.5)
        w, h = max(1, round(width * shrink)), max(1, round(height * shrink))
        asked = resize(unknown.astype(np.float32), w, h) > 0
        grid = resize(alpha, w, h)
        index = np.full((h, w), -1, np.int32)
        index[asked] = np.arange(asked.sum())
        if not asked.any():
            return cls(index, csr_matrix((0, 0)), alpha.copy())
        system, wanted = _energy(resize(photo, w, h), asked, grid)
        moved = np.zeros((h, w), np.float32)
        moved[asked] = _solved(system, wanted, grid[asked], PRECISION) - grid[asked]
        initial = (alpha + resize(moved, width, height)).clip(0, 1)
        return cls(index, system, np.where(unknown, initial, alpha))

    def response(self, window: Window) -> FloatMap | None:
        """The change of alpha within a window per unit change of its centre, ``(h, w)``.

        Only unknown pixels of the window change; ``None`` if the centre is known.
        """
        height, width = self.initial.shape
        down, across = self.index.shape[0] / height, self.index.shape[1] / width
        top, bottom = int(window.rows.start * down), int(window.rows.stop * down)
        rows = slice(top, max(top + 1, bottom))
        columns = slice(
            int(window.columns.start * across), max(1, int(window.columns.stop * across))
        )
        index = self.index[rows, columns]
        row, column = window.centre
        at = (
            min(int((row + window.rows.start) * down) - top, index.shape[0] - 1),
            min(int((column + window.columns.start) * across) - columns.start, index.shape[1] - 1),
        )
        if index[at] < 0:
            return None
        response = np.zeros(index.shape, np.float32)
        moves = index >= 0
        moves[at] = False
        if moves.any():
            system = self.system[index[moves]]
            pull = -system[:, [index[at]]].toarray()[:, 0]
            response[moves] = _solved(system[:, index[moves]], pull, 0 * pull, COARSE)
        response[at] = 1
        full = resize(
            response.clip(0, 1),
            window.columns.stop - window.columns.start,
            window.rows.stop - window.rows.start,
        )
        full[window.centre] = 1
        return full


def _energy(photo: RGB, unknown: Mask, alpha: FloatMap) -> tuple[csr_matrix, NDArray[np.float64]]:
    """The system of the minimum, and its right side."""
    inside, outside = np.flatnonzero(unknown), np.flatnonzero(~unknown)
    rows = laplacian_rows(photo / 255.0, unknown)
    network = alpha[unknown].astype(np.float64)
    trust = TRUST * np.maximum(UNSURE, (2 * network - 1) ** 2)
    wanted = trust * network - rows[:, outside] @ alpha.ravel()[outside]
    return (rows[:, inside] + diags(trust)).tocsr(), wanted


def laplacian_rows(photo: NDArray[np.float64], unknown: Mask) -> csr_matrix:
    """The rows of the matting Laplacian of some pixels [Levin08, Eq. 12].

    Over all windows of 3 × 3 pixels that i and j are in, L_ij is the sum of

        δ_ij − (1 + (I_i − μ)ᵀ (Σ + ε/9 · 1)⁻¹ (I_j − μ)) / 9,

    μ and Σ the mean and the covariance of the window's colours.

    Args:
        photo: RGB in [0, 1], ``(h, w, 3)``.
        unknown: The pixels whose rows are computed, n of them, ``(h, w)``.

    Returns:
        ``(n, h·w)``.
    """
    height, width = unknown.shape
    weights = np.zeros((int(unknown.sum()), 5, 5))
    number = np.cumsum(unknown).reshape(unknown.shape) - 1
    for top in range(0, height - 2, BAND_ROWS):
        rows = slice(top, min(top + BAND_ROWS + 2, height))  # windows share the rows at its ends
        asked = np.flatnonzero(unknown[rows].any(axis=0))
        if not asked.size or width < 3:
            continue
        band = rows, slice(max(0, asked[0] - 2), asked[-1] + 3)
        here = unknown[band]
        weights[number[band][here]] += np.moveaxis(_stencils(photo[band])[:, :, here], 2, 0)
    steps = np.arange(-2, 3)
    y, x = np.nonzero(unknown)
    down = (y[:, None, None] + steps[:, None]).clip(0, height - 1)
    right = (x[:, None, None] + steps).clip(0, width - 1)  # beyond the photo the weight is 0
    places = (down * width + right).ravel()
    starts = np.arange(0, weights.size + 1, 25)
    return csr_matrix((weights.ravel(), places, starts), shape=(len(weights), unknown.size))


def _stencils(photo: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights of each pixel's neighbours at distances up to two, ``(5, 5, h, w)``."""
    height, width = photo.shape[0] - 2, photo.shape[1] - 2
    around = [(row, column) for row in range(3) for column in range(3)]
    planes = np.moveaxis(photo, 2, 0)
    seen = np.stack([planes[:, r : r + height, c : c + width] for r, c in around])
    seen -= seen.mean(axis=0)  # (9, 3, h - 2, w - 2)
    covariance = np.einsum("iayx,ibyx->yxab", seen, seen) / 9 + EPSILON / 9 * np.eye(3)
    inverse = np.ascontiguousarray(np.moveaxis(np.linalg.inv(covariance), (2, 3), (0, 1)))
    pulled = np.einsum("abyx,ibyx->iayx", inverse, seen)
    weights = np.zeros((5, 5, *photo.shape[:2]))
    for i, (row, column) in enumerate(around):
        for j, (other_row, other_column) in enumerate(around[: i + 1]):
            weight = (i == j) - (1 + (seen[i] * pulled[j]).sum(axis=0)) / 9
            down, right = other_row - row, other_column - column
            weights[2 + down, 2 + right, row : row + height, column : column + width] += weight
            if i != j:
                there = (
                    slice(other_row, other_row + height),
                    slice(other_column, other_column + width),
                )
                weights[(2 - down, 2 - right, *there)] += weight
    return weights


def _solved(
    system: csr_matrix,
    wanted: NDArray[np.floating[Any]],
    start: NDArray[np.floating[Any]],
    precision: float,
) -> NDArray[np.float64]:
    """Conjugate gradients, preconditioned by the diagonal."""
    steps = diags(1 / system.diagonal())
    found, _ = cg(system, wanted, x0=start, rtol=precision, maxiter=MOST_STEPS, M=steps)
    solution: NDArray[np.float64] = found
    return solution
