"""What the network sees of a photo with all its objects clicked."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from clickmend.core.errors import ModelError
from clickmend.feedback.crop import whole_image
from clickmend.feedback.encoding import disk_map
from clickmend.networks import Model, load
from clickmend.networks.features import extract_features
from clickmend.networks.features.clicked import clicked_features

POINTS = ((20.5, 30.5), (150.0, 90.0))


@pytest.fixture
def photo(rng):
    return rng.integers(0, 255, (120, 160, 3)).astype(np.uint8)


def test_they_are_the_decoders_maps_of_one_pass_each_of_length_1(photo):
    model = load("interactive-s", device="cpu")
    maps = []
    hooks = [
        part.register_forward_hook(lambda _part, _given, output: maps.append(output[0]))
        for part in model.network.decoder[:3]
    ]
    view = torch.from_numpy(whole_image(160, 120, long_side=480).read(photo))
    marks = torch.zeros(1, 4, 352, 480)
    places = [(x * 3, y * 352 / 120) for x, y in POINTS]
    radius = model.network.encoding.radius_px
    disks = disk_map(places, height=352, width=480, radius_px=radius)
    marks[0, 0] = torch.from_numpy(disks)
    with torch.no_grad():
        model.network(view.permute(2, 0, 1)[None].float() / 255, marks)
    for hook in hooks:
        hook.remove()
    pooled = [F.avg_pool2d(each, each.shape[1] // 44) for each in maps]

    features = clicked_features(photo, POINTS, model)

    torch.testing.assert_close(features, torch.cat([each / each.norm(dim=0) for each in pooled]))
    assert not any(part._forward_hooks for part in model.network.modules())


def test_of_another_network_they_are_the_maps_that_its_card_refines(photo):
    shipped = load("interactive-dm-s", device="cpu")
    features = clicked_features(photo, POINTS, shipped)
    assert features.shape[1:] == (44, 60)
    assert features.isfinite().all()


def test_a_network_that_takes_no_clicks_is_refused(photo):
    model = load("semantic-s", device="cpu")
    with pytest.raises(ModelError, match="InteractiveNetwork is needed"):
        clicked_features(photo, POINTS, Model(model.network, model.card))


def test_a_graph_gives_the_same_without_the_module(photo):
    model = load("points-s", device="cpu")
    seen = extract_features(photo, POINTS, model).features
    expected = clicked_features(photo, POINTS, model)
    assert isinstance(seen, np.ndarray)
    np.testing.assert_allclose(seen, expected.numpy(), atol=1e-5)
