"""Tests of made scenes."""

import numpy as np
import pytest

from clickmend.training.instances.generated import (
    FEWEST,
    MOST,
    TEXTURES,
    GeneratedScenes,
    generate_scene,
)

SHAPE = (96, 128)


@pytest.mark.parametrize("place", ["centre", "anywhere"])
def test_every_object_is_seen_and_holds_its_point(place):
    for seed in range(20):
        view = generate_scene(np.random.default_rng(seed), SHAPE, place=place)
        assert view.image.shape == (*SHAPE, 3)
        count = len(view.classes)
        assert 1 <= count <= MOST
        assert np.array_equal(np.unique(view.index), np.arange(count + 1))
        columns, rows = view.points.astype(int).T
        assert np.array_equal(view.index[rows, columns], np.arange(1, count + 1))


def test_a_seed_is_a_scene():
    one, same, other = (generate_scene(np.random.default_rng(seed), SHAPE) for seed in (5, 5, 6))
    assert np.array_equal(one.image, same.image)
    assert np.array_equal(one.points, same.points)
    assert not np.array_equal(one.image, other.image)


def test_there_are_two_to_six_objects_of_four_classes_and_some_overlap():
    views = [generate_scene(np.random.default_rng(seed), SHAPE) for seed in range(60)]
    counts = [len(view.classes) for view in views]
    assert np.mean([count >= FEWEST for count in counts]) > 0.95
    assert max(counts) == MOST
    assert len(TEXTURES) == 4
    assert set(np.concatenate([view.classes for view in views])) == {0, 1, 2, 3}
    touching = [
        ((v.index[:, 1:] != v.index[:, :-1]) & (v.index[:, 1:] > 0) & (v.index[:, :-1] > 0)).any()
        for v in views
    ]
    assert np.mean(touching) > 0.5


def test_a_centre_lies_deeper_than_other_pixels_of_its_object():
    view = generate_scene(np.random.default_rng(1), SHAPE, place="centre")
    for number, (x, y) in enumerate(view.points, start=1):
        rows, columns = np.nonzero(view.index != number)
        depth = np.hypot(columns + 0.5 - x, rows + 0.5 - y).min()
        inside = np.argwhere(view.index == number)
        others = np.stack([rows, columns], axis=1)
        most = max(np.hypot(*(others - at).T).min() for at in inside[::7])
        assert depth >= 0.9 * min(most, *(inside.shape))


def test_validation_shows_what_no_step_draws():
    scenes = GeneratedScenes(place="centre")
    kept = scenes.validation(0, (32, 32))
    drawn = [scenes.draw(np.random.default_rng([0, step, 0]), (32, 32)) for step in range(60)]
    assert len(kept) == 60
    images = {view.image.tobytes() for view in kept}
    assert len(images) == 60
    assert not images & {view.image.tobytes() for view in drawn}
