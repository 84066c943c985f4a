"""That the network stands still: evaluation mode, frozen weights, and whether anything changed."""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import numpy as np
import torch
from numpy.random import mtrand
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from clickmend.core.errors import ModelError
from clickmend.refinement.kept import PLAIN, same, version

_CONTAINERS = (tuple, list, set, dict, deque)


def require_evaluation_mode(module: nn.Module) -> None:
    """Refuse a module of which any part is in training mode.

    Raises:
        ModelError: Some part would drop features or update statistics.
    """
    training = [name or "the module itself" for name, m in module.named_modules() if m.training]
    if training:
        raise ModelError(
            f"{len(training)} parts of the network are in training mode ({', '.join(training[:3])}"
            f"{', …' if len(training) > 3 else ''}). Refinement needs a network whose answer does "
            "not change from call to call; call .eval() on it first."
        )


def require_frozen_weights(module: nn.Module) -> None:
    """Refuse a module with weights that collect gradients.

    Raises:
        ModelError: A parameter requires gradients.
    """
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            raise ModelError(
                f"The weight {name!r} requires gradients. Only the outputs of frozen weights can "
                "be kept; call .requires_grad_(False) on the network first (insert does)."
            )


class Standing:
    """The parts and weights of a module at one moment.

    Tensors are told apart by identity, version and address, so replacing one, changing one in
    place and loading another state are all noticed.
    """

    def __init__(self, module: nn.Module) -> None:
        self._parts = tuple(module.modules())
        self._weights = tuple(
            (t, version(t), t.data_ptr())
            for part in self._parts
            for t in (*part._parameters.values(), *part._buffers.values())
            if t is not None
        )

    @property
    def at_rest(self) -> bool:
        """Whether no part is in training mode and nothing collects gradients."""
        return not any(part.training for part in self._parts) and not any(
            t.requires_grad for t, *_ in self._weights
        )

    def still(self, later: Standing) -> bool:
        """Whether nothing has changed between this moment and ``later``."""
        return (
            len(self._parts) == len(later._parts)
            and len(self._weights) == len(later._weights)
            and all(a is b for a, b in zip(self._parts, later._parts, strict=True))
            and all(
                a is b and rest == later_rest
                for (a, *rest), (b, *later_rest) in zip(self._weights, later._weights, strict=True)
            )
        )


class Circumstances:
    """What else a module's answer may hang on: its attributes, and the generators of randomness.

    Attributes of the module and its parts are compared: plain values by value, containers by what
    is in them, anything else by identity, tensors also by version, generators of PyTorch by their
    state. Other objects are not looked into.
    """

    def __init__(self, module: nn.Module) -> None:
        usual = vars(nn.Module()).keys()
        self._held: list[Any] = []
        for part in module.modules():
            self._held += [value for name, value in vars(part).items() if name not in usual]
        self._marks: list[Any] = []
        opened: set[int] = set()
        for value in self._held:  # It grows meanwhile by what is opened.
            if type(value) in PLAIN:
                continue
            if isinstance(value, _CONTAINERS):
                self._marks.append(len(value))
                if id(value) not in opened:
                    opened.add(id(value))
                    self._held += value
                    self._held += value.values() if isinstance(value, dict) else ()
            elif isinstance(value, Tensor):
                self._marks.append(version(value))
            elif isinstance(value, torch.Generator):
                self._marks.append(_state(value))
        generators = (torch.default_generator, *torch.cuda.default_generators)
        self._random = (*map(_state, generators), random.getstate(), _numpy_state())

    def same(self, later: Circumstances) -> bool:
        """Whether nothing has changed between this moment and ``later``."""
        return (
            len(self._held) == len(later._held)
            and all(map(_unchanged, self._held, later._held))
            and self._marks == later._marks
            and self._random == later._random
        )


def _unchanged(a: Any, b: Any) -> bool:
    return a is b or (
        type(a) is type(b) and (isinstance(a, _CONTAINERS) or (type(a) in PLAIN and same(a, b)))
    )


def _state(generator: torch.Generator) -> bytes:
    return bytes(generator.get_state().numpy())


def _numpy_state() -> list[Any]:
    state = pytree.tree_leaves(mtrand.get_bit_generator().state)
    return [leaf.tobytes() if isinstance(leaf, np.ndarray) else leaf for leaf in state]
