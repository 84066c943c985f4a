"""Tasks by name, and a sixth one that lies outside the package in one folder."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import clickmend as cm
from clickmend.cli.main import main
from clickmend.core.errors import ClickError, NotAvailableError, OptionError
from clickmend.core.settings import settings
from clickmend.networks import ARCHITECTURES, Card, save
from clickmend.networks.weights.cards import Refinement
from clickmend.tasks.registry import TASKS, default_task, task_named

SIZES = {"widths": [8, 16, 16], "blocks": [0, 1, 1], "attention_blocks": 0}


@pytest.fixture
def toy(monkeypatch, tmp_path):
    """The folder of the toy task on the path, as if installed, and weights for it."""
    torch.manual_seed(0)
    card = Card(
        name="toy-s",
        task="toy",
        architecture="depth-unet",
        options=SIZES | {"range_m": [0.5, 8.0]},
        sha256="",
        parameters=1,
        dtype="float32",
        view_px=96,
        refinement=Refinement(default="none", at=(), learning_rates={}),
        training_data=(),
        terms="none",
        stages=(),
        scores={},
        made=date(2026, 1, 1),
        commit="",
    )
    save(ARCHITECTURES[card.architecture](**card.options).eval(), card, tmp_path)
    monkeypatch.setenv("CLICKMEND_MODELS", str(tmp_path))
    monkeypatch.syspath_prepend(Path(__file__).parent / "toy")
    monkeypatch.setattr(TASKS, "_entries", dict(TASKS._entries))
    settings.cache_clear()
    monkeypatch.setattr(TASKS, "_group", "clickmend.tasks")
    yield
    settings.cache_clear()
    sys.modules.pop("toy_task", None)


@pytest.fixture
def photo(rng):
    return rng.integers(0, 255, (64, 96, 3)).astype(np.uint8)


def test_the_first_task_is_the_one_when_none_is_named():
    assert default_task().name == "interactive"
    assert list(TASKS)[:4] == ["interactive", "semantic", "matting", "depth"]


@pytest.mark.parametrize("name", ["flow", "instances", ""])
def test_a_task_that_is_not_there_is_refused_with_those_that_are(name):
    with pytest.raises(
        NotAvailableError, match=rf"no task '{name}' for a session.*semantic.*Objects"
    ):
        task_named(name)


def test_a_task_of_another_package_is_reached_from_python(toy, photo):
    session = cm.Session(photo, task="toy")
    first = session.prediction.pixels.copy()
    session.click(20.5, 30.5, value=0.25, radius_px=3)
    assert session.prediction.at(20.5, 30.5).value == 0.25
    changed = np.argwhere(session.prediction.pixels != first)
    assert np.abs(changed - (30, 20)).max() <= 3
    session.undo()
    np.testing.assert_array_equal(session.prediction.pixels, first)
    with pytest.raises(ClickError, match="mark 1 has no brightness"):
        session.box(1, 1, 9, 9)


def test_its_options_are_its_own(toy, photo):
    bright = cm.Session(photo, task="toy").prediction.pixels
    dim = cm.Session(photo, task="toy", dimmed=0.5).prediction.pixels
    np.testing.assert_array_equal(dim, bright * np.float32(0.5))
    with pytest.raises(
        OptionError, match="trimap is an option of the task 'matting', not of 'toy'"
    ):
        cm.Session(photo, task="toy", trimap=np.zeros((64, 96), np.uint8))
    with pytest.raises(OptionError, match="glow is an option of no task, not of 'toy'"):
        cm.Session(photo, task="toy", glow=1)


def test_a_task_of_another_package_is_reached_from_the_command_line(toy, photo, tmp_path, capsys):
    Image.fromarray(photo).save(tmp_path / "a.png")
    words = [tmp_path / "a.png", "--task", "toy", "--at", "20.5,30.5:0.25@3", "--dimmed", "0.5"]
    with pytest.raises(SystemExit) as end:
        main(["refine", *map(str, words), "-o", str(tmp_path / "b.png"), "--json"])
    assert end.value.code == 0
    assert np.asarray(Image.open(tmp_path / "b.png"))[30, 20] == 64
    assert '"task": "toy"' in capsys.readouterr().out


def test_a_name_that_is_no_task_is_a_wrong_use_of_the_command_line(photo, tmp_path, capsys):
    Image.fromarray(photo).save(tmp_path / "a.png")
    with pytest.raises(SystemExit) as end:
        main(["refine", str(tmp_path / "a.png"), "--task", "flow", "-o", str(tmp_path / "b.png")])
    assert end.value.code == 2
    assert "for a session" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("name", ["semantic", "matting", "depth"])
def test_the_order_of_tasks_is_the_same_whichever_is_imported_first(name):
    code = (
        f"import clickmend.tasks.{name}\n"
        "from clickmend.tasks.registry import TASKS, default_task\n"
        "print(*TASKS, default_task().name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["interactive", "semantic", "matting", "depth", "interactive"]
