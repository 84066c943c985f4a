"""Overlaps against pixels counted one by one; VOC's average precision against hand-made cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickmend.core.errors import OptionError
from clickmend.metrics import (
    INTERPOLATIONS,
    PhotoInstances,
    compare_instances,
    intersection_over_union,
    voc_average_precision,
    voc_mean_average_precision,
)

EVERY_WAY = pytest.mark.parametrize("interpolation", INTERPOLATIONS)


def photo(iou, scores, *, classes=None, true_classes=None, ignored=None):
    """A photo whose overlaps are known."""
    iou = np.asarray(iou, float).reshape(len(scores), -1)
    return PhotoInstances(
        iou=iou,
        scores=np.asarray(scores, float),
        classes=tuple(classes or "a" * len(scores)),
        true_classes=tuple(true_classes or "a" * iou.shape[1]),
        areas=np.ones(len(scores)),
        true_areas=np.ones(iou.shape[1]),
        ignored=np.zeros(len(scores)) if ignored is None else np.asarray(ignored, float),
    )


def ap(photos, interpolation="all-point", iou=0.5):
    return voc_average_precision(photos, iou=iou, interpolation=interpolation)


def voc_written_out(photos, name, iou, interpolation):
    """VOC's devkit, one prediction after another; for scores that all differ."""
    all_of_class = [
        (score, number, row)
        for number, one in enumerate(photos)
        for score, row, of in zip(one.scores, one.iou, one.classes, strict=True)
        if of == name
    ]
    objects = sum(one.true_classes.count(name) for one in photos)
    taken, right, curve = set(), 0, []
    for seen, (_, number, row) in enumerate(sorted(all_of_class, key=lambda p: -p[0]), start=1):
        best, best_iou = None, -1.0
        for column, of in enumerate(photos[number].true_classes):
            if of == name and row[column] > best_iou:
                best, best_iou = column, row[column]
        if best_iou >= iou and (number, best) not in taken:
            taken.add((number, best))
            right += 1
        curve.append((right / objects, right / seen))
    if interpolation == "11-point":
        return (
            sum(max((p for r, p in curve if r >= tenth / 10), default=0) for tenth in range(11))
            / 11
        )
    area, before = 0.0, 0.0
    for index, (recall, _) in enumerate(curve):
        area += (recall - before) * max(p for _, p in curve[index:])
        before = recall
    return area


def test_overlaps_and_areas_are_those_of_the_pixels_that_count(rng):
    predictions, truths = rng.random((3, 9, 11)) < 0.4, rng.random((2, 9, 11)) < 0.5
    ignore = rng.random((9, 11)) < 0.2
    found = compare_instances(
        [*predictions], [*truths], scores=[1, 2, 3], classes="abb", true_classes="ab", ignore=ignore
    )
    for row, prediction in zip(found.iou, predictions, strict=True):
        wanted = [intersection_over_union(prediction, truth, ignore) for truth in truths]
        np.testing.assert_allclose(row, wanted)
    np.testing.assert_array_equal(found.areas, (predictions & ~ignore).sum(axis=(1, 2)))
    np.testing.assert_array_equal(found.true_areas, (truths & ~ignore).sum(axis=(1, 2)))
    np.testing.assert_allclose(
        found.ignored, (predictions & ignore).sum(axis=(1, 2)) / predictions.sum(axis=(1, 2))
    )
    assert (found.classes, found.true_classes) == (("a", "b", "b"), ("a", "b"))


def test_an_empty_mask_overlaps_nothing():
    empty, full = np.zeros((4, 4), bool), np.ones((4, 4), bool)
    found = compare_instances([empty], [full], scores=[1], classes="a", true_classes="a")
    assert (found.iou.tolist(), found.areas.tolist()) == ([[0.0]], [0.0])


def test_a_photo_without_objects_or_without_predictions_has_an_empty_table():
    mask = np.ones((4, 4), bool)
    alone = compare_instances([mask], [], scores=[1], classes="a", true_classes="")
    missed = compare_instances([], [mask], scores=[], classes="", true_classes="a")
    assert (alone.iou.shape, missed.iou.shape) == ((1, 0), (0, 1))
    assert ap([alone]) == {}
    assert ap([missed]) == {"a": 0.0}


@EVERY_WAY
def test_all_found_is_one_and_nothing_found_is_nought(interpolation):
    assert ap([photo(np.eye(3), [3, 2, 1])], interpolation) == {"a": 1.0}
    assert ap([photo(np.zeros((3, 3)), [3, 2, 1])], interpolation) == {"a": 0.0}


def test_a_known_curve_gives_the_known_numbers():
    # Right, wrong, right, of four objects: precisions 1, 1/2, 2/3 at recalls 1/4, 1/4, 2/4.
    iou = np.zeros((3, 4))
    iou[0, 0] = iou[2, 1] = 0.9
    photos = [photo(iou, [0.9, 0.8, 0.7])]
    assert ap(photos)["a"] == pytest.approx(1 / 4 + 1 / 4 * 2 / 3)
    # At the recalls 0, 0.1, 0.2 it is 1, at 0.3, 0.4, 0.5 it is 2/3, beyond nothing is found.
    assert ap(photos, "11-point")["a"] == pytest.approx((3 + 3 * 2 / 3) / 11)


