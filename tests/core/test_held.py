"""How much memory an object's arrays take, counted."""

import sys
from collections import deque
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType, ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch

from clickmend.core.held import held_bytes


@dataclass(frozen=True, slots=True)
class Slotted:
    """Holds things without a dictionary."""

    one: object
    two: object = None


class Derived(Slotted):
    """Has a dictionary besides."""


KILO = np.zeros(1000, np.uint8)


@pytest.mark.parametrize(
    "holder",
    [
        [KILO],
        (KILO, KILO[:10]),
        {KILO.tobytes()},
        {1: KILO, "b": [KILO]},
        deque([KILO]),
        MappingProxyType({"a": KILO}),
        SimpleNamespace(a=SimpleNamespace(b=KILO)),
        Slotted(Slotted(KILO), KILO),
        Derived(KILO),
        partial(print, KILO, end=KILO),
        KILO[::2],
        KILO.reshape(10, 100)[3],
        torch.from_numpy(KILO.copy()),
        torch.zeros(250).reshape(5, 50)[1:],
        [torch.zeros(250)] * 2,
    ],
)
def test_the_arrays_inside_are_counted_once(holder):
    assert held_bytes(holder) == 1000


@pytest.mark.parametrize(
    "holder", [None, 3, "text", KILO.size, np.ndarray, torch.nn.Linear(9, 9), {"a": held_bytes}]
)
def test_what_is_no_memory_of_its_own_counts_nothing(holder):
    assert held_bytes(holder) == 0


def test_a_ring_of_objects_is_counted_once():
    one, other = SimpleNamespace(a=KILO), SimpleNamespace(b=KILO.copy())
    one.other, other.one = other, one
    assert held_bytes([one, other]) == 2000


def test_what_is_shared_can_be_left_out():
    assert held_bytes([KILO, Slotted(KILO.copy())], without=(Slotted,)) == 1000


def test_what_is_held_is_counted_while_another_thread_imports_torch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", ModuleType("torch"))
    assert held_bytes([np.zeros(10), b"abc"]) == 83


def test_neither_a_module_nor_a_long_range_is_looked_into():
    assert held_bytes([np, range(10**12)]) == 0
