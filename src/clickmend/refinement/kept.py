"""Values that are kept between calls, and whether they are still what they were."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils import _pytree as pytree

PLAIN = (type(None), bool, int, float, str, bytes, torch.dtype, torch.device)
_SAME_SIZE_INTEGER = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def same_bits(a: Tensor, b: Tensor) -> bool:
    """Whether two tensors agree in every bit, in type, device and layout.

    The layout counts because it can decide which algorithm the next operation takes, and so its
    rounding.
    """
    return (
        a.shape == b.shape
        and a.dtype == b.dtype
        and a.device == b.device
        and a.stride() == b.stride()
        and torch.equal(_as_integers(a), _as_integers(b))
    )


def _as_integers(tensor: Tensor) -> Tensor:
    if not tensor.dtype.is_floating_point:
        return tensor
    return tensor.detach().view(_SAME_SIZE_INTEGER[tensor.element_size()])


def same(a: Any, b: Any) -> bool:
    """Whether two tensors or two plain values are the same bit for bit."""
    if isinstance(a, Tensor):
        return a is b or (isinstance(b, Tensor) and same_bits(a, b))
    # By what is printed, which tells 0.0 from −0.0 and finds NaN the same as NaN.
    return type(a) is type(b) and repr(a) == repr(b)


def version(tensor: Tensor) -> int:
    """How often a tensor was changed in place; −1 where ``inference_mode`` does not count."""
    return -1 if tensor.is_inference() else tensor._version


def copied(value: Any) -> Any:
    """``value`` with its own memory for every tensor through which no gradient flows."""
    return pytree.tree_map_only(Tensor, lambda t: t if t.requires_grad else t.clone(), value)


class Kept:
    """A nested value, tuples, lists and dicts opened, and the versions that its tensors had.

    In-place operations raise the version of a tensor and of all its views, so a value that was
    spoilt since is recognised.
    """

    def __init__(self, value: Any) -> None:
        self.value = value
        self._leaves, self._shape = pytree.tree_flatten(value)
        self._versions = [version(t) if isinstance(t, Tensor) else 0 for t in self._leaves]

    @property
    def keepable(self) -> bool:
        """Whether it holds only tensors and plain things.

        Anything else may hide a tensor; and a tensor of another kind (sparse, complex, made under
        ``inference_mode``) has no version or no bits to compare.
        """
        return all(
            type(leaf) in PLAIN
            or (
                isinstance(leaf, Tensor)
                and leaf.layout is torch.strided
                and not leaf.is_complex()
                and not leaf.is_quantized
                and not leaf.is_inference()
            )
            for leaf in self._leaves
        )

    @property
    def follows_variables(self) -> bool:
        """Whether a gradient flows through any tensor in it."""
        return any(isinstance(leaf, Tensor) and leaf.requires_grad for leaf in self._leaves)

    @property
    def intact(self) -> bool:
        """Whether nothing was changed in place since, neither a tensor nor a list that holds it."""
        leaves, shape = pytree.tree_flatten(self.value)
        return shape == self._shape and all(
            leaf is kept and (not isinstance(leaf, Tensor) or version(leaf) == before)
            for leaf, kept, before in zip(leaves, self._leaves, self._versions, strict=True)
        )

    def equals(self, other: Kept) -> bool:
        """Whether ``other`` is bit for bit what was kept; the same objects need no comparison."""
        return (
            other._shape == self._shape
            and self.intact
            and all(map(same, self._leaves, other._leaves))
        )
