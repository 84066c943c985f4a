"""Tests of ``clickmend train``."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from clickmend.cli.main import app
from clickmend.core.errors import OptionError, OutputError
from clickmend.core.settings import Settings
from clickmend.data import sets
from clickmend.networks import load
from clickmend.training import RECIPES, Stage
from clickmend.training.depth import DepthRecipe
from clickmend.training.instances import InstancesRecipe
from clickmend.training.instances.generated import TEXTURES
from clickmend.training.interactive import InteractiveRecipe
from clickmend.training.matting import MattingRecipe
from clickmend.training.semantic import SemanticRecipe


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
    monkeypatch.setattr(sets, "settings", lambda: Settings(data=tmp_path))
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
    command = [
        "train",
        "interactive",
        "--recipe",
        "tiny",
        "--out",
        str(tiny / "run"),
        "--workers",
        "0",
    ]
    runner = CliRunner()
    stopped = runner.invoke(app, [*command, "--steps", "1"], catch_exceptions=False)
    assert "Step 1 of 2" in stopped.stdout
    ended = runner.invoke(app, command, catch_exceptions=False)
    assert "Step 2 of 2" in ended.stdout
    card = load(tiny / "run/run.json").card
    assert card.stages[0].steps == 2
    assert set(card.scores) == {f"validation IoU, click {n}" for n in (1, 3, 5)}
    assert list((tiny / "run").glob("events.*"))


def test_a_further_leg_starts_from_weights_and_the_card_tells_both(tiny: Path) -> None:
    runner = CliRunner()
    command = ["train", "interactive", "--recipe", "tiny", "--workers", "0", "--steps", "1"]
    first = str(tiny / "first/first.json")
    runner.invoke(app, [*command, "--out", str(tiny / "first")], catch_exceptions=False)
    runner.invoke(
        app,
        [*command, "--out", str(tiny / "second"), "--start", first],
        catch_exceptions=False,
    )
    assert len(load(tiny / "second/second.json").card.stages) == 2


def test_a_folder_that_cannot_be_made_is_refused(tiny: Path) -> None:
    (tiny / "file").write_text("")
    command = ["train", "interactive", "--recipe", "tiny", "--out", str(tiny / "file/run")]
    with pytest.raises(OutputError, match="cannot be made"):
        CliRunner().invoke(app, command, catch_exceptions=False)


SMALL = {"widths": (8, 8, 8, 8), "blocks": (0, 1, 1, 1)}
TOKENS = {
    "classes": 4,
    "vit": {"width": 16, "depth": 1, "heads": 2, "patch_px": 8, "view_px": 32},
    "tokens": 9,
    "detector": {"channels": 8, "units": 16, "mask_layers": 1, "proposals": 20},
}


def write(path: Path, array: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


@pytest.fixture
def dense(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Made sets and a recipe of one step for the other tasks, each named like its task."""
    from clickmend.training.matting import trainer as matting
    from clickmend.training.matting.composer import Layers

    ramp = np.tile(np.linspace(0, 255, 48).astype(np.uint8), (40, 1))
    photo = np.repeat(ramp[..., None], 3, axis=2)
    for number in range(40):
        name = f"h{number:02}"
        write(tiny / f"semantic/camvid/train/images/{name}.jpg", photo)
        write(tiny / f"semantic/camvid/train/masks/{name}.png", (ramp > 100).astype(np.uint8))
        write(tiny / f"depth/train/kitchen/rgb/{name}.jpg", photo)
        write(tiny / f"depth/train/kitchen/depth/{name}.png", 1000 + ramp.astype(np.uint16))
    trimap = np.select([ramp < 60, ramp > 200], [0, 255], 128).astype(np.uint8)
    for number in range(14):
        root = tiny / "matting/alphamatting14"
        write(root / f"images/GT{number:02}.jpg", photo)
        write(root / f"alpha/GT{number:02}.png", ramp)
        write(root / f"trimap/GT{number:02}.png", trimap)
    monkeypatch.setattr(matting, "take_apart", lambda sample: Layers(sample, *[sample.image] * 2))
    monkeypatch.setattr(matting, "VALIDATED", 2)
    given = {"network_options": SMALL, "stages": (Stage(1, 32, 2, 1e-3, 1e-3),), "view_px": 64}
    recipes = {
        "semantic": SemanticRecipe(
            network="semantic-unet",
            sources={"camvid-train": 1.0},
            labels=("sky", "building"),
            **{**given, "network_options": {**SMALL, "classes": 2}},
        ),
        "matting": MattingRecipe(
            network="matting-unet",
            sources={"ccp": 1.0},
            mattes="alphamatting14-train",
            objects={"ccp": 1.0},
            kinds={"matte": 0.5, "object": 0.5},
            **given,
        ),
        "depth": DepthRecipe(
            network="depth-unet", sources={"kitchen-train": 1.0}, range_m=(0.3, 10.0), **given
        ),
        "instances": InstancesRecipe(
            network="attentionshift",
            sources={"made": 1.0},
            labels=tuple(TEXTURES),
            detector_from=0.0,
            **{**given, "network_options": TOKENS},
        ),
    }
    for name, recipe in recipes.items():
        monkeypatch.setitem(RECIPES._entries, name, recipe)
    return tiny


