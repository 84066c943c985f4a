"""Sensible places to refine a network at, found by running it once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from clickmend.core.errors import ModelError
from clickmend.refinement.frozen import require_evaluation_mode
from clickmend.refinement.trace import Call, dependencies, watch

STRIDES = range(4, 33)
LEAST_CHANNELS = 8
CHEAP_SHARE = 0.5
"""Up to this share of the multiply-adds, what lies behind a place is cheap."""


@dataclass(frozen=True)
class InsertionPlace:
    """A part whose output may be refined.

    Attributes:
        name: As in ``module.named_modules()``, for :func:`insert`.
        channels: Of its output.
        stride: Pixels of the input per cell of its output, along each axis.
        share_behind: Share of the network's multiply-adds that depend on its output, and so are
            done in each iteration; in (0, 1).
    """

    name: str
    channels: int
    stride: int
    share_behind: float

    def is_inside(self, other: InsertionPlace) -> bool:
        """Whether this is a part of a part of ``other``, by name."""
        return self.name != other.name and f"{self.name}.".startswith(f"{other.name}.".lstrip("."))


def propose(module: nn.Module, *inputs: Any) -> list[InsertionPlace]:
    """Places to insert layers at, the best first.

    The network is run once. A place is a part

    - each call of which puts out one feature map (1, C, h, w) with at least 8 channels, 4 to 32
      times smaller than the image along both axes;
    - in the later part of the network: the deepest point does not depend on it. That is the last
      of the widest among the smallest maps;
    - on which the answer depends: a gradient that is not zero flows to it, and there are
      multiply-adds behind it.

    The outermost stands for all parts that put out the same tensor, and for the steps inside it
    that keep its stride. Parts of several parts come before single operations, then those with at
    most half of the multiply-adds behind them, then the coarser, the less nested, the later. For
    several insertions take the first few.

    Args:
        module: Any network in evaluation mode; it is left as it was.
        inputs: What it is called with; the first (1, C, H, W) tensor is the image.

    Returns:
        At least one place; the same for the same network and input sizes.

    Raises:
        ModelError: There is no such place, no image among the inputs, some part is in training
            mode, or no gradient comes from the answer.
    """
    require_evaluation_mode(module)
    with torch.inference_mode(False), torch.enable_grad():
        given = pytree.tree_map_only(Tensor, _differentiable, inputs)
        size = _image_size(given)
        calls, answer = watch(module, given)
        if not any(isinstance(y, Tensor) and y.grad_fn for y in pytree.tree_leaves(answer)):
            raise ModelError(
                "No gradient comes from the network's answer, so nothing inside it can be moved. "
                "Allowed is one that is computed outside torch.no_grad and torch.inference_mode, "
                "without detach(), argmax and integer weights; take these away."
            )
        candidates = _one_for_each_tensor(_later(_feature_maps(calls, size)))
        candidates = _with_gradient(candidates, answer)
    places = _ranked(module, candidates, calls)
    if not places:
        raise ModelError(
            f"The network has no sensible place to refine at in {len(calls)} calls of its parts. "
            f"Looked for: an output (1, C, h, w) of floating-point numbers, C at least "
            f"{LEAST_CHANNELS}, {STRIDES[0]} to {STRIDES[-1]} times smaller than the "
            f"{size[0]}×{size[1]} image, at or behind the deepest map, with a gradient from the "
            "answer and multiply-adds behind it. Name a place yourself, or give a larger image."
        )
    return places


class _Candidate:
    """A part and its calls."""

    def __init__(self, calls: list[Call], size: tuple[int, int]) -> None:
        self.name = calls[0].part
        self.calls = calls
        self.size = size

    @property
    def m(self) -> Tensor:
        """The output of its last call."""
        output: Tensor = self.calls[-1].output
        return output

    @property
    def stride(self) -> int:
        return round(self.size[0] / self.m.shape[2])

    @property
    def depth(self) -> tuple[int, int]:
        return self.stride, self.m.shape[1]


def _differentiable(tensor: Tensor) -> Tensor:
    copy = tensor.detach().clone()
    return copy.requires_grad_() if copy.is_floating_point() else copy


def _image_size(given: Any) -> tuple[int, int]:
    for leaf in pytree.tree_leaves(given):
        if isinstance(leaf, Tensor) and leaf.ndim == 4 and leaf.shape[0] == 1:
            return leaf.shape[2], leaf.shape[3]
    raise ModelError(
        "None of the inputs is an image (1, C, H, W), so there is nothing to run the network on. "
        "Give what it is called with for one image."
    )


def _feature_maps(calls: list[Call], size: tuple[int, int]) -> list[_Candidate]:
    """The parts that put out a usable map in every call, in the order of their last calls."""
    of_part: dict[str, list[Call]] = {}
    for call in calls:
        # Taken out first, so that it goes to the end.
        of_part[call.part] = [*of_part.pop(call.part, []), call]
    return [
        _Candidate(group, size)
        for group in of_part.values()
        if all(_is_usable(call.output, size) for call in group)
    ]


def _is_usable(output: Any, size: tuple[int, int]) -> bool:
    if not (isinstance(output, Tensor) and output.requires_grad and output.ndim == 4):
        return False
    batch, channels, height, width = output.shape
    if batch != 1 or channels < LEAST_CHANNELS or min(height, width) < 2:
        return False
    stride = round(size[0] / height)
    return stride in STRIDES and stride == round(size[1] / width)


def _later(candidates: list[_Candidate]) -> list[_Candidate]:
    """Those that the deepest point does not depend on."""
    if not candidates:
        return []
    deepest = max(reversed(candidates), key=lambda candidate: candidate.depth)
    (before,) = dependencies([deepest.calls[-1]], [c.calls for c in candidates])
    return [c for n, c in enumerate(candidates) if not before >> n & 1]


def _one_for_each_tensor(candidates: list[_Candidate]) -> list[_Candidate]:
    """The least nested of those that put out the same tensor; of equals the first."""
    chosen: dict[int, _Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: c.name.count(".")):
        chosen.setdefault(id(candidate.m), candidate)
    return [candidate for candidate in candidates if chosen[id(candidate.m)] is candidate]


def _with_gradient(candidates: list[_Candidate], answer: Any) -> list[_Candidate]:
    leaves = pytree.tree_leaves(answer)
    answers = [leaf for leaf in leaves if isinstance(leaf, Tensor) and leaf.requires_grad]
    if not candidates or not answers:
        return []
    # Drawn weights, for the plain sum of a softmax depends on nothing.
    generator = torch.Generator().manual_seed(0)
    weights = [torch.randn(y.shape, generator=generator).to(y) for y in answers]
    maps = [candidate.m for candidate in candidates]
    gradients = torch.autograd.grad(answers, maps, weights, allow_unused=True)
    return [
        candidate
        for candidate, gradient in zip(candidates, gradients, strict=True)
        if gradient is not None and gradient.count_nonzero() > 0
    ]


def _ranked(
    module: nn.Module, candidates: list[_Candidate], calls: list[Call]
) -> list[InsertionPlace]:
    """The places among the candidates, best first, without the steps inside them."""
    before = dependencies(calls, [candidate.calls for candidate in candidates])
    operations = sum(call.operations for call in calls)
    found: list[tuple[tuple[Any, ...], InsertionPlace]] = []
    for n, candidate in enumerate(candidates):
        pairs = zip(calls, before, strict=True)
        behind = sum(call.operations for call, mask in pairs if mask >> n & 1)
        if behind == 0:
            continue
        share = behind / operations
        stride, channels = candidate.depth
        single = next(module.get_submodule(candidate.name).children(), None) is None
        rank = (single, share > CHEAP_SHARE, -stride, candidate.name.count("."), -n)
        found.append((rank, InsertionPlace(candidate.name, channels, stride, share)))
    places = [place for _, place in sorted(found, key=lambda pair: pair[0])]
    return [
        place
        for place in places
        if not any(place.is_inside(other) and place.stride == other.stride for other in places)
    ]
