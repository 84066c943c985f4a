"""Which tensors the front door lets in."""

from __future__ import annotations

import torch
from torch import Tensor

from clickmend.attention.arguments import is_broadcastable
from clickmend.attention.positions import Positions
from clickmend.core.errors import OptionError


def check_tensors(
    q: Tensor,
    keys: Tensor,
    values: Tensor,
    *,
    queries_values: dict[str, Tensor | None],
    fixed: Tensor | None,
    mask: Tensor | None,
    prior: str | Tensor,
    positions: Positions | None,
) -> None:
    """Refuse tensors that do not belong together.

    Args:
        q: ``(B, G, N, D)``.
        keys: ``(B, G, M, D)``.
        values: ``(B, G, M, Dv)``.
        queries_values: ``fixed_values`` and others that are ``(B, G, N, Dv)``.
        fixed: ``(B, N)`` of booleans, with ``fixed_values`` or not at all.
        mask: Broadcastable to ``(B, G, N, M)``, of booleans.
        prior: A word, or log π, broadcastable to ``(B, G, N, M)``.
        positions: Of as many pixels as there are queries and units.

    Raises:
        OptionError: As said.
    """
    _check_tokens(q, keys, values)
    shape = (*q.shape[:3], keys.shape[2])
    for name, given in queries_values.items():
        _check_values(name, given, (*q.shape[:3], values.shape[3]))
    _check_fixed(q, queries_values["fixed_values"], fixed)
    _check_mask(mask, shape)
    _check_prior(prior, shape)
    _check_positions(positions, shape)


def _check_tokens(q: Tensor, keys: Tensor, values: Tensor) -> None:
    """Refuse queries, keys and values that do not belong together."""
    shapes = tuple(q.shape), tuple(keys.shape), tuple(values.shape)
    fits = all(len(shape) == 4 for shape in shapes) and (
        q.shape[:2] == keys.shape[:2] == values.shape[:2]
        and q.shape[3] == keys.shape[3]
        and keys.shape[2] == values.shape[2]
    )
    if not fits or 0 in (*q.shape, *keys.shape, *values.shape):
        raise OptionError(
            f"q, keys and values have the shapes {shapes[0]}, {shapes[1]} and {shapes[2]}. They "
            "are (B, G, N, D), (B, G, M, D) and (B, G, M, Dv), none empty, G being the heads; "
            "reshape them, with one head if there are none."
        )


def _check_values(name: str, given: Tensor | None, wanted: tuple[int, ...]) -> None:
    """Refuse values of the queries' tokens that are not one for every query."""
    if given is not None and tuple(given.shape) != wanted:
        raise OptionError(
            f"{name} has the shape {tuple(given.shape)}. Here it is {wanted}, a value for every "
            "query and head; expand it to that."
        )


def _check_fixed(q: Tensor, fixed_values: Tensor | None, fixed: Tensor | None) -> None:
    """Refuse fixed values without a flag for each token that says which count."""
    if fixed is None and fixed_values is None:
        return
    if fixed is None or fixed_values is None:
        given, lacking = ("fixed_values", "fixed") if fixed is None else ("fixed", "fixed_values")
        raise OptionError(
            f"{given} is given without {lacking}. fixed says which queries have a value, "
            "fixed_values which; give both or neither."
        )
    wanted = (q.shape[0], q.shape[2])
    if tuple(fixed.shape) != wanted or fixed.dtype != torch.bool:
        raise OptionError(
            f"fixed has the type {fixed.dtype} and the shape {tuple(fixed.shape)}. Here it is of "
            f"booleans, {wanted}, the same for all heads; give one for every query."
        )


def _check_mask(mask: Tensor | None, shape: tuple[int, ...]) -> None:
    """Refuse a mask that is not of booleans or not broadcastable to ``(B, G, N, M)``."""
    if mask is not None and (mask.dtype != torch.bool or not is_broadcastable(mask, shape)):
        raise OptionError(
            f"mask has the type {mask.dtype} and the shape {tuple(mask.shape)}. It is of booleans, "
            f"True = attend, broadcastable to {shape}; give terms to add to the scores as prior."
        )


def _check_prior(prior: str | Tensor, shape: tuple[int, ...]) -> None:
    """Refuse a prior that is neither known nor broadcastable to ``(B, G, N, M)``."""
    if isinstance(prior, Tensor):
        if prior.is_floating_point() and is_broadcastable(prior, shape):
            return
        said = f"of the type {prior.dtype} and the shape {tuple(prior.shape)}"
    elif prior in ("magnitude", "uniform"):
        return
    else:
        said = repr(prior)
    raise OptionError(
        f"prior is {said}. Choose 'magnitude' or 'uniform', or give log π, floats broadcastable "
        f"to {shape}."
    )


def _check_positions(positions: Positions | None, shape: tuple[int, ...]) -> None:
    """Refuse positions of another number of tokens."""
    if positions is not None and (positions.tokens, positions.tokens) != shape[2:]:
        raise OptionError(
            f"The positions are of a map of {positions.tokens} pixels, there are {shape[2]} "
            f"queries and {shape[3]} units. Positions are for self-attention within one map; make "
            "embeddings for its offsets, 2H−1 by 2W−1."
        )
