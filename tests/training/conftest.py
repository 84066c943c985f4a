"""A tiny data folder with sets of every task, and recipes that run in seconds."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clickmend.core.settings import Settings
from clickmend.data import sets
from clickmend.training import Recipe, Stage
from clickmend.training.depth import DepthRecipe
from clickmend.training.instances import InstancesRecipe, PretrainingRecipe
from clickmend.training.instances.generated import TEXTURES
from clickmend.training.instances.trainer import MADE
from clickmend.training.interactive import InteractiveRecipe
from clickmend.training.interactive.curriculum import Curriculum
from clickmend.training.matting import MattingRecipe
from clickmend.training.matting import trainer as matting
from clickmend.training.matting.composer import Layers
from clickmend.training.semantic import SemanticRecipe

UNET = {"widths": (8, 8, 8, 8), "blocks": (0, 1, 1, 1), "attention_blocks": 1}

COUNT = 40
HEIGHT, WIDTH = 80, 96


def write(path: Path, array: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


@pytest.fixture
def made_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """40 photos of one disk and one square, as the sets pennfudan, ccp and bsds."""
    rng = np.random.default_rng(0)
    for name in ("pennfudan", "ccp", "bsds"):
        root = tmp_path / "objects/train" / name
        for number in range(COUNT):
            ys, xs = np.mgrid[:HEIGHT, :WIDTH]
            cx, cy = rng.uniform(25, 70), rng.uniform(25, 55)
            ids = ((xs - cx) ** 2 + (ys - cy) ** 2 < 15**2).astype(np.uint8)
            ids[60:75, 5:20] = 2
            ids[:3] = 255
            image = rng.integers(0, 80, (HEIGHT, WIDTH, 3))
            image[ids == 1] += (150, 30, 30)
            image[ids == 2] += (30, 150, 30)
            write(root / f"images/h{number:02}.jpg", image.astype(np.uint8))
            write(root / f"masks/h{number:02}.png", ids)
        if name == "bsds":
            (root / "masks2").symlink_to(root / "masks")
    monkeypatch.setattr(sets, "settings", lambda: Settings(data=tmp_path))
    return tmp_path


@pytest.fixture
def dense_data(made_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same with class maps, mattes and depth; the colours of mattes are not estimated."""
    rng = np.random.default_rng(1)
    ys, xs = np.mgrid[:HEIGHT, :WIDTH]
    for number in range(COUNT):
        name, noise = f"h{number:02}", rng.integers(0, 60, (HEIGHT, WIDTH, 3))
        # CamVid: sky above building above road, a car at the left, void at the right.
        labels = np.select([ys < 25, ys < 55], [0, 1], 3).astype(np.uint8)
        labels[60:75, 5:20], labels[:, -8:] = 8, 11
        image = (noise + 15 * labels[..., None]).astype(np.uint8)
        write(made_data / f"semantic/camvid/train/images/{name}.jpg", image)
        write(made_data / f"semantic/camvid/train/masks/{name}.png", labels)
        # LabelMeFacade: sky above building with a window above void.
        labels = np.select([ys < 25, ys < 55], [3, 4], 0).astype(np.uint8)
        labels[30:40, 30:40] = 1
        write(made_data / f"semantic/facade/images/{name}.jpg", noise.astype(np.uint8))
        write(made_data / f"semantic/facade/masks/{name}.png", labels)
        for place in ("kitchen", "office"):
            millimetres = (1000 + 20 * ys + number).astype(np.uint16)
            millimetres[:, :10] = 0
            image = (noise + ys[..., None]).astype(np.uint8)
            write(made_data / f"depth/train/{place}/rgb/{name}.jpg", image)
            write(made_data / f"depth/train/{place}/depth/{name}.png", millimetres)
    for number in range(14):
        alpha = (255 * ((xs - 20) / 50).clip(0, 1)).astype(np.uint8)
        trimap = np.select([alpha == 0, alpha == 255], [0, 255], 128).astype(np.uint8)
        image = np.full((HEIGHT, WIDTH, 3), 100 + 10 * number, np.uint8)
        root = made_data / "matting/alphamatting14"
        write(root / f"images/GT{number:02}.jpg", image)
        write(root / f"alpha/GT{number:02}.png", alpha)
        write(root / f"trimap/GT{number:02}.png", trimap)
    monkeypatch.setattr(matting, "take_apart", lambda sample: Layers(sample, *[sample.image] * 2))
    return made_data


