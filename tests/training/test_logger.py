"""Tests of what is written for TensorBoard."""

import sys
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest

from clickmend.core.errors import NotAvailableError
from clickmend.training import Report
from clickmend.training.logger import tensorboard


def test_numbers_and_pictures_are_written(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    with tensorboard(tmp_path) as record:
        for step in (250, 500):
            record(Report(step, {"loss": step / 500}, repeat(np.zeros((16, 48, 3), np.uint8))))
    found = EventAccumulator(str(tmp_path)).Reload()
    assert [e.value for e in found.Scalars("loss")] == [0.5, 1.0]
    assert [e.step for e in found.Images("photo, answer, truth")] == [500]


def test_without_tensorboard_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(NotAvailableError, match=r"clickmend\[train\]"), tensorboard(tmp_path):
        pass
