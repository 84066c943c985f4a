"""The photo of many objects and its old masks belong together."""

import numpy as np
import pytest
from pycocotools import mask as coco_mask

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def test_every_old_object_lies_on_a_disk_of_the_photo_and_none_meets_another(script):
    pixels = script.photo(np.random.default_rng(0))
    assert pixels.shape == (*script.SIZE[::-1], 3)
    old = script.old_objects("disks.png", [*range(script.ACROSS * script.DOWN)])
    masks = np.array([coco_mask.decode(one["segmentation"]) for one in old["annotations"]], bool)
    assert len(masks) == 300
    assert masks.sum(axis=0).max() == 1
    assert (pixels[masks.any(axis=0)].min(axis=1) >= 150).all()
    assert (pixels[~masks.any(axis=0)].max(axis=1) < 100).all()
