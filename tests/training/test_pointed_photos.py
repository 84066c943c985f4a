"""Tests of photos with one point per object."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clickmend.training.instance_recipes import InstancesRecipe
from clickmend.training.pointed_photos import PointedPhotos
from clickmend.training.split import part_of


@pytest.fixture
def photos(made_data: Path, points: InstancesRecipe) -> PointedPhotos:
    labels = ("person", "clothes")
    return PointedPhotos(replace(points, sources={"pennfudan": 0.5, "ccp": 0.5}, labels=labels))


def test_a_view_has_an_object_and_every_point_lies_in_its_own(
    photos: PointedPhotos, rng: np.random.Generator
) -> None:
    kinds = set()
    for _ in range(30):
        view = photos.draw(rng, (32, 64))
        assert view.image.shape == (32, 64, 3)
        assert view.index.max() == len(view.classes) >= 1
        columns, rows = view.points.astype(int).T
        assert np.array_equal(view.index[rows, columns], np.arange(1, len(view.classes) + 1))
        kinds |= set(view.classes.tolist())
    assert kinds == {0, 1}


def test_validation_shows_whole_photos_that_are_kept_back(photos: PointedPhotos) -> None:
    kept = photos.kept_back(0, (32, 32))
    assert kept
    names = [f"h{number:02}" for number in range(40)]
    back = [name for name in names if part_of("ccp", name) == "validation"]
    assert len(kept) >= len(back)
    assert all(view.image.shape == (80, 96, 3) for view in kept)
    assert all(len(view.classes) == 2 for view in kept)
