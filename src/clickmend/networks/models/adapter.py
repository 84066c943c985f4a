"""Somebody else's module behind the interface of our networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from clickmend.core.errors import ModelError

Preprocess: TypeAlias = Callable[..., Any]
"""From the view, RGB ``(1, 3, H, W)`` in [0, 1] (and for matting the trimap), to what the module
takes: one tensor, a tuple of positional or a dict of keyword arguments."""

Output: TypeAlias = str | int | Callable[[Any], Tensor]
"""Where in the module's answer the prediction is: a key, a position, or a function of it."""

Sides: TypeAlias = int | tuple[int, int]
"""What the sides of a module's input are: multiples of a number, or exactly (H, W)."""

USUAL_KEYS = ("out", "logits", "predicted_depth", "alphas")
"""The keys by which torchvision and transformers hand out dense predictions."""


def normalised(
    mean: Sequence[float], std: Sequence[float], *, scale: float = 1.0, reverse: bool = False
) -> Preprocess:
    """The view, RGB in [0, 1], as most networks take it, and what is beside it as it is.

    Args:
        mean: Of each channel, after scaling.
        std: Likewise.
        scale: What 1 is for the network, 1 or 255.
        reverse: Whether it takes BGR.
    """

    def preprocess(image: Tensor, *beside: Tensor) -> tuple[Tensor, ...]:
        centre, width = (image.new_tensor(v)[:, None, None] for v in (mean, std))
        ordered = image.flip(1) if reverse else image
        return ((ordered * scale - centre) / width, *beside)

    return preprocess


class Adapted(nn.Module):
    """A module of any make as a network of a task.

    Args:
        module: The module; its own code is not touched.
        preprocess: What comes before it; the view itself when left out.
        output: Where in its answer the prediction is; found where that is beyond doubt.
        sides: What it takes. Behind ``preprocess`` a view is padded to that with zeros, on the
            right and at the bottom, and the answer is cropped again.
    """

    def __init__(
        self,
        module: nn.Module,
        *,
        preprocess: Preprocess | None,
        output: Output | None,
        sides: Sides = 1,
    ) -> None:
        super().__init__()
        self.module = module
        self._preprocess = preprocess
        self._output = output
        self._sides = sides

    def forward(self, *inputs: Tensor) -> Tensor:
        """The prediction over the view, ``(1, C, H, W)``; a coarser one is resized to it.

        It is float32, also where the module reckons in half precision.

        Raises:
            ModelError: The module's answer holds no map, or more than one without ``output``, or
                has its axes in another order, or was computed under ``torch.inference_mode``.
        """
        height, width = inputs[0].shape[-2:]
        size = self._padded(height, width)
        given = inputs if self._preprocess is None else self._preprocess(*inputs)
        more = (0, size[1] - width, 0, size[0] - height)
        if any(more):
            given = pytree.tree_map_only(
                Tensor, lambda x: F.pad(x, more) if x.shape[-2:] == (height, width) else x, given
            )
        if isinstance(given, Mapping):
            answer = self.module(**given)
        else:
            answer = self.module(*(given if isinstance(given, tuple) else (given,)))
        found = self._find(answer)
        if found.ndim == 3:
            found = found[:, None]
        if found.ndim != 4 or found.shape[0] != 1 or not found.is_floating_point():
            raise ModelError(
                f"The module answers with a {found.dtype} tensor of the shape "
                f"{tuple(found.shape)}. A dense prediction is floating point, (1, C, H, W) or "
                "(1, H, W); give output=, a key or a function that makes one of its answer."
            )
        if found.is_inference() and not torch.is_inference_mode_enabled():
            raise ModelError(
                "The module computes its answer under torch.inference_mode, where no gradient is "
                "kept, and a click moves it by gradients. Take that away from its forward, and "
                "from output=; sessions keep gradients only where they need them."
            )
        if size[0] == size[1] and found.shape[2] != found.shape[3]:
            raise ModelError(
                f"The module answers with the shape {tuple(found.shape)} for a square view. A "
                "dense prediction is (1, C, H, W), in the proportions of the view; give output=, a "
                "function that puts channels first, such as lambda y: y.permute(0, 3, 1, 2)."
            )
        found = found.float()
        if found.shape[-2:] != size:
            found = F.interpolate(found, size=size, mode="bilinear", align_corners=False)
        return found[..., :height, :width]

    def _padded(self, height: int, width: int) -> tuple[int, int]:
        """(H, W) of what the module is given of a view of this size."""
        if isinstance(self._sides, tuple):
            return self._sides
        step = self._sides
        return -(-height // step) * step, -(-width // step) * step

    def _find(self, answer: Any) -> Tensor:
        if callable(self._output):
            answer = self._output(answer)
        elif self._output is not None:
            answer = _entry(answer, self._output)
        elif isinstance(answer, Mapping):
            usual = [key for key in USUAL_KEYS if key in answer]
            if len(usual) == 1 or len(answer) == 1:
                answer = answer[usual[0] if usual else next(iter(answer))]
        if not isinstance(answer, Tensor):
            raise ModelError(
                f"The module answers with {_describe(answer)}, and which part is the prediction "
                "is not known. Give output=, its key or position, or a function of the answer."
            )
        return answer


def _entry(answer: Any, key: str | int) -> Any:
    try:
        return answer[key]
    except (KeyError, IndexError, TypeError, AttributeError):
        raise ModelError(
            f"The module's answer has no entry {key!r}; it is {_describe(answer)}. Give one of "
            "its keys or positions as output=."
        ) from None


def _describe(answer: Any) -> str:
    if isinstance(answer, Mapping):
        return f"a mapping with the keys {', '.join(map(repr, answer))}"
    if isinstance(answer, tuple | list):
        return f"a {type(answer).__name__} of {len(answer)}"
    return f"a {type(answer).__name__}"
