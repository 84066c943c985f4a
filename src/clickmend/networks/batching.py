"""Forwards of one network that are asked for at the same time by several threads, run as one.

A device that is busy with one view at a time is idle for the most part where it is an accelerator.
Nobody waits for a batch to fill: while one is computed others come, and whoever is first when the
device is free takes along what has come. So a call alone waits for nothing, and there is no
thread and no timer to be stopped.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from clickmend.core.errors import ModelError
from clickmend.core.settings import settings

Rows: TypeAlias = Any
"""``(B, …)``, an array, or a tensor of torch where it is one that a network goes on from."""

Forward: TypeAlias = Callable[..., Sequence[Rows]]

_log = logging.getLogger("clickmend")

_chosen: int | None = None


def set_batch(count: int | None) -> None:
    """How many views networks that are loaded from now on answer together.

    Args:
        count: 1 for each by itself; ``None`` for what the settings say.
    """
    global _chosen  # noqa: PLW0603  # as the number of threads, it is one of the process
    _chosen = count


def batch() -> int:
    """How many views a network that is loaded now answers together, at most."""
    return _chosen or settings().batch


def batcher(*, fixed: bool) -> Batcher | None:
    """A batcher for a network that is loaded now; ``None`` where each view is by itself."""
    return Batcher(batch(), fixed=fixed) if batch() > 1 else None


class Batcher:
    """Puts calls of several threads together.

    Args:
        most: Rows of a batch, at most.
        fixed: Whether a batch always has ``most`` rows, its last one repeated. Libraries choose
            another way to compute for another number of rows, with other last bits; so an answer
            does not depend on who else asks.
    """

    def __init__(self, most: int, *, fixed: bool) -> None:
        self._most, self._fixed = most, fixed
        self._turn = threading.Condition()
        self._waiting: deque[_Call] = deque()
        self._busy = False
        self._told = False

    def run(self, forward: Forward, *inputs: Rows) -> Sequence[Rows]:
        """What a forward gives, computed with those of other threads that are of the same shapes.

        A batch that fails, for want of memory say, is repeated call by call, as they came.

        Args:
            forward: From inputs to outputs, whose rows have nothing to do with each other. It may
                not ask for another forward here.
            inputs: Each ``(B, …)``; those of more than one row are computed by themselves.

        Raises:
            Exception: What the forward raises for this call alone.
        """
        if len(inputs[0]) != 1:
            return forward(*inputs)
        call = _Call(forward, inputs)
        with self._turn:
            self._waiting.append(call)
        try:
            while not call.done:
                self._take_turn(call)
        finally:
            with self._turn:
                if call in self._waiting:  # whoever asked was interrupted
                    self._waiting.remove(call)
        return call.result()

    def _take_turn(self, call: _Call) -> None:
        """Wait until a call is answered or the device is free, and compute a batch then."""
        with self._turn:
            self._turn.wait_for(lambda: call.done or not self._busy)
            if call.done:
                return
            self._busy = True
            first = self._waiting[0]
            alike = [one for one in self._waiting if one.kind == first.kind][: self._most]
            for one in alike:
                self._waiting.remove(one)
        try:
            self._answer(alike)
        finally:
            with self._turn:
                self._busy = False
                # Those that are left were taken by somebody who was interrupted.
                self._waiting.extendleft(one for one in reversed(alike) if not one.done)
                self._turn.notify_all()

    def _answer(self, calls: Sequence[_Call]) -> None:
        rows = self._most if self._fixed else len(calls)
        error = _answer_as_one(calls, rows=rows)
        if error is None:
            return
        if rows == 1:
            calls[0].error = error
            return
        self._tell(rows, error)
        del error  # and with it what the batch held
        for call in calls:
            call.error = _answer_as_one([call], rows=1)

    def _tell(self, rows: int, error: Exception) -> None:
        """Say once that batches fail, which costs time and may change last bits."""
        if not self._told:
            self._told = True
            line = (str(error).splitlines() or [""])[0]
            _log.warning(
                "A batch of %d views failed (%s: %s), so each is computed by itself. What the "
                "device holds is allowed; ask for a smaller batch.",
                rows,
                type(error).__name__,
                line,
            )


class _Call:
    """A forward that is asked for.

    Attributes:
        kind: What is the same for calls that can be one.
        outputs: Where it is answered.
        error: Where it failed.
    """

    def __init__(self, forward: Forward, inputs: Sequence[Rows]) -> None:
        self.forward, self.inputs = forward, inputs
        self.kind = forward, [(type(one), one.shape, one.dtype) for one in inputs]
        self.outputs: Sequence[Rows] | None = None
        self.error: Exception | None = None

    @property
    def done(self) -> bool:
        return self.outputs is not None or self.error is not None

    def result(self) -> Sequence[Rows]:
        if self.error is not None:
            raise self.error
        assert self.outputs is not None
        return self.outputs


def _answer_as_one(calls: Sequence[_Call], *, rows: int) -> Exception | None:
    """Answer calls by one forward of so many rows, the last one repeated; or why that failed."""
    try:
        inputs = [
            _stacked(of_one, rows=rows)
            for of_one in zip(*(one.inputs for one in calls), strict=True)
        ]
        outputs = calls[0].forward(*inputs)
        if any(len(one) != rows for one in outputs):
            raise ModelError(
                f"A network was given {rows} views and answers with {len(outputs[0])}. Those that "
                "answer one for each can be asked for batches; leave the batch out."
            )
        parts = [[_row(one, at) for one in outputs] for at in range(len(calls))]
    except Exception as error:  # noqa: BLE001  # it is each caller's
        return error
    for call, part in zip(calls, parts, strict=True):
        call.outputs = part
    return None


def _stacked(values: Sequence[Rows], *, rows: int) -> Rows:
    """Values of a row each as one of ``rows``."""
    if len(values) == rows == 1:
        return values[0]
    whole = [*values, *[values[-1]] * (rows - len(values))]
    if isinstance(whole[0], np.ndarray):
        return np.concatenate(whole)
    import torch

    return torch.cat(whole)


def _row(values: Rows, at: int) -> Rows:
    """One row, which holds nothing of the others in memory."""
    row = values[at : at + 1]
    if len(values) == 1:
        return row
    return row.copy() if isinstance(row, np.ndarray) else row.clone()
