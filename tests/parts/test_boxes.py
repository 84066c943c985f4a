"""Boxes from maps against components that are filled patch by patch."""

import numpy as np
import parts_oracle
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clickmend.core.errors import OptionError
from clickmend.parts import (
    BOX_RULES,
    boxes_with_points,
    inside_boxes,
    most_contrasted,
    normalised,
    plain_boxes,
    symmetric_boxes,
    tight_boxes,
)

SHAPE = (6, 8)
# Mostly low, so that components come apart.
planes = arrays(np.float32, SHAPE, elements=st.sampled_from([0.0, 0.0, 0.125, 0.25, 1.0]))
places = st.tuples(st.floats(0, 7.75, width=32), st.floats(0, 5.75, width=32))


@given(planes)
def test_the_tight_box_is_that_of_the_filled_components(plane):
    box = tight_boxes(torch.from_numpy(plane)[None])[0]

    assert box.tolist() == parts_oracle.tight_box(plane)


@given(planes, places)
def test_the_symmetric_box_mirrors_the_farther_side(plane, place):
    box = symmetric_boxes(torch.from_numpy(plane)[None], torch.tensor([place]))[0]

    np.testing.assert_allclose(box, parts_oracle.symmetric_box(plane, *place), atol=1e-5)


@given(planes, places)
def test_every_rule_gives_a_box_that_holds_the_tight_one_and_the_point(plane, place):
    maps, points = torch.from_numpy(plane)[None], torch.tensor([place])
    tight = tight_boxes(maps)[0]

    for name in BOX_RULES:
        x0, y0, x1, y1 = BOX_RULES[name](maps, points)[0].tolist()

        assert 0 <= x0 <= place[0] <= x1 <= SHAPE[1]
        assert 0 <= y0 <= place[1] <= y1 <= SHAPE[0]
        assert x0 <= tight[0] + 1e-5
        assert y0 <= tight[1] + 1e-5
        assert x1 >= tight[2] - 1e-5
        assert y1 >= tight[3] - 1e-5


def test_the_symmetric_box_has_the_point_in_its_middle_where_the_border_allows():
    maps = torch.zeros(1, 20, 20)
    maps[0, 8:12, 6:9] = 1

    assert symmetric_boxes(maps, torch.tensor([[8.5, 10.0]])).tolist() == [[6, 8, 11, 12]]
    assert plain_boxes(maps, torch.tensor([[8.5, 10.0]])).tolist() == [[6, 8, 9, 12]]


def test_a_plain_box_grows_to_the_patch_of_a_point_beside_it():
    maps = torch.zeros(1, 9, 9)
    maps[0, 2:4, 2:4] = 1

    assert plain_boxes(maps, torch.tensor([[6.3, 0.9]])).tolist() == [[2, 0, 7, 4]]


def test_several_maps_have_the_boxes_they_have_alone():
    maps, points = torch.rand(5, 7, 9), torch.rand(5, 2) * 7

    for name in BOX_RULES:
        alone = [BOX_RULES[name](maps[k : k + 1], points[k : k + 1]) for k in range(5)]

        assert torch.equal(BOX_RULES[name](maps, points), torch.cat(alone))


def test_maps_are_brought_to_the_unit_interval_and_a_flat_one_to_one():
    maps = torch.stack([torch.tensor([[2.0, 4.0], [3.0, 2.5]]), torch.full((2, 2), 7.0)])

    assert normalised(maps).tolist() == [[[0, 1], [0.5, 0.25]], [[1, 1], [1, 1]]]


def test_boxes_that_hold_their_points_stay():
    boxes = torch.tensor([[1.0, 2.0, 5.0, 6.0]])

    assert torch.equal(boxes_with_points(boxes, torch.tensor([[3.0, 3.0]])), boxes)


def test_a_patch_is_inside_when_the_box_touches_its_interior():
    inside = inside_boxes(torch.tensor([[1.0, 0.5, 2.5, 2.0]]), height=3, width=4)

    assert inside.int().tolist() == [[[0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]]]


def test_the_map_of_the_highest_contrast_is_chosen():
    maps = torch.rand(4, 6, 5, 7)
    boxes = torch.stack([tight_boxes(block) for block in maps])
    boxes[..., 2:] -= 2 * torch.rand(4, 6, 2)
    boxes[..., 2:] = boxes[..., 2:].maximum(boxes[..., :2] + 1)

    chosen = most_contrasted(maps, boxes)

    for k in range(6):
        wanted = [
            parts_oracle.contrast(maps[j, k].double().numpy(), boxes[j, k].tolist())
            for j in range(4)
        ]
        assert chosen[k] == np.argmax(wanted)


def test_a_box_without_an_outside_loses_to_one_that_stands_out():
    maps = torch.ones(2, 1, 4, 4)
    maps[1, 0, 2:] = 0
    boxes = torch.stack([tight_boxes(block) for block in maps])

    assert most_contrasted(maps, boxes).tolist() == [1]


def test_an_unknown_rule_is_refused():
    with pytest.raises(OptionError, match=r"There is no box rule 'plane'.*did you mean 'plain'"):
        BOX_RULES["plane"]
