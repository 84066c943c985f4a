"""From one point per object to masks at the size of the photo."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import ndimage

from clickmend.core.errors import ClickError, OptionError
from clickmend.parts import METHODS, find_instances

SIZE = (96, 128)
GRID = (24, 32)


def scene(*, noise=0.2, seed=0):
    """Two rectangles of two textures each on a third ground; the truth, and features of it."""
    truth = np.zeros(GRID, np.int32)
    texture = np.zeros(GRID, np.int64)
    for label, (top, left) in enumerate([(4, 3), (9, 20)], start=1):
        truth[top : top + 10, left : left + 8] = label
        texture[top : top + 5, left : left + 8] = 2 * label - 1
        texture[top + 5 : top + 10, left : left + 8] = 2 * label
    generator = torch.Generator().manual_seed(seed)
    kinds = torch.eye(8)[:5]
    features = kinds[torch.from_numpy(texture)]
    features = features + noise * torch.randn(features.shape, generator=generator)
    return features.permute(2, 0, 1), np.repeat(np.repeat(truth, 4, axis=0), 4, axis=1)


POINTS = torch.tensor([[28.0, 26.0], [97.0, 54.0]])


def full_masks(found):
    """The mask of each object at the size of the photo."""
    numbers = torch.arange(1, len(found.soft) + 1)
    return found.labels == numbers[:, None, None]


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


@pytest.mark.parametrize("method", METHODS)
def test_masks_are_at_the_size_of_the_photo_without_overlap_and_hold_their_points(method):
    features, _ = scene()

    found = find_instances(features, POINTS, size=SIZE, method=method)

    masks = full_masks(found)
    assert masks.shape == (2, *SIZE)
    assert masks.sum(dim=0).max() == 1
    for mask, (x, y) in zip(masks, POINTS.long().tolist(), strict=True):
        assert mask[y, x]
    assert found.labels.shape == SIZE
    assert found.masks.sum(dim=0).max() == 1


@pytest.mark.parametrize("seed", range(8))
def test_the_pixel_of_a_point_is_its_objects_wherever_it_lies_in_its_patch(seed):
    generator = torch.Generator().manual_seed(seed)
    features = torch.randn(6, 13, 17, generator=generator)
    size = (101, 143)
    points = torch.rand(12, 2, generator=generator) * torch.tensor([143.0, 101.0])

    found = find_instances(features, points, size=size)

    columns, rows = points.long().unbind(dim=1)
    patches = ((rows + 0.5) * 13 / 101).long() * 17 + ((columns + 0.5) * 17 / 143).long()
    first = [k for k in range(12) if int(patches[k]) not in patches[:k].tolist()]
    assert len(first) > 8
    assert found.labels[rows, columns][first].tolist() == [1 + k for k in first]


def test_an_object_of_two_textures_is_found_by_its_boxes_as_a_whole():
    features, truth = scene()
    boxes = torch.tensor([[12.0, 16, 44, 56], [80.0, 36, 112, 76]])

    found = find_instances(features, POINTS, size=SIZE, boxes=boxes)

    for k, mask in enumerate(full_masks(found).numpy(), start=1):
        assert overlap(mask, truth == k) > 0.4
    torch.testing.assert_close(found.boxes, boxes)


def test_one_texture_on_another_is_found_from_a_point_alone():
    truth = np.zeros(GRID, bool)
    truth[6:18, 8:22] = True
    features = torch.eye(6)[truth.astype(int)] + 0.1 * torch.randn(*GRID, 6)

    found = find_instances(features.permute(2, 0, 1), torch.tensor([[52.0, 45.0]]), size=SIZE)

    assert overlap(full_masks(found)[0].numpy(), truth.repeat(4, 0).repeat(4, 1)) > 0.85


def test_attention_that_stays_within_objects_finds_them():
    truth = np.zeros(GRID, int)
    truth[4:14, 3:11], truth[9:19, 20:28] = 1, 2
    kind = torch.from_numpy(np.concatenate([[3], truth.ravel()]))
    block = (kind[:, None] == kind).float() + 1e-3
    attention = [(block / block.sum(dim=1, keepdim=True))[None]] * 8
    features = torch.eye(6)[torch.from_numpy(truth)] + 0.1 * torch.randn(*GRID, 6)

    found = find_instances(
        features.permute(2, 0, 1), POINTS, size=SIZE, attention=attention, box_rule="plain"
    )

    assert found.boxes.tolist() == [[12, 16, 44, 56], [80, 36, 112, 76]]
    for k, mask in enumerate(full_masks(found).numpy(), start=1):
        assert overlap(mask, (truth == k).repeat(4, 0).repeat(4, 1)) > 0.85


def test_key_points_lie_in_the_boxes_and_belong_to_parts():
    features, _ = scene()

    found = find_instances(features, POINTS, size=SIZE)

    there = found.parts.alive
    assert there.any(dim=1).all()
    assert found.points.isnan().any(dim=2).eq(~there).all()
    for k in range(2):
        for x, y in found.points[k][there[k]].tolist():
            x0, y0, x1, y1 = found.boxes[k].tolist()
            assert x0 - 4 <= x <= x1 + 4
            assert y0 - 4 <= y <= y1 + 4


def test_no_speck_is_left():
    features, _ = scene(noise=0.8)

    labels = find_instances(features, POINTS, size=SIZE).labels.numpy()

    for k in (1, 2):
        pieces, count = ndimage.label(labels == k)
        areas = ndimage.sum_labels(labels == k, pieces, range(1, count + 1))
        assert (areas >= 0.001 * areas.sum()).all()


def test_no_steps_leave_the_seeds_which_are_features_of_patches():
    features, _ = scene()
    unit = F.normalize(features.flatten(1).T, dim=1)

    parts = find_instances(features, POINTS, size=SIZE, method="k-means", iterations=0).parts

    assert parts.alive.all()
    assert torch.allclose((parts.prototypes @ unit.T).amax(dim=2), torch.ones(2, 5))


def test_the_same_call_gives_the_same_masks_bit_for_bit():
    features, _ = scene()

    once, again = (find_instances(features, POINTS, size=SIZE).labels for _ in range(2))

    assert torch.equal(once, again)


def test_objects_of_several_classes_do_not_compete_by_nearness():
    features, _ = scene()
    one = find_instances(features, POINTS, size=SIZE, classes=torch.tensor([3, 3]))
    two = find_instances(features, POINTS, size=SIZE, classes=torch.tensor([3, 4]))

    assert torch.equal(one.labels, find_instances(features, POINTS, size=SIZE).labels)
    assert full_masks(two).any(dim=(1, 2)).all()


def test_of_two_points_in_one_place_the_first_has_the_mask_and_the_second_none():
    features, _ = scene()
    points = POINTS[[0, 0, 1]]

    masks = full_masks(find_instances(features, points, size=SIZE))

    assert masks.any(dim=(1, 2)).tolist() == [True, False, True]


def test_points_of_one_patch_share_it_and_what_lies_around_by_nearness():
    features, _ = scene()
    points = torch.tensor([[29.0, 26.0], [30.9, 26.0], [29.4, 26.6]])

    first, second, in_the_pixel_of_the_first = full_masks(
        find_instances(features, points, size=SIZE)
    )

    assert first[26, 29]
    assert second[26, 30]
    assert not first[:, 30:].any()
    assert not second[:, :30].any()
    assert first.sum() > 200
    assert second.sum() > 200
    assert not in_the_pixel_of_the_first.any()


@pytest.mark.parametrize(
    "point", [(0.0, 0.0), (127.99999, 95.99999), (0.0, 95.99999), (127.99999, 0.0)]
)
def test_a_point_in_a_corner_has_a_mask(point):
    features, _ = scene()

    masks = full_masks(find_instances(features, torch.tensor([point]), size=SIZE))

    assert masks[0, int(point[1]), int(point[0])]


def test_five_hundred_points_have_masks_without_overlap():
    features, _ = scene()
    places = np.random.default_rng(0).permutation(24 * 32)[:500]
    points = torch.from_numpy(np.stack([places % 32, places // 32], axis=1) * 4.0 + 2)

    found = find_instances(features, points.float(), size=SIZE)

    assert found.parts.prototypes.shape == (500, 5, 8)
    assert found.labels.max() <= 500
    assert found.masks.any(dim=(1, 2)).all()


def test_features_that_are_equal_everywhere_give_finite_masks():
    found = find_instances(torch.ones(3, *GRID), POINTS, size=SIZE)

    assert found.soft.isfinite().all()
    assert full_masks(found).any(dim=(1, 2)).all()


def test_features_of_zeros_give_finite_masks():
    found = find_instances(torch.zeros(3, *GRID), POINTS, size=SIZE)

    assert found.soft.isfinite().all()
    assert full_masks(found).any(dim=(1, 2)).all()


def test_a_grid_of_one_patch_is_a_photo_of_one_object():
    found = find_instances(torch.ones(3, 1, 1), POINTS[:1], size=SIZE)

    assert full_masks(found).all()


@pytest.mark.parametrize("point", [(128.0, 5.0), (-0.1, 5.0), (5.0, 96.0), (float("nan"), 3.0)])
def test_a_point_outside_is_refused_and_named(point):
    features, _ = scene()
    points = torch.tensor([POINTS[0].tolist(), point])

    with pytest.raises(ClickError, match=r"point 2 is at .* outside the 128×96 image.*swapped"):
        find_instances(features, points, size=SIZE)


def test_no_points_are_refused():
    features, _ = scene()

    with pytest.raises(OptionError, match=r"There are no points. Give at least one"):
        find_instances(features, torch.zeros(0, 2), size=SIZE)


def test_features_that_are_not_finite_are_refused():
    features, _ = scene()
    features[0, 3, 3] = torch.inf

    with pytest.raises(OptionError, match=r"not finite. .* float32 instead of float16"):
        find_instances(features, POINTS, size=SIZE)


def test_an_unknown_method_is_refused():
    features, _ = scene()

    with pytest.raises(OptionError, match=r"no way to find parts 'shfit'"):
        find_instances(features, POINTS, size=SIZE, method="shfit")
