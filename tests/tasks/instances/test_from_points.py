"""From a photo and points to masks, by the shipped network."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

import clickmend as cm
from clickmend.core.errors import ClickError, ImageError, ModelError, OptionError

POINTS = [(45, 60), (120, 62)]


@pytest.fixture
def scene(rng):
    """Two bright disks on dark noise, and the truth."""
    rows, columns = np.mgrid[:120, :160]
    truth = np.zeros((120, 160), np.int32)
    for number, (x, y) in enumerate(POINTS, start=1):
        truth[(columns - x) ** 2 + (rows - y) ** 2 < 26**2] = number
    photo = rng.integers(0, 40, (120, 160, 3)).astype(np.uint8)
    photo[truth == 1] += np.array([190, 60, 20], np.uint8)
    photo[truth == 2] += np.array([30, 90, 190], np.uint8)
    return photo, truth


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


@pytest.mark.parametrize("finish", ["none", "network"])
def test_each_point_becomes_the_mask_of_its_object(scene, finish):
    photo, truth = scene
    found = cm.instances(photo, POINTS, finish=finish, device="cpu")
    masks = found.masks
    assert masks.shape == (2, 120, 160)
    assert masks.sum(axis=0).max() == 1
    for number, (mask, (x, y)) in enumerate(zip(masks, POINTS, strict=True), start=1):
        assert mask[y, x]
        assert overlap(mask, truth == number) > 0.6
        pieces, count = ndimage.label(mask)
        assert (np.bincount(pieces.ravel())[1:] >= 0.001 * mask.sum()).all(), count


def test_the_masks_of_a_seed_are_the_same_again(scene):
    photo, _ = scene
    one, two = (cm.instances(photo, POINTS, seed=3, device="cpu").index for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_a_photo_may_be_a_path_a_pillow_image_or_an_array(scene, tmp_path):
    photo, _ = scene
    Image.fromarray(photo).save(tmp_path / "scene.png")
    of_path = cm.instances(tmp_path / "scene.png", np.array(POINTS), ["cat", 7], device="cpu")
    of_image = cm.instances(Image.fromarray(photo), POINTS, ["cat", 7], device="cpu")
    np.testing.assert_array_equal(of_path.index, of_image.index)
    assert of_path.labels == ("cat", "7")
    assert of_path.points == ((45.0, 60.0), (120.0, 62.0))
    assert (of_path.file_name, of_image.file_name) == ("scene.png", "")


def test_an_object_without_a_label_is_the_one_that_objects_makes_of_it(scene):
    photo, _ = scene
    for labels in (["cat", None], [None, None], [" cat ", ""]):
        found = cm.instances(photo, POINTS, labels, device="cpu")
        expected = cm.Objects(photo, POINTS, labels, device="cpu").prediction
        assert found.labels == expected.labels
        np.testing.assert_array_equal(found.index, expected.index)


@pytest.mark.parametrize("seed", [-(2**63), 2**64 - 1])
def test_every_seed_that_torch_takes_is_taken(scene, seed):
    assert cm.instances(scene[0], POINTS, seed=seed, device="cpu").masks.any()


@pytest.mark.parametrize("finish", ["none", "network"])
def test_of_two_points_in_one_place_the_first_has_the_mask(scene, finish):
    photo, _ = scene
    found = cm.instances(photo, [POINTS[0], POINTS[1], POINTS[0]], finish=finish, device="cpu")
    filled = found.masks.any(axis=(1, 2))
    assert filled.tolist() == [True, True, False]


@pytest.mark.slow
def test_500_points_are_taken(scene, rng):
    photo, _ = scene
    points = rng.uniform((0, 0), (160, 120), (500, 2))
    found = cm.instances(photo, points, device="cpu")
    assert len(found.points) == 500
    assert found.index.max() <= 500


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"points": []}, OptionError, r"no points \(x, y\)"),
        ({"points": [1, 2]}, OptionError, r"no points \(x, y\)"),
        ({"points": [(1, 2), (3,)]}, OptionError, r"no points \(x, y\)"),
        ({"points": [(4, 5), (160, 5)]}, ClickError, "click 2 is at .* outside the 160×120"),
        ({"points": [(4, float("nan"))]}, ClickError, "click 1 is at"),
        ({"labels": ["cat"]}, OptionError, "There are 2 points but 1 labels"),
        ({"labels": "ab"}, OptionError, "There are 2 points but one text"),
        ({"method": "shft"}, OptionError, "no way to find parts 'shft'.* did you mean 'shift'"),
        ({"finish": "grabcut"}, OptionError, "no finish 'grabcut'.*none, network"),
        (
            {"refine": "sb", "finish": "none"},
            OptionError,
            "'sb' needs the output of the interactive network",
        ),
        ({"refine": "bs"}, OptionError, "no refinement 'bs'"),
        ({"seed": "one"}, OptionError, "seed is 'one'. Allowed are whole numbers"),
        ({"seed": 2**64}, OptionError, "seed is 18446744073709551616. Allowed are whole numbers"),
        ({"seed": -(2**63) - 1}, OptionError, "seed is -9223372036854775809"),
        ({"model": "semantic-s"}, ModelError, "InteractiveNetwork is needed"),
        ({"model": "nothing-s"}, ModelError, "no weights named 'nothing-s'"),
        ({"photo": "nowhere.jpg"}, ImageError, r"nowhere\.jpg"),
    ],
)
def test_what_does_not_fit_is_refused(scene, change, error, message):
    given = {"photo": scene[0], "points": POINTS, "labels": None, "device": "cpu"} | change
    with pytest.raises(error, match=message):
        cm.instances(given.pop("photo"), given.pop("points"), given.pop("labels"), **given)


@pytest.mark.parametrize("finish", ["none", "network"])
def test_every_mask_says_how_sure_it_is_and_an_empty_one_is_not(finish):
    photo = np.zeros((64, 96, 3), np.uint8)
    photo[16:48, 16:48] = 255
    found = cm.instances(photo, [(30, 30), (30, 30), (80, 50)], finish=finish)
    first, repeated, third = found.scores
    assert 0 < first <= 1
    assert 0 < third <= 1
    assert repeated == 0
    assert not found.mask(2).any()