@pytest.mark.parametrize(
    ("task", "scores"),
    [
        ("semantic", {"validation mIoU", "validation pixel accuracy"}),
        ("matting", {"validation MSE", "validation SAD"}),
        ("depth", {"validation delta1", "validation delta1, scaled", "validation AbsRel"}),
        ("instances", {f"validation mAP{iou}" for iou in (25, 50, 75)}),
    ],
)
def test_every_task_trains_validates_and_ends_with_weights(
    dense: Path, task: str, scores: set[str]
) -> None:
    out = dense / "made"
    command = ["train", task, "--recipe", task, "--out", str(out), "--workers", "0"]
    ended = CliRunner().invoke(app, command, catch_exceptions=False)
    assert "Step 1 of 1" in ended.stdout
    card = load(out / "made.json").card
    assert card.task == task
    assert set(card.scores) == scores


def test_a_recipe_of_another_task_is_refused() -> None:
    with pytest.raises(
        OptionError,
        match=r"gpu; choose one, or run `clickmend train semantic",
    ):
        CliRunner().invoke(
            app, ["train", "depth", "--recipe", "semantic-s"], catch_exceptions=False
        )


def test_a_task_that_is_none_is_refused() -> None:
    with pytest.raises(OptionError, match=r"no task 'sound' to train. Tasks are depth, instances"):
        CliRunner().invoke(app, ["train", "sound"], catch_exceptions=False)


@pytest.mark.parametrize(
    ("task", "folder"),
    [
        ("interactive", "objects/train/ccp"),
        ("semantic", "semantic/camvid/train"),
        ("matting", "matting/alphamatting14"),
        ("depth", "depth/train/kitchen"),
        ("instances", "objects/train/ccp"),
    ],
)
def test_photos_of_ones_own_train_every_task(
    dense: Path, task: str, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clickmend.training.sources import SOURCES

    monkeypatch.setattr(SOURCES, "_entries", dict(SOURCES._entries))
    own = (dense / folder).rename(dense / "own")
    (own / "classes.txt").write_text("ground\nsky\n")
    recipe = "tiny" if task == "interactive" else task
    command = ["train", task, "--recipe", recipe, "--data", f"mine={own}", "--workers", "0"]
    ended = CliRunner().invoke(app, [*command, "--out", str(dense / "run")], catch_exceptions=False)
    assert "Written" in ended.stdout
    card = load(dense / "run/run.json").card
    assert [(data.name, data.terms) for data in card.training_data] == [
        ("mine", "photos of one's own, terms not stated")
    ]
    assert card.terms == "Those of the photos that it was trained on."
    labels = {"semantic": ("ground", "sky"), "instances": ("mine",)}
    assert card.labels == labels.get(task, ())
