"""How much memory the arrays take that an object holds."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import partial
from types import MemberDescriptorType, ModuleType
from typing import Any

import numpy as np


def held_bytes(root: object, *, without: tuple[type, ...] = ()) -> int:
    """Bytes of the arrays, tensors and contents of files that an object reaches.

    Each is counted once, and of a view that of which it is one. What else Python objects take, some
    hundred bytes each, is not counted, nor are the modules of torch and their weights.

    Args:
        root: Any object; attributes and the things in containers are followed.
        without: Types of which nothing is counted, such as what is shared with others.
    """
    torch: Any = sys.modules.get("torch")
    there = hasattr(torch, "Tensor") and hasattr(torch, "nn")  # another thread may import it now
    tensor = torch.Tensor if there else ()
    network = (torch.nn.Module, torch.nn.Parameter) if there else ()
    seen: set[int] = set()
    left: list[object] = [root]
    total = 0
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, (type, *without)):
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            base = one.base
            if base is None:
                total += one.nbytes
            else:
                left.append(base)
        elif isinstance(one, bytes | bytearray):
            total += len(one)
        elif isinstance(one, network):
            continue
        elif isinstance(one, tensor):
            storage: Any = one
            storage = storage.untyped_storage()
            if storage.data_ptr() not in seen:
                seen.add(storage.data_ptr())
                total += storage.nbytes()
        else:
            left.extend(_inside(one))
    return total


def _inside(one: object) -> list[object]:
    """What an object holds: the things of a container, and the values of attributes."""
    if isinstance(one, str | int | float | range | ModuleType | None):
        return []
    inside: list[object] = []
    # Whole at a time, since another thread may add to a container.
    if isinstance(one, Mapping):
        inside += [*list(one), *list(one.values())]
    elif isinstance(one, Sequence | AbstractSet | deque):
        inside += list(one)
    if isinstance(one, partial):
        inside += [one.func, one.args, one.keywords]
    inside += list(getattr(one, "__dict__", {}).values())
    for kind in type(one).__mro__:
        if "__slots__" in vars(kind):
            inside += _in_slots(one, kind)
    return inside


def _in_slots(one: object, kind: type) -> Iterator[object]:
    """What is in the slots of a class, none of which has to be filled."""
    for slot in vars(kind).values():
        if isinstance(slot, MemberDescriptorType):
            with suppress(AttributeError):
                yield slot.__get__(one)
