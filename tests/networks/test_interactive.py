"""Tests of the options of our interactive network."""

import numpy as np
import pytest
import torch

from clickmend.core.errors import OptionError
from clickmend.feedback.crop import Crop
from clickmend.feedback.encoding import distance_map
from clickmend.feedback.marks import Click
from clickmend.networks.interactive import InteractiveUNet

CROP = Crop(0, 0, 64, 64, 64, 64)


def test_the_papers_kind_is_told_distances_and_no_previous_mask() -> None:
    network = InteractiveUNet(kind="distance", radius_px=40, previous=False, similarity=False)
    previous = np.ones((64, 64), np.float32)
    marks = network.encoding((Click(20, 30, "foreground"),), None, previous, CROP)
    expected = distance_map([(20, 30)], height=64, width=64, limit_px=40)
    assert torch.equal(marks[0, 0], torch.from_numpy(expected))
    assert not marks[0, 3].any()
    assert network.eval()(torch.rand(1, 3, 64, 64), marks).shape == (1, 1, 64, 64)


def test_similarity_to_a_distance_map_is_refused() -> None:
    with pytest.raises(OptionError, match=r"no similarity.*similarity=False"):
        InteractiveUNet(kind="distance")
