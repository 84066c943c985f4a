"""Tests of photos with one point per object."""

from pathlib import Path

import numpy as np
import pytest

from clickmend.training.instances.photos import PointedPhotos, points_of
from clickmend.training.sources import part_of


@pytest.fixture
def photos(made_data: Path) -> PointedPhotos:
    return PointedPhotos({"pennfudan": 0.5, "ccp": 0.5}, place="centre")


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


def test_validation_shows_whole_photos_that_are_validation(photos: PointedPhotos) -> None:
    kept = photos.validation(0, (32, 32))
    assert kept
    names = [f"h{number:02}" for number in range(40)]
    back = [name for name in names if part_of("ccp", name) == "validation"]
    assert len(kept) >= len(back)
    assert all(view.image.shape == (80, 96, 3) for view in kept)
    assert all(len(view.classes) == 2 for view in kept)


INDEX = np.zeros((20, 30), np.int32)
INDEX[2:13, 3:14] = 1
INDEX[15:18, 20:29] = 2


def test_the_centre_of_a_box_is_its_middle(rng: np.random.Generator) -> None:
    points = points_of(INDEX, 2, rng, place="centre")
    assert points[0].tolist() == [8.5, 7.5]
    assert points[1, 1] == 16.5


def test_points_anywhere_reach_all_of_an_object(rng: np.random.Generator) -> None:
    points = np.array([points_of(INDEX, 2, rng, place="anywhere") for _ in range(300)])
    assert points[:, 0].min(axis=0).tolist() == [3.5, 2.5]
    assert points[:, 0].max(axis=0).tolist() == [13.5, 12.5]


def test_fixed_views_of_a_photo_come_again_and_again(made_data: Path) -> None:
    photos = PointedPhotos({"pennfudan": 1.0}, place="anywhere", fixed=2)
    rng, drawn = np.random.default_rng(0), {}
    for _ in range(150):
        view = photos.draw(rng, (32, 32))
        drawn.setdefault(view.image.tobytes(), []).append(view)
    assert len(drawn) <= 2 * 40
    most = max(drawn.values(), key=len)
    assert len(most) > 1
    assert all(np.array_equal(view.points, most[0].points) for view in most)
