"""A tiny data folder in the plain layout, and a recipe that runs in seconds."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clickmend.core.settings import Settings
from clickmend.data import folder
from clickmend.training import InteractiveRecipe
from clickmend.training.recipes import Curriculum, Stage


@pytest.fixture
def made_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """40 photos of one disk and one square, as the sets pennfudan, ccp and bsds."""
    rng = np.random.default_rng(0)
    for name in ("pennfudan", "ccp", "bsds"):
        root = tmp_path / "objects/train" / name
        for kind in ("images", "masks"):
            (root / kind).mkdir(parents=True)
        for number in range(40):
            ys, xs = np.mgrid[:80, :96]
            cx, cy = rng.uniform(25, 70), rng.uniform(25, 55)
            ids = ((xs - cx) ** 2 + (ys - cy) ** 2 < 15**2).astype(np.uint8)
            ids[60:75, 5:20] = 2
            ids[:3] = 255
            image = rng.integers(0, 80, (80, 96, 3))
            image[ids == 1] += (150, 30, 30)
            image[ids == 2] += (30, 150, 30)
            Image.fromarray(image.astype(np.uint8)).save(root / f"images/h{number:02}.jpg")
            Image.fromarray(ids).save(root / f"masks/h{number:02}.png")
        if name == "bsds":
            (root / "masks2").symlink_to(root / "masks")
    monkeypatch.setattr(folder, "settings", lambda: Settings(data=tmp_path))
    return tmp_path


@pytest.fixture
def recipe() -> InteractiveRecipe:
    """Six steps in two sizes with all three tasks."""
    return InteractiveRecipe(
        network="interactive-unet",
        network_options={
            "widths": (8, 8, 8, 8),
            "blocks": (0, 1, 1, 1),
            "attention_blocks": 1,
        },
        stages=(Stage(4, 32, 4, 1e-2, 1e-2), Stage(3, 48, 4, 1e-2, 1e-3)),
        sources={"pennfudan": 0.5, "ccp": 0.3, "bsds": 0.2},
        curriculum=Curriculum(
            random_clicks_from=0.1, corrective_clicks_from=0.2, rounds=(0.2, 0.4, 0.4)
        ),
        warmup_steps=2,
    )
