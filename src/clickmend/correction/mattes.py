"""What photo, trimap and network together say of a matte, and what a mark changes of it.

A matte α is smooth where the photo's colours lie on lines, α L α small with L the matting Laplacian
[Levin08]; the network adds what colours cannot tell, most where it is sure:

    E(α) = α L α + Σ_i c_i (α_i − network_i)²,   c_i = λ max(c₀, (2 network_i − 1)²),

over the unknown pixels, the known ones fixed. A mark fixes one more pixel, and α answers to it by
the same L and c around it, up to the mark's reach.
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
"""λ: how much a sure network counts against the Laplacian."""

UNSURE = 0.05
"""c₀: the share of it that an alpha of one half keeps."""

PRECISION = 1e-4
"""Relative residual at which the conjugate gradients of the minimum stop."""

COARSE = 1e-2
"""Likewise of a response."""

MOST_STEPS = 600
"""Of the conjugate gradients."""

LARGEST_PX = 1_000_000
"""Of larger photos the energy is found on a reduced grid of so many pixels."""


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
        """The energy for a network's answer, and its minimum.

        Args:
            photo: The photo, ``(H, W, 3)``.
            unknown: Where alpha is asked for, ``(H, W)``.
            alpha: The network's answer there, what is known elsewhere, ``(H, W)``.
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
        """How alpha moves within a window when its centre is moved by 1, ``(h, w)``.

        It ends with the window's unknown pixels; ``None`` where the centre is known.
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
    from pymatting import cf_laplacian

    inside, outside = np.flatnonzero(unknown), np.flatnonzero(~unknown)
    rows = cf_laplacian(photo / 255.0, is_known=~unknown).tocsr()[inside]
    network = alpha[unknown].astype(np.float64)
    trust = TRUST * np.maximum(UNSURE, (2 * network - 1) ** 2)
    wanted = trust * network - rows[:, outside] @ alpha.ravel()[outside]
    return (rows[:, inside] + diags(trust)).tocsr(), wanted


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
