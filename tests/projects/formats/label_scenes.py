"""Labels to write: one scene for each ability, and what hypothesis draws."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from clickmend.projects.formats import LabelObject, PhotoLabels

SIZE = (12, 9)
NAME = "train/a.jpg"
PHOTOS = {NAME: SIZE}


def mask(*boxes):
    """Pixels of boxes (x0, y0, x1, y1); a box that begins with "-" takes away."""
    made = np.zeros(SIZE[::-1], bool)
    for sign, x0, y0, x1, y1 in boxes:
        made[y0:y1, x0:x1] = sign == "+"
    return made


WHOLE = mask(("+", 1, 2, 5, 7))
HOLED = mask(("+", 1, 2, 6, 7), ("-", 3, 3, 5, 5))
PARTED = mask(("+", 0, 0, 2, 2), ("+", 5, 5, 12, 9))
PIXEL = mask(("+", 11, 8, 12, 9))
OTHER = mask(("+", 7, 1, 10, 4))
OVER = mask(("+", 3, 4, 9, 9))
NOTHING = mask()


def photo(*objects, **more):
    return PhotoLabels(file_name=NAME, size=SIZE, objects=objects, **more)


def named(mask, label="cat", **more):
    return LabelObject(mask=mask, label=label, **more)


SCENES = {
    "several": photo(named(WHOLE, id=1), named(OTHER, id=2)),
    "overlaps": photo(named(WHOLE, id=1), named(OVER, id=2)),
    "parts": photo(named(PARTED, id=1)),
    "holes": photo(named(HOLED, id=1)),
    "empty": photo(named(NOTHING, id=1)),
    "labels": photo(named(WHOLE, id=1)),
    "unlabelled": photo(LabelObject(mask=WHOLE, id=1)),
    "crowds": photo(named(WHOLE, id=1, crowd=True)),
    "keypoints": photo(named(WHOLE, id=1, keypoints=((2.0, 3.0, 2), (0.0, 0.0, 0)))),
    "ids": photo(named(WHOLE, id=7), named(OTHER, id=3)),
}
"""What asks for one ability, and for as little else as can be."""


def unlabelled(labels):
    """The same for a format that holds no class."""
    return replace(labels, objects=tuple(replace(one, label=None) for one in labels.objects))


@st.composite
def boxes(draw, shape):
    """A mask of a shape, made of boxes that add and take away."""
    made = np.zeros(shape, bool)
    for value in (True, True, False, True):
        y, x = (sorted((draw(st.integers(0, n)), draw(st.integers(0, n)))) for n in shape)
        made[slice(*y), slice(*x)] = value
    return made


def masks(side=9):
    """Any mask that hypothesis likes, of noise or of boxes."""
    shapes = arrays.array_shapes(min_dims=2, max_dims=2, max_side=side)
    return arrays.arrays(bool, shapes) | shapes.flatmap(boxes)


def same(back, labels, *, ids=True):
    """Whether labels came back as they went."""
    assert (back.file_name, back.size) == (labels.file_name, labels.size)
    assert (back.plane is None) == (labels.plane is None)
    if labels.plane is not None:
        np.testing.assert_array_equal(back.plane, labels.plane)
    assert len(back.objects) == len(labels.objects)
    pairs = [list(back.objects), list(labels.objects)]
    if ids and all(one.id is not None for one in labels.objects):  # an index has no order but this
        pairs = [sorted(objects, key=lambda one: one.id) for objects in pairs]
    for found, wanted in zip(*pairs, strict=True):
        assert found.mask.dtype == bool
        np.testing.assert_array_equal(found.mask, wanted.mask)
        assert (found.label, found.crowd) == (wanted.label, wanted.crowd)
        assert found.keypoints == wanted.keypoints
        if ids and wanted.id is not None:
            assert found.id == wanted.id
