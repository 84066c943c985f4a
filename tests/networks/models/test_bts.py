"""Tests of local planar guidance against geometry, and of BTS at small width."""

import pytest
import torch

from clickmend.core.errors import ModelError
from clickmend.networks.models.bts import (
    BTS,
    DensePyramid,
    PlanarGuidance,
    local_planar_guidance,
    plane_coefficients,
)


@pytest.fixture(scope="module")
def small() -> BTS:
    torch.manual_seed(0)
    return BTS(backbone="densenet121", width=64).eval().requires_grad_(False)


def test_the_normals_have_unit_length_and_the_distances_lie_within_the_range() -> None:
    plane = plane_coefficients(10 * torch.randn(2, 3, 5, 5))
    torch.testing.assert_close(plane[:, :3].norm(dim=1), torch.ones(2, 5, 5))
    assert (plane[:, 2] >= 0.5**0.5 - 1e-6).all()
    assert ((plane[:, 3] >= 0) & (plane[:, 3] <= 1)).all()


@pytest.mark.parametrize("k", [2, 4, 8])
def test_every_pixel_lies_on_its_patchs_plane(k: int) -> None:
    plane = plane_coefficients(torch.randn(1, 3, 2, 3))
    depth = local_planar_guidance(plane, k)
    assert depth.shape == (1, 1, 2 * k, 3 * k)
    for row in range(2 * k):
        for column in range(3 * k):
            *normal, distance = plane[0, :, row // k, column // k]
            z = depth[0, 0, row, column]
            u, v = (column % k + 0.5) / k - 0.5, (row % k + 0.5) / k - 0.5
            on_plane = normal[0] * u * z + normal[1] * v * z + normal[2] * z
            torch.testing.assert_close(on_plane, distance)


def test_a_plane_that_faces_the_camera_is_equally_far_everywhere() -> None:
    plane = torch.tensor([0.0, 0.0, 1.0, 0.3]).view(1, 4, 1, 1)
    torch.testing.assert_close(local_planar_guidance(plane, 8), torch.full((1, 1, 8, 8), 0.3))


def test_no_tilt_puts_a_pixel_behind_the_camera() -> None:
    raw = torch.cartesian_prod(*[torch.linspace(-50, 50, 21)] * 3).T.reshape(1, 3, 21, -1)
    depth = local_planar_guidance(plane_coefficients(raw.double()), 8)
    assert depth.isfinite().all()
    assert (depth > 0).all()
    assert depth.max() < 2**0.5 / (1 - 0.5**0.5)


def test_features_become_planes_of_their_own_pixels() -> None:
    guidance = PlanarGuidance(32, 4)
    x = torch.randn(1, 32, 3, 2)
    whole = guidance(x)
    torch.testing.assert_close(whole[..., 4:8, 4:8], guidance(x[..., 1:2, 1:2]))


def test_each_rate_of_the_pyramid_sees_the_answers_before_it() -> None:
    pyramid = DensePyramid(6, 4, rates=(3, 6, 12))
    assert [atrous[0][0].in_channels for atrous in pyramid.atrous] == [6, 10, 14]
    assert [atrous[2].dilation for atrous in pyramid.atrous] == [(3, 3), (6, 6), (12, 12)]
    assert pyramid(torch.rand(2, 6, 8, 8)).shape == (2, 4, 8, 8)


def test_a_photo_gives_metres_within_the_range(small: BTS) -> None:
    depth = small(torch.rand(1, 3, 64, 96))
    assert depth.shape == (1, 1, 64, 96)
    assert (depth > 0).all()
    assert (depth <= 10).all()


def test_no_answer_is_a_depth_of_zero(small: BTS) -> None:
    hook = small.head.register_forward_hook(lambda _m, _x, y: torch.full_like(y, -1e4))
    depth = small(torch.rand(1, 3, 32, 32))
    hook.remove()
    assert (depth > 0).all()


def test_the_largest_depth_scales_the_answer(small: BTS) -> None:
    image = torch.rand(1, 3, 32, 32)
    near = small(image)
    small.max_depth_m = 80.0
    far = small(image)
    small.max_depth_m = 10.0
    torch.testing.assert_close(far, 8 * near)


def test_the_encoders_maps_are_at_every_halving(small: BTS) -> None:
    sizes = [tuple(x.shape[2:]) for x in small.features(torch.rand(1, 3, 64, 96))]
    assert sizes == [(32, 48), (16, 24), (8, 12), (4, 6), (2, 3)]


def test_a_size_that_does_not_halve_five_times_is_refused(small: BTS) -> None:
    with pytest.raises(ModelError, match="480×426 pixels"):
        small(torch.rand(1, 3, 426, 480))


def test_gradients_reach_every_weight() -> None:
    network = BTS(backbone="densenet121", width=64).train()
    network(torch.rand(2, 3, 64, 64)).square().mean().backward()
    assert [key for key, p in network.named_parameters() if p.grad is None] == []
