import numpy as np
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays
from skimage.measure import points_in_poly

from clickmend.server.interop.polygons import polygons


def filled(rings, shape):
    rows, columns = np.indices(shape)
    centres = np.column_stack((columns.ravel(), rows.ravel())) + 0.5
    inside = np.zeros(len(centres), int)
    for ring in rings:
        inside += points_in_poly(centres, ring)
    return inside.reshape(shape)


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=12)))
def test_polygons_filled_are_the_mask_holes_and_parts_included(mask):
    np.testing.assert_array_equal(filled(polygons(mask), mask.shape), mask.astype(int))


def test_simpler_polygons_stay_near_the_mask_and_the_largest_comes_first():
    rows, columns = np.indices((100, 140)) + 0.5
    ring = np.hypot(columns - 60, rows - 50)
    mask = (ring < 40) & (ring > 20) | (columns > 120) & (rows > 80)
    simple, exact = polygons(mask, share=0.005), polygons(mask)
    assert (filled(simple, mask.shape) != mask).mean() < 0.02
    assert len(simple[0]) < len(exact[0]) / 2
    assert len(simple) == 2
    assert not filled(simple, mask.shape)[50, 60]


def test_an_empty_mask_has_no_polygon():
    assert polygons(np.zeros((3, 4), bool)) == []
