"""Tests of what is written for TensorBoard."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from clickmend.core.errors import NotAvailableError
from clickmend.feedback import Click
from clickmend.training import Report
from clickmend.training.board import Board, picture
from clickmend.training.curriculum import Example
from clickmend.training.views import View


@pytest.fixture
def example() -> Example:
    truth = np.zeros((16, 16), bool)
    truth[4:12, 4:12] = True
    counted = np.ones_like(truth)
    counted[0] = False
    view = View(np.full((16, 16, 3), 90, np.uint8), truth, counted)
    return Example(view, [Click(8.5, 8.5, "foreground")])


def test_a_picture_shows_photo_answer_and_truth(example: Example) -> None:
    shown = picture(example, np.where(example.view.truth, 9, -9).astype(np.float32))
    assert shown.shape == (16, 48, 3)
    assert tuple(shown[8, 8]) == (0, 220, 0)
    assert shown[8, 24, 0] > 250
    assert shown[8, 40, 0] == 255
    assert shown[0, 40, 0] == 128


def test_numbers_and_pictures_are_written(example: Example, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    with Board(tmp_path, picture_every=2) as board:
        for step in (1, 2):
            board.record(Report(step, {"loss": 0.5 * step}, [example], torch.zeros(1, 1, 16, 16)))
    found = EventAccumulator(str(tmp_path)).Reload()
    assert [e.value for e in found.Scalars("loss")] == [0.5, 1.0]
    assert [e.step for e in found.Images("photo and clicks, answer, truth")] == [2]


def test_without_tensorboard_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(NotAvailableError, match=r"clickmend\[train\]"):
        Board(tmp_path)
