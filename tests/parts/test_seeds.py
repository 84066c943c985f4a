"""Where seeds lie: the eroded map and the spread over it, against loops."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clickmend.parts import eroded, spread_seeds, sure_inside

SHAPE = (5, 7)
areas = arrays(bool, SHAPE, elements=st.sampled_from([False, True, True]))


def eroded_by_loops(sure):
    height, width = sure.shape

    def stays(row, column):
        near = [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        return all(sure[r, c] for r, c in near if 0 <= r < height and 0 <= c < width)

    return [[bool(stays(row, column)) for column in range(width)] for row in range(height)]


def spread_by_loops(area, x, y, *, count):
    free = [
        (row, column) for row in range(SHAPE[0]) for column in range(SHAPE[1]) if area[row][column]
    ]

    def squared(at, row, column):
        return (at[0] - row) ** 2 + (at[1] - column) ** 2

    chosen = [min(free, key=lambda at: squared(at, y - 0.5, x - 0.5))] if free else []
    while free and len(chosen) < min(count, len(free)):
        chosen.append(max(free, key=lambda at: min(squared(at, *other) for other in chosen)))
    return [row * SHAPE[1] + column for row, column in chosen]


@given(areas)
def test_an_area_loses_its_outermost_patches_unless_nothing_would_be_left(area):
    wanted = np.array(eroded_by_loops(area))

    core = eroded(torch.from_numpy(area)[None])[0].numpy()

    assert np.array_equal(core, wanted if wanted.any() else area)


def test_several_severalare_eroded_as_they_are_alone():
    several = torch.rand(5, 9, 9) > torch.rand(5, 1, 1) / 2

    alone = torch.cat([eroded(each[None]) for each in several])

    assert torch.equal(eroded(several), alone)


def test_a_patch_is_sure_above_the_threshold_only():
    foreground = torch.full((1, 4, 4), 0.35)
    foreground[0, 1, 2] = 0.4

    inside = sure_inside(foreground, torch.tensor([[0.5, 0.5]]))

    assert inside.nonzero().tolist() == [[0, 1, 2]]


def test_a_map_that_is_nowhere_sure_is_the_patch_under_its_point():
    inside = sure_inside(torch.full((2, 4, 4), 0.3), torch.tensor([[2.5, 3.5], [0.1, 1.9]]))

    assert inside.nonzero().tolist() == [[0, 3, 2], [1, 1, 0]]


@given(areas, st.integers(1, 8))
def test_seeds_are_spread_as_the_loops_spread_them(area, count):
    seeds, there = spread_seeds(
        torch.from_numpy(area)[None], torch.tensor([[3.5, 2.5]]), count=count
    )

    assert seeds.shape == (1, count)
    assert seeds[there].tolist() == spread_by_loops(area.tolist(), 3.5, 2.5, count=count)


def test_several_objects_have_the_seeds_they_have_alone():
    inside, points = torch.rand(4, 6, 6) > 0.5, torch.rand(4, 2) * 6
    both = [spread_seeds(inside[k : k + 1], points[k : k + 1]) for k in range(4)]

    seeds, there = spread_seeds(inside, points)

    assert torch.equal(seeds, torch.cat([each for each, _ in both]))
    assert torch.equal(there, torch.cat([each for _, each in both]))


def test_an_area_of_nothing_has_no_seeds():
    _, there = spread_seeds(torch.zeros(1, 3, 3, dtype=torch.bool), torch.tensor([[1.0, 1.0]]))

    assert not there.any()
