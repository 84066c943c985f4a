import numpy as np
import torch

from clickmend.evaluation.instances.features import FEATURES
from clickmend.networks import load
from clickmend.session.features import clicked_features


def test_ours_are_the_maps_that_the_shipped_masks_are_made_of(rng):
    photo = rng.integers(0, 255, (64, 96, 3)).astype(np.uint8)
    model = load("interactive-s", device="cpu")
    seen = FEATURES["ours"](photo, [(20.5, 30.5)], model)
    assert torch.equal(seen.features, clicked_features(photo, [(20.5, 30.5)], model))
    assert seen.attention == ()
