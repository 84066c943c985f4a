"""Tests of ``clickmend train``."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from clickmend.cli.train import train_app
from clickmend.core.errors import OutputError
from clickmend.core.settings import Settings
from clickmend.data import folder
from clickmend.networks import load
from clickmend.training import RECIPES, InteractiveRecipe
from clickmend.training.recipes import Stage


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one set and a recipe "tiny" of two steps."""
    root = tmp_path / "objects/train/ccp"
    for kind in ("images", "masks"):
        (root / kind).mkdir(parents=True)
    ids = np.zeros((40, 48), np.uint8)
    ids[10:30, 12:36] = 1
    for number in range(40):
        Image.fromarray(np.repeat(ids[..., None] * 180, 3, axis=2)).save(
            root / f"images/h{number:02}.jpg"
        )
        Image.fromarray(ids).save(root / f"masks/h{number:02}.png")
    monkeypatch.setattr(folder, "settings", lambda: Settings(data=tmp_path))
    recipe = InteractiveRecipe(
        network="interactive-unet",
        network_options={"widths": (8, 8, 8, 8), "blocks": (0, 1, 1, 1)},
        stages=(Stage(2, 32, 2, 1e-3, 1e-3),),
        sources={"ccp": 1.0},
        overview_px=64,
        view_px=64,
    )
    monkeypatch.setitem(RECIPES._entries, "tiny", recipe)
    return tmp_path


def test_training_stops_and_goes_on_and_ends_with_weights(tiny: Path) -> None:
    command = ["interactive", "--recipe", "tiny", "--out", str(tiny / "run"), "--workers", "0"]
    runner = CliRunner()
    stopped = runner.invoke(train_app, [*command, "--steps", "1"], catch_exceptions=False)
    assert "Step 1 of 2" in stopped.stdout
    ended = runner.invoke(train_app, command, catch_exceptions=False)
    assert "Step 2 of 2" in ended.stdout
    card = load(tiny / "run/run.json").card
    assert card.legs[0].steps == 2
    assert set(card.scores) == {f"validation IoU, click {n}" for n in (1, 3, 5)}
    assert list((tiny / "run").glob("events.*"))


def test_a_further_leg_starts_from_weights_and_the_card_tells_both(tiny: Path) -> None:
    runner = CliRunner()
    command = ["interactive", "--recipe", "tiny", "--workers", "0", "--steps", "1"]
    first = str(tiny / "first/first.json")
    runner.invoke(train_app, [*command, "--out", str(tiny / "first")], catch_exceptions=False)
    runner.invoke(
        train_app,
        [*command, "--out", str(tiny / "second"), "--start", first],
        catch_exceptions=False,
    )
    assert len(load(tiny / "second/second.json").card.legs) == 2


def test_a_folder_that_cannot_be_made_is_refused(tiny: Path) -> None:
    (tiny / "file").write_text("")
    command = ["interactive", "--recipe", "tiny", "--out", str(tiny / "file/run")]
    with pytest.raises(OutputError, match="cannot be made"):
        CliRunner().invoke(train_app, command, catch_exceptions=False)