@EVERY_WAY
def test_recalls_of_whole_tenths_count(interpolation):
    iou = np.eye(10)[:3]
    expected = {"11-point": 4 / 11, "all-point": 0.3}[interpolation]
    assert ap([photo(iou, [3, 2, 1])], interpolation)["a"] == pytest.approx(expected)


def test_an_overlap_of_just_the_threshold_is_enough():
    photos = [photo([[0.5]], [1])]
    assert ap(photos, iou=0.5) == {"a": 1.0}
    assert ap(photos, iou=0.500001) == {"a": 0.0}


def test_an_object_is_found_once_and_by_the_surest():
    photos = [photo([[0.6], [0.9]], [2, 1])]
    assert ap(photos, iou=0.5)["a"] == 1.0
    assert ap(photos, iou=0.75)["a"] == 0.5


def test_a_prediction_goes_to_the_object_it_overlaps_most_even_if_that_one_is_taken():
    photos = [photo([[0.9, 0.0], [0.8, 0.6]], [2, 1])]
    assert ap(photos)["a"] == 0.5


@EVERY_WAY
def test_of_equally_sure_predictions_the_order_does_not_matter(interpolation, rng):
    iou, scores = rng.random((12, 6)), rng.integers(0, 3, 12)
    order = rng.permutation(12)
    one = photo(iou, scores)
    other = photo(iou[order], scores[order])
    assert ap([one], interpolation) == pytest.approx(ap([other], interpolation))


def test_when_all_are_equally_sure_the_curve_is_one_point():
    iou = np.zeros((4, 4))
    iou[0, 0] = iou[1, 1] = iou[2, 2] = 1
    assert ap([photo(iou, [0.5] * 4)])["a"] == pytest.approx(3 / 4 * 3 / 4)


def test_another_class_finds_nothing_and_a_class_that_is_not_there_is_left_out():
    photos = [photo(np.eye(3), [1, 2, 3], classes="abz", true_classes="aab")]
    assert ap(photos) == {"a": 0.5, "b": 0.0}
    assert voc_mean_average_precision(photos, iou=0.5, interpolation="all-point") == 0.25


def test_without_any_object_there_is_no_mean():
    nothing = [photo(np.zeros((1, 0)), [1])]
    assert np.isnan(voc_mean_average_precision(nothing, iou=0.5, interpolation="11-point"))


@EVERY_WAY
@given(seed=st.integers(0, 10_000))
def test_it_is_vocs_devkit_written_out(seed, interpolation):
    rng = np.random.default_rng(seed)
    photos = []
    for _ in range(3):
        predictions, truths = rng.integers(0, 6), rng.integers(0, 5)
        iou = np.round(rng.random((predictions, truths)), 1)
        names = [rng.choice(list("ab"), n).tolist() for n in (predictions, truths)]
        photos.append(
            PhotoInstances(
                iou, rng.random(predictions), *map(tuple, names), rng.random(predictions),
                rng.random(truths), np.zeros(predictions),
            )
        )  # fmt: skip
    for name, value in ap(photos, interpolation).items():
        assert value == pytest.approx(voc_written_out(photos, name, 0.5, interpolation))


@EVERY_WAY
def test_what_is_wrong_in_ignored_pixels_counts_for_nothing(interpolation):
    """The surest prediction is ignored at 0.5; at 0.7 too little of it is."""
    photos = [photo([[0.1], [0.9]], [0.9, 0.5], ignored=[0.6, 0.9])]
    assert ap(photos, interpolation, 0.5) == {"a": 1.0}
    assert ap(photos, interpolation, 0.7) == {"a": 0.5}


def test_an_empty_mask_is_wrong_and_not_ignored():
    truth = np.ones((4, 5), bool)
    empty = np.zeros((4, 5), bool)
    compared = compare_instances(
        [empty, truth], [truth], scores=[2, 1], classes="aa", true_classes="a", ignore=empty
    )
    assert compared.ignored.tolist() == [0, 0]
    assert ap([compared]) == {"a": 0.5}


@pytest.mark.parametrize("iou", [0, -0.1, 1.5])
def test_a_threshold_that_no_overlap_can_have_is_refused(iou):
    with pytest.raises(OptionError, match=r"Allowed are numbers above 0 up to 1"):
        ap([], iou=iou)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scores": [1, 2]}, "1 masks and 2 scores"),
        ({"classes": ""}, "1 masks and 0 classes"),
        ({"true_classes": "ab"}, "1 masks and 2 true classes"),
        ({"scores": [np.nan]}, "A score is not finite"),
        ({"truths": [np.ones((5, 4), bool)]}, "prediction is 4×5 pixels and the other mask 4×4"),
        ({"ignore": np.ones((5, 4), bool)}, "and the ignore mask 4×5 pixels"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, message):
    mask = np.ones((4, 4), bool)
    given_by = {"predictions": [mask], "truths": [mask], "scores": [1]}
    given_by |= {"classes": "a", "true_classes": "a"} | changes
    with pytest.raises(OptionError, match=message):
        compare_instances(**given_by)