@pytest.fixture
def recipe() -> InteractiveRecipe:
    """Six steps in two sizes with all three tasks."""
    return InteractiveRecipe(
        network="interactive-unet",
        network_options=UNET,
        stages=(Stage(4, 32, 4, 1e-2, 1e-2), Stage(3, 48, 4, 1e-2, 1e-3)),
        sources={"pennfudan": 0.5, "ccp": 0.3, "bsds": 0.2},
        curriculum=Curriculum(
            random_clicks_from=0.1, corrective_clicks_from=0.2, rounds=(0.2, 0.4, 0.4)
        ),
        warmup_steps=2,
    )


@pytest.fixture
def semantic() -> SemanticRecipe:
    """Four classes and two sources, the second of which calls them otherwise."""
    return SemanticRecipe(
        network="semantic-unet",
        network_options={**UNET, "classes": 4},
        stages=(Stage(4, 32, 4, 1e-2, 1e-3),),
        sources={"camvid-train": 0.7, "facade": 0.3},
        labels=("sky", "building", "road", "car"),
        merged={"window": "building"},
        warmup_steps=2,
        view_px=96,
    )


@pytest.fixture
def mattes() -> MattingRecipe:
    """All four kinds of views."""
    return MattingRecipe(
        network="matting-unet",
        network_options=UNET,
        stages=(Stage(4, 64, 4, 1e-2, 1e-3),),
        sources={"bsds": 0.5, "ccp": 0.5},
        mattes="alphamatting14-train",
        objects={"pennfudan": 0.5, "ccp": 0.5},
        kinds={"photo": 0.25, "matte": 0.25, "object": 0.25, "drawn": 0.25},
        warmup_steps=2,
        view_px=96,
    )


@pytest.fixture
def depths() -> DepthRecipe:
    """Views that are wider than high."""
    return DepthRecipe(
        network="depth-unet",
        network_options={**UNET, "range_m": (0.5, 3.0)},
        stages=(Stage(4, 64, 4, 1e-2, 1e-3, height_px=32),),
        sources={"kitchen-train": 0.5, "office-train": 0.5},
        range_m=(0.5, 3.0),
        warmup_steps=2,
        view_px=96,
    )


VIT = {"width": 16, "depth": 2, "heads": 2, "patch_px": 8, "view_px": 32}


@pytest.fixture
def points() -> InstancesRecipe:
    """Made scenes, and in the last two steps the detector."""
    return InstancesRecipe(
        network="attentionshift",
        network_options={
            "classes": 4,
            "vit": VIT,
            "tokens": 9,
            "detector": {"channels": 8, "units": 16, "mask_layers": 1, "proposals": 20},
        },
        stages=(Stage(4, 32, 4, 1e-3, 1e-3),),
        sources={MADE: 1.0},
        labels=tuple(TEXTURES),
        detector_from=0.5,
        warmup_steps=2,
        view_px=32,
    )


@pytest.fixture
def hidden() -> PretrainingRecipe:
    """Photos, three quarters of whose patches are hidden."""
    return PretrainingRecipe(
        network="masked-autoencoder",
        network_options={"vit": VIT, "width": 8, "depth": 1, "heads": 2},
        stages=(Stage(4, 32, 4, 1e-3, 1e-3),),
        sources={"pennfudan": 0.5, "ccp": 0.5},
        warmup_steps=2,
        view_px=32,
    )


@pytest.fixture(params=["points", "hidden"])
def instance_recipe(request: pytest.FixtureRequest, made_data: Path) -> Recipe:
    """A recipe of instances: the learned pipeline, and the pretraining of its transformer."""
    recipe: Recipe = request.getfixturevalue(request.param)
    return recipe


@pytest.fixture(params=["recipe", "semantic", "mattes", "depths"])
def any_recipe(request: pytest.FixtureRequest, dense_data: Path) -> Recipe:
    """A recipe of each task, its data made."""
    recipe: Recipe = request.getfixturevalue(request.param)
    return recipe
