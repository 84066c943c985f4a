"""Tests of which photos are seen and what becomes of them."""

from dataclasses import replace
from hashlib import sha1
from pathlib import Path

import numpy as np
import pytest

from clickmend.core.errors import DataError
from clickmend.training.objects import (
    ObjectViews,
    View,
    crop_view,
    list_targets,
    paste,
    validation_views,
)

SOURCES = {"pennfudan": 0.5, "ccp": 0.3, "bsds": 0.2}


def number(stem: str) -> int:
    return int(sha1(stem.encode()).hexdigest(), 16)


def test_what_is_held_out_is_never_listed(made_data: Path) -> None:
    seen = {
        t.photo.name for part in ("train", "validation") for t in list_targets("pennfudan", part)
    }
    stems = {f"h{n:02}" for n in range(40)}
    assert seen == {stem for stem in stems if number(stem) % 5}
    assert seen < stems


def test_training_and_validation_share_no_photo(made_data: Path) -> None:
    for source in SOURCES:
        train = {t.photo.name for t in list_targets(source, "train")}
        kept = {t.photo.name for t in list_targets(source, "validation")}
        assert kept
        assert not train & kept


def test_a_source_of_parts_is_shown_whole_or_in_parts(made_data: Path) -> None:
    whole, parts = list_targets("ccp", "train"), list_targets("ccp-parts", "train")
    assert {t.region for t in whole} == {None}
    assert {t.region for t in parts} == {1, 2}


def test_two_annotators_are_two_sources_of_regions(made_data: Path) -> None:
    assert len(list_targets("bsds", "train")) == 2 * len(
        {(t.photo.name, t.region) for t in list_targets("bsds", "train")}
    )


def test_a_view_knows_the_other_objects_of_its_photo_and_of_one_whole_object_none(
    made_data: Path,
) -> None:
    for target in list_targets("bsds", "train")[:5]:
        view = target.read()
        assert view.others is not None
        assert not (view.others[view.truth]).any()
        assert (view.others[~view.truth & view.counted] > 0).any()
    assert list_targets("ccp", "train")[0].read().others is None


def test_a_missing_set_is_named(made_data: Path) -> None:
    with pytest.raises(DataError, match="nuclei"):
        list_targets("nuclei", "train")


def test_a_set_without_a_fitting_object_is_refused(
    made_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clickmend.training.objects.LARGEST_SHARE", 0.0)
    with pytest.raises(DataError, match="holds no object for train"):
        list_targets("pennfudan", "train")


def test_views_depend_on_the_generator_alone(made_data: Path) -> None:
    objects = ObjectViews(SOURCES, paste_share=0.5)
    views = [objects.draw(np.random.default_rng([1, n]), 48) for n in (5, 6, 5)]
    assert np.array_equal(views[0].image, views[2].image)
    assert not np.array_equal(views[0].image, views[1].image)
    assert views[0].truth.shape == views[0].counted.shape == (48, 48)


def test_validation_views_are_whole_photos(made_data: Path) -> None:
    views = validation_views(SOURCES, most=5, seed=0)
    assert 3 <= len(views) <= 5
    assert {v.image.shape for v in views} == {(80, 96, 3)}


@pytest.fixture
def photo() -> View:
    ys, xs = np.mgrid[:60, :80]
    truth = (xs - 50) ** 2 + (ys - 30) ** 2 < 12**2
    image = np.zeros((60, 80, 3), np.uint8)
    image[truth] = (200, 0, 0)
    return View(image, truth, np.ones_like(truth))


def test_the_mask_moves_with_the_picture(photo: View) -> None:
    for seed in range(20):
        view = crop_view(photo, np.random.default_rng(seed), 64)
        red = view.image[..., 0] > 100
        assert (red & view.counted != view.truth & view.counted).mean() < 0.02


def test_the_other_objects_move_with_it_and_where_none_is_known_none_is_shown(
    photo: View,
) -> None:
    assert crop_view(photo, np.random.default_rng(0), 64).others is None
    others = np.where(photo.truth, 5, 0).astype(np.uint16)
    for seed in range(10):
        view = crop_view(replace(photo, others=others), np.random.default_rng(seed), 64)
        assert view.others is not None
        assert set(np.unique(view.others)) <= {0, 5}
        assert ((view.others > 0) != view.truth).mean() < 0.02


def test_a_zoomed_window_holds_most_of_the_object(photo: View) -> None:
    shares = [crop_view(photo, np.random.default_rng(s), 64).truth.mean() for s in range(40)]
    assert min(shares) > 0.02
    assert max(shares) > 0.15


def test_a_pasted_object_is_the_truth_where_nothing_hides_it(photo: View) -> None:
    ground = View(np.full((60, 80, 3), 90, np.uint8), photo.truth, photo.counted)
    front = View(photo.image, np.roll(photo.truth, 10, axis=1), photo.counted)
    alone = paste(ground, [photo], wanted=0)
    assert np.array_equal(alone.truth, photo.truth)
    hidden = paste(ground, [photo, front], wanted=0)
    assert np.array_equal(hidden.truth, photo.truth & ~front.truth)
    assert (alone.image[30, 5] == 90).all()
    assert alone.others is not None
    assert not alone.others.any()
    assert hidden.others is not None
    assert np.array_equal(hidden.others > 0, front.truth)
    assert alone.image[30, 50, 0] > 190
