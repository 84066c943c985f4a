"""Run only what changed: module calls that would answer as last time are not run again.

While the weights stand still, a call of a module answers as last time if it is given the same.
Its output is then kept and handed out again, so each iteration of a refinement runs only what
lies behind the insertions, whatever the network's Python looks like. The rules:

- A call is the n-th call of a module within one pass. It is replayed when all it is given is, bit
  for bit, what it was given last time. The same object with the same version needs no look at its
  values; anything else, say the result of a ``torch.cat`` between two modules, is compared, which
  costs one reading of the memory.
- A call that is given a tensor with a gradient runs, and the calls inside it are looked at; so they
  are from then on in passes without gradients.
- A module with a hook anywhere inside (an insertion is one) runs, and the calls inside it are
  looked at. So hooks always fire.
- A tensor changed in place since (``ReLU(inplace=True)``, ``x += …``) is recognised by its version:
  the call runs again, and from then on keeps a copy of its own.
- A call that changes what it is given or an attribute of a module inside (a counter, a memory),
  draws random numbers or deals in other things than tensors and plain values always runs.
- A change of weights or buffers, also by the network itself, starts everything anew.

What a module reads from anywhere but its arguments, weights and buffers (a global, an attribute
that is set from outside) is not watched, nor are settings such as TF32 or the number of threads;
autocast is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import nn

from clickmend.refinement.frozen import (
    Circumstances,
    Standing,
    require_evaluation_mode,
    require_frozen_weights,
)
from clickmend.refinement.kept import Kept, copied

_Forward: TypeAlias = Callable[..., Any]
_Given: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass
class _Call:
    """The last run of one call."""

    given: Kept
    answer: Kept
    autocast: tuple[Any, ...]
    copy_given: bool
    copy_answer: bool


class Replay:
    """A module that runs only what changed since its last pass; bit-equal to the module itself.

    The module is the same before and after each pass: nothing in it is replaced. What is
    given and what comes out have their own memory, so they may be changed freely.

    Args:
        module: Any network, in evaluation mode and with frozen weights.

    Attributes:
        ran: Calls that ran in the last pass, those inside a kept call not counted.
        replayed: Calls that were not run in the last pass.

    Raises:
        ModelError: Some part is in training mode, or a weight requires gradients.
    """

    def __init__(self, module: nn.Module) -> None:
        require_evaluation_mode(module)
        require_frozen_weights(module)
        self.module = module
        self.ran = 0
        self.replayed = 0
        self._standing = Standing(module)
        self._given: Kept | None = None
        self._calls: dict[tuple[nn.Module, int], _Call] = {}
        self._behind: set[tuple[nn.Module, int]] = set()
        self._counts: Counter[nn.Module] = Counter()
        self._whole = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """One pass of the module.

        Under ``torch.inference_mode`` nothing can be kept and the whole module runs.

        Raises:
            ModelError: Some part is in training mode, or a weight requires gradients.
        """
        if torch.is_inference_mode_enabled():
            return self.module(*args, **kwargs)
        standing = Standing(self.module)
        if not standing.at_rest:
            require_evaluation_mode(self.module)
            require_frozen_weights(self.module)
        if not self._standing.still(standing):
            self.forget()
            self._standing = standing
        args, kwargs = self._own(Kept((args, kwargs)))
        self.ran = self.replayed = 0
        self._counts.clear()
        with self._watched():
            return copied(self.module(*args, **kwargs))

    def forget(self) -> None:
        """Drop everything that is kept, and its memory."""
        self._given = None
        self._calls.clear()
        self._behind.clear()

    def _own(self, given: Kept) -> _Given:
        """What is given, in memory that nobody else writes to; as last time if it is equal."""
        if given.keepable:
            if self._given is None or not self._given.equals(given):
                self._given = Kept(copied(given.value))
            given = self._given
        value: _Given = given.value
        return value

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Put ourselves before the forward of every module without hooks inside."""
        before: list[tuple[nn.Module, _Forward | None]] = []
        try:
            for module in _without_hooks_inside(self.module):
                before.append((module, vars(module).get("forward")))
                vars(module)["forward"] = partial(self._call, module, module.forward)
            yield
        finally:
            self._whole = False
            for module, forward in before:
                if forward is None:
                    del vars(module)["forward"]
                else:
                    vars(module)["forward"] = forward

    def _call(self, module: nn.Module, forward: _Forward, *args: Any, **kwargs: Any) -> Any:
        if self._whole:
            return forward(*args, **kwargs)
        key = (module, self._counts[module])
        self._counts[module] += 1
        given = Kept((args, kwargs))
        if torch.is_grad_enabled() and given.follows_variables:
            self._behind.add(key)
            self._calls.pop(key, None)
        if key in self._behind or not given.keepable:
            self.ran += 1
            return forward(*args, **kwargs)
        last = self._calls.get(key)
        if (
            last
            and last.answer.intact
            and last.autocast == _autocast()
            and last.given.equals(given)
        ):
            self.replayed += 1
            if not last.copy_given:
                last.given = given
            return copied(last.answer.value) if last.copy_answer else last.answer.value
        return self._run_and_keep(key, forward, given)

    def _run_and_keep(self, key: tuple[nn.Module, int], forward: _Forward, given: Kept) -> Any:
        last = self._calls.pop(key, None)
        copy_given = last is not None and (last.copy_given or not last.given.intact)
        copy_answer = last is not None and (last.copy_answer or not last.answer.intact)
        kept = Kept(copied(given.value)) if copy_given else given
        circumstances = Circumstances(key[0])
        args, kwargs = given.value
        self._whole = True
        try:
            answer = Kept(forward(*args, **kwargs))
        finally:
            self._whole = False
        self.ran += 1
        if (
            given.intact
            and answer.keepable
            and not answer.follows_variables
            and circumstances.same(Circumstances(key[0]))
        ):
            own = Kept(copied(answer.value)) if copy_answer else answer
            self._calls[key] = _Call(kept, own, _autocast(), copy_given, copy_answer)
        return answer.value


def _without_hooks_inside(module: nn.Module) -> list[nn.Module]:
    """The modules none of whose descendants has a forward hook."""
    without: dict[nn.Module, bool] = {}

    def visit(part: nn.Module) -> bool:
        if part not in without:
            inside = [
                not visit(child) or bool(child._forward_hooks or child._forward_pre_hooks)
                for child in part.children()
            ]
            without[part] = not any(inside)
        return without[part]

    visit(module)
    return [part for part, none_inside in without.items() if none_inside]


def _autocast() -> tuple[Any, ...]:
    return tuple(
        (torch.is_autocast_enabled(kind), torch.get_autocast_dtype(kind))
        for kind in ("cpu", "cuda")
    )
