"""One contract for every refinement layer, and each equation against the printed one."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from clickmend.core.errors import ModelError, OptionError
from clickmend.refinement import LAYERS, InputBias, Layer, TopK
from clickmend.refinement.layers.bmconv import bmconv
from clickmend.refinement.layers.bmsb import bmsb
from clickmend.refinement.layers.bmsb_m import bmsb_m
from clickmend.refinement.layers.delta import delta
from clickmend.refinement.layers.sb import sb

MAKERS = {
    **{name: LAYERS[name] for name in LAYERS},
    **{f"top-k {name}": (lambda name=name: TopK(name, k=3)) for name in LAYERS},
    "delta of two channels": lambda: InputBias(channels=(2, 0)),
    "top-k delta of two channels": lambda: TopK(InputBias(channels=(2, 0)), k=3),
}
SIZES = [(1, 1), (1, 7), (5, 4), (13, 16)]


@pytest.fixture(params=MAKERS)
def make(request: pytest.FixtureRequest) -> Callable[[], Layer]:
    return MAKERS[request.param]


@pytest.fixture
def layer(make: Callable[[], Layer]) -> Layer:
    return make()


def special_map(dtype: torch.dtype) -> Tensor:
    """Zeros of both signs, subnormals, the largest numbers, infinities, NaN and plain numbers."""
    small = torch.finfo(dtype).smallest_normal
    odd = [0.0, -0.0, small / 4, -small / 4, torch.finfo(dtype).max, math.inf, -math.inf, math.nan]
    m = torch.randn(1, 4, 8, 6, generator=torch.Generator().manual_seed(1)).to(dtype)
    m[0, 1, :, 0] = torch.tensor(odd, dtype=dtype)
    m[0, 3] = -0.0
    return m


def bits(t: Tensor) -> Tensor:
    """The bits of a tensor, all NaN being one."""
    whole = t.view(torch.int32 if t.dtype is torch.float32 else torch.int16)
    return torch.where(t.isnan(), -1, whole)


def move(layer: Layer, *, seed: int = 0) -> None:
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for variable in layer.parameters():
            variable.add_(torch.randn(variable.shape, generator=generator), alpha=0.1)
    layer.project()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_new_layer_returns_every_bit_of_every_input(layer: Layer, dtype: torch.dtype) -> None:
    m = special_map(dtype)

    assert layer(m).dtype == dtype
    assert torch.equal(bits(layer(m)), bits(m))


@pytest.mark.parametrize("size", SIZES)
def test_a_layer_takes_any_spatial_size(layer: Layer, size: tuple[int, int]) -> None:
    m = torch.randn(1, 5, *size)

    assert torch.equal(layer(m), m)


def test_a_moved_layer_is_reset_to_the_identity(layer: Layer) -> None:
    m = special_map(torch.float32)
    layer(m)
    move(layer)
    assert not torch.equal(bits(layer(m)), bits(m))

    layer.reset()

    assert torch.equal(bits(layer(m)), bits(m))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_gradients_reach_every_variable_and_the_map(layer: Layer, dtype: torch.dtype) -> None:
    m = torch.randn(1, 5, 4, 3).to(dtype).requires_grad_()
    layer(m)
    move(layer)

    layer(m).square().sum().backward()

    for tensor in (m, *layer.parameters()):
        assert tensor.grad is not None
        assert tensor.grad.isfinite().all()
        assert (tensor.grad != 0).any()


def test_one_step_leaves_the_identity_for_every_layer(layer: Layer) -> None:
    m = torch.randn(1, 5, 4, 3)
    layer(m)
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.1)

    layer(m).sum().backward()
    optimiser.step()

    assert not torch.equal(layer(m), m)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_state_makes_a_new_layer_that_answers_the_same_bits(
    make: Callable[[], Layer], layer: Layer, dtype: torch.dtype
) -> None:
    m = torch.randn(1, 5, 4, 3).to(dtype)
    layer(m)
    move(layer)
    names = list(layer.state_dict())
    other = make()

    other.load_state_dict(layer.state_dict())

    assert other.built
    assert list(other.state_dict()) == names
    assert torch.equal(other(m), layer(m))


def test_a_state_of_another_size_is_taken_in(layer: Layer) -> None:
    layer(torch.randn(1, 5, 4, 3))
    small = {name: tensor.clone() for name, tensor in layer.state_dict().items()}
    layer(torch.randn(1, 5, 8, 6))

    layer.load_state_dict(small)

    assert all(torch.equal(tensor, small[name]) for name, tensor in layer.state_dict().items())


def test_a_bias_map_follows_the_size_of_the_map_it_meets() -> None:
    layer = LAYERS["bmsb"]()
    layer(torch.zeros(1, 2, 4, 4))
    variables = list(layer.parameters())
    with torch.no_grad():
        layer.b_m[:, 2:] = 1.0

    out = layer(torch.zeros(1, 2, 8, 8))

    assert [id(v) for v in layer.parameters()] == [id(v) for v in variables]
    assert torch.equal(out[0, 0, :, :3], torch.zeros(8, 3))
    assert torch.equal(out[0, 0, :, 5:], torch.ones(8, 3))


def test_a_resampled_identity_is_still_the_identity(layer: Layer) -> None:
    m = special_map(torch.float32)
    layer(m)

    layer.resample((0.0, 0.0, 60.0, 80.0), (30.0, 40.0, 200.0, 160.0))

    assert torch.equal(bits(layer(m)), bits(m))


def test_resampling_a_layer_without_variables_does_nothing(layer: Layer) -> None:
    layer.resample((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 2.0, 2.0))

    assert not layer.built


@pytest.mark.parametrize("name", LAYERS)
def test_every_variable_has_the_shape_start_and_range_that_its_layer_declares(name: str) -> None:
    layer = LAYERS[name]()
    sizes = {"C": 3, "H": 4, "W": 5}
    layer(torch.zeros(1, *sizes.values()))

    found = dict(layer.named_parameters())
    assert list(found) == list(layer.variables)
    for variable, values in zip(layer.variables.values(), found.values(), strict=True):
        assert list(values.shape) == [sizes[letter] for letter in variable.shape.split()]
        assert torch.equal(bits(values), bits(torch.full_like(values, variable.start)))
        for end, far in ((variable.least, -1e9), (variable.most, 1e9)):
            with torch.no_grad():
                values.fill_(far)
            layer.project()
            assert (values == (far if end is None else end)).all()


def test_a_map_with_other_channels_is_refused() -> None:
    layer = LAYERS["sb"]()
    layer(torch.zeros(1, 4, 2, 2))

    with pytest.raises(ModelError, match="variables for 4 channels, the feature map has 5"):
        layer(torch.zeros(1, 5, 2, 2))


def test_an_unknown_layer_is_answered_with_the_known_ones() -> None:
    with pytest.raises(OptionError, match=r"no refinement layer 'bmsd'.*did you mean 'bmsb'"):
        LAYERS["bmsd"]


def test_the_mixture_weight_is_put_back_into_its_range() -> None:
    layer = LAYERS["bmsb-m"]()
    layer(torch.zeros(1, 2, 2, 2))
    for outside, inside in [(1.5, 1.0), (-0.2, 0.0), (0.3, 0.3)]:
        with torch.no_grad():
            layer.w.fill_(outside)
        layer.project()
        assert layer.w.item() == pytest.approx(inside)


def test_autocast_does_not_lower_the_precision_inside(layer: Layer) -> None:
    m = torch.randn(1, 5, 4, 3)
    layer(m)
    move(layer)
    expected = layer(m)

    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(layer(m), expected)


def variables(channels: int = 3, size: tuple[int, int] = (4, 5)) -> dict[str, Tensor]:
    g = torch.Generator().manual_seed(3)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=g, dtype=torch.float64)

    return {
        "m": draw(1, channels, *size),
        "b_m": draw(*size),
        "w_c": draw(channels),
        "s": draw(channels),
        "b": draw(channels),
        "w": torch.tensor(0.3, dtype=torch.float64),
        "kernel": draw(channels, channels),
        "z": draw(channels, *size),
    }


def test_each_equation_equals_the_printed_one_pixel_by_pixel() -> None:
    v = variables()
    m, b_m, w_c, s, b, w, kernel, z = v.values()
    printed = {name: torch.zeros_like(m) for name in LAYERS}
    w_conv = torch.eye(3, dtype=torch.float64) + kernel
    for y in range(4):
        for x in range(5):
            pixel, shift = m[0, :, y, x], b_m[y, x] * w_c
            printed["sb"][0, :, y, x] = pixel * s + b
            printed["bmsb"][0, :, y, x] = (pixel + shift) * s + b
            printed["bmsb-m"][0, :, y, x] = w * (pixel * s + b) + (1 - w) * (pixel + shift)
            printed["bmconv"][0, :, y, x] = w_conv @ (pixel + 10 * shift) + b
            printed["delta"][0, :, y, x] = pixel + z[:, y, x]
    ours = {
        "sb": sb(m, s, b),
        "bmsb": bmsb(m, b_m, w_c, s, b),
        "bmsb-m": bmsb_m(m, b_m, w_c, s, b, w),
        "bmconv": bmconv(m, b_m, w_c, kernel, b),
        "delta": delta(m, z),
    }
    for name in LAYERS:
        torch.testing.assert_close(ours[name], printed[name], rtol=1e-12, atol=1e-12)


def test_bmconv_equals_a_convolution() -> None:
    v = variables()
    convolution = nn.Conv2d(3, 3, 1, dtype=torch.float64)
    with torch.no_grad():
        convolution.weight.copy_((torch.eye(3) + v["kernel"])[:, :, None, None])
        convolution.bias.copy_(v["b"])
        expected = convolution(v["m"] + 10 * v["b_m"] * v["w_c"][:, None, None])

    torch.testing.assert_close(bmconv(v["m"], v["b_m"], v["w_c"], v["kernel"], v["b"]), expected)


def test_an_input_bias_moves_only_its_channels_and_each_value_by_itself() -> None:
    m = torch.randn(1, 4, 3, 5)
    layer = InputBias(channels=(2, 0))
    layer(m)
    assert layer.z.shape == (2, 3, 5)
    with torch.no_grad():
        layer.z[0, 1, 4], layer.z[1, 2, 0] = 7, 9

    expected = m.clone()
    expected[0, 2, 1, 4] += 7
    expected[0, 0, 2, 0] += 9
    assert torch.equal(layer(m), expected)


def test_an_input_bias_follows_the_crop_and_is_zero_outside_the_old_one() -> None:
    layer = InputBias()
    layer(torch.zeros(1, 2, 4, 8))
    with torch.no_grad():
        layer.z[0, :, 4:], layer.z[1, :, 4:] = 1, 2

    layer.resample((0.0, 0.0, 80.0, 40.0), (40.0, 0.0, 120.0, 40.0))

    expected = torch.zeros(2, 4, 8)
    expected[0, :, :4], expected[1, :, :4] = 1, 2
    assert torch.equal(layer.z, expected)


@pytest.mark.parametrize("channels", [(), (-1,), (0, 1, 0)])
def test_channels_that_make_no_choice_are_refused(channels: tuple[int, ...]) -> None:
    with pytest.raises(OptionError, match=r"channels is \(.*counted from 0; leave it out for all"):
        InputBias(channels=channels)


def test_channels_that_the_map_does_not_have_are_refused() -> None:
    with pytest.raises(ModelError, match=r"moves the channels \(1, 3\), the map has 3"):
        InputBias(channels=(1, 3))(torch.zeros(1, 3, 2, 2))
