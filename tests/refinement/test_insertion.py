"""Layers behind parts of networks that know nothing of them."""

import pytest
import timm
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.segmentation import lraspp_mobilenet_v3_large

from clickmend.core.errors import ModelError, OptionError
from clickmend.refinement import LAYERS, Insertion, TopK, insert


class TwoScales(nn.Module):
    """The same encoder at two scales, then a decoder."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(inplace=True))
        self.decoder = nn.Conv2d(12, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        fine = self.encoder(x)
        coarse = self.encoder(F.interpolate(x, scale_factor=0.5))
        return self.decoder(torch.cat([fine, F.interpolate(coarse, size=fine.shape[2:])], 1))


@pytest.fixture
def net() -> TwoScales:
    return TwoScales().eval()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(1, 3, 8, 12)


def move(insertion: Insertion) -> None:
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for variable in insertion.variables():
            variable.add_(torch.randn(variable.shape, generator=generator), alpha=0.1)


@pytest.mark.parametrize("layer", LAYERS)
def test_an_inserted_layer_changes_no_bit_until_it_is_moved(
    net: TwoScales, x: Tensor, layer: str
) -> None:
    plain = net(x).detach()

    with insert(net, {"encoder": layer, "decoder": layer}) as insertion:
        assert torch.equal(net(x), plain)
        move(insertion)
        assert not torch.equal(net(x), plain)

    assert torch.equal(net(x), plain)


def test_a_part_called_twice_gets_a_layer_for_each_call(net: TwoScales, x: Tensor) -> None:
    with insert(net, {"encoder.0": "bmsb"}) as insertion:
        net(x)
        net(x)

        assert list(insertion.layers) == ["encoder.0", "encoder.0#1"]
        assert insertion.layers["encoder.0"].b_m.shape == (8, 12)
        assert insertion.layers["encoder.0#1"].b_m.shape == (4, 6)


def test_variables_come_in_the_order_of_the_places_and_all_receive_gradients(
    net: TwoScales, x: Tensor
) -> None:
    with insert(net, {"decoder": "sb", "encoder": TopK("bmconv", k=4)}) as insertion:
        net(x)
        move(insertion)
        net(x).square().sum().backward()

        variables = insertion.variables()
        assert [v.shape[0] for v in variables[:2]] == [2, 2]
        assert len(variables) == 2 + 2 * 4
        assert all(v.grad is not None and (v.grad != 0).any() for v in variables)
        assert all(p.grad is None for p in net.parameters())


def test_insertion_before_an_in_place_operation_still_has_gradients(
    net: TwoScales, x: Tensor
) -> None:
    with insert(net, {"encoder.0": "bmsb"}) as insertion:
        net(x)
        net(x).sum().backward()

        assert (insertion.layers["encoder.0"].b_m.grad != 0).any()


def test_removal_leaves_the_network_as_it_was(net: TwoScales, x: Tensor) -> None:
    net.decoder.bias.requires_grad_(False)
    before = {name: p.requires_grad for name, p in net.named_parameters()}
    keys = list(net.state_dict())
    insertion = insert(net, {"decoder": "sb"})
    net(x)
    assert not any(p.requires_grad for p in net.parameters())
    assert list(net.state_dict()) == keys

    insertion.remove()
    insertion.remove()

    assert {name: p.requires_grad for name, p in net.named_parameters()} == before
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in net.modules())


def test_the_network_itself_is_a_place(net: TwoScales, x: Tensor) -> None:
    plain = net(x).detach()
    with insert(net, {"": "sb"}) as insertion:
        net(x)
        with torch.no_grad():
            insertion.layers[""].b.fill_(1)

        assert torch.equal(net(x), plain + 1)


def test_a_snapshot_brings_back_the_prediction_bit_for_bit(net: TwoScales, x: Tensor) -> None:
    with insert(net, {"encoder": TopK("bmsb-m", k=3), "decoder": "bmconv"}) as insertion:
        identity = insertion.state()
        plain = net(x).detach()
        move(insertion)
        first, snapshot = net(x).detach(), insertion.state()
        move(insertion)
        assert not torch.equal(net(x), first)

        insertion.load_state(snapshot)
        assert torch.equal(net(x), first)
        insertion.reset()
        assert torch.equal(net(x), plain)
        insertion.load_state(snapshot)
        assert torch.equal(net(x), first)
        insertion.load_state(identity)
        assert torch.equal(net(x), plain)


def test_a_snapshot_of_another_input_size_brings_that_back(net: TwoScales, x: Tensor) -> None:
    with insert(net, {"decoder": "bmsb"}) as insertion:
        net(x)
        move(insertion)
        first, snapshot = net(x).detach(), insertion.state()
        net(torch.randn(1, 3, 16, 16))

        insertion.load_state(snapshot)

        assert torch.equal(net(x), first)


def test_bias_maps_follow_the_crop(net: TwoScales, x: Tensor) -> None:
    with insert(net, {"decoder": "bmsb", "encoder": TopK("bmsb", k=2)}) as insertion:
        net(x)
        with torch.no_grad():
            insertion.layers["decoder"].b_m[:, 6:] = 1
            insertion.layers["encoder"].layer.b_m[:, 6:] = 1

        insertion.resample((0.0, 0.0, 120.0, 80.0), (60.0, 0.0, 180.0, 80.0))

        expected = torch.zeros(8, 12)
        expected[:, :6] = 1
        assert torch.equal(insertion.layers["decoder"].b_m, expected)
        assert torch.equal(insertion.layers["encoder"].layer.b_m, expected)


def test_projection_reaches_every_layer(net: TwoScales, x: Tensor) -> None:
    with insert(net, {"encoder": TopK("bmsb-m", k=2), "decoder": "bmsb-m"}) as insertion:
        net(x)
        ws = [v for v in insertion.variables() if v.ndim == 0]
        with torch.no_grad():
            for w in ws:
                w.fill_(2)

        insertion.project()

        assert [w.item() for w in ws] == [1, 1, 1]


def test_a_part_that_is_called_by_itself_is_at_its_first_call(net: TwoScales, x: Tensor) -> None:
    with insert(net, {"encoder": "sb"}) as insertion:
        net.encoder(x)
        net.encoder(x)

        assert list(insertion.layers) == ["encoder"]


def test_calls_are_counted_afresh_after_a_pass_that_failed(net: TwoScales, x: Tensor) -> None:
    with insert(net, {"encoder": "sb"}) as insertion:
        with pytest.raises(RuntimeError):
            net(x.repeat(1, 2, 1, 1))
        net(x)
        net.encoder(x)

        assert list(insertion.layers) == ["encoder", "encoder#1"]


def test_it_works_on_a_torchvision_network() -> None:
    net = lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=2).eval()
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        plain = net(x)["out"]
    with insert(net, {"classifier.cbr": TopK("bmconv", k=32), "backbone.16": "bmsb"}) as insertion:
        with torch.no_grad():
            assert torch.equal(net(x)["out"], plain)
        move(insertion)
        net(x)["out"].square().sum().backward()
        assert all((v.grad != 0).any() for v in insertion.variables())


def test_it_works_on_a_timm_network() -> None:
    net = timm.create_model("mobilenetv3_small_050", pretrained=False, features_only=True).eval()
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        plain = net(x)
    with insert(net, {"blocks.2": "bmsb-m", "blocks.4": "sb"}), torch.no_grad():
        assert all(map(torch.equal, net(x), plain))


def test_an_unknown_part_is_answered_with_the_nearest_names(net: TwoScales) -> None:
    with pytest.raises(ModelError, match=r"no part 'decodr'. Nearest: decoder"):
        insert(net, {"decodr": "sb"})


def test_a_name_like_no_other_is_answered_with_some_names(net: TwoScales) -> None:
    with pytest.raises(ModelError, match=r"no part 'QQQ'. Nearest: encoder, encoder.0"):
        insert(net, {"QQQ": "sb"})


def test_no_places_are_refused(net: TwoScales) -> None:
    with pytest.raises(OptionError, match="No place to insert a layer at"):
        insert(net, {})


def test_an_unknown_layer_leaves_the_network_untouched(net: TwoScales) -> None:
    with pytest.raises(OptionError, match="no refinement layer 'fbrs'"):
        insert(net, {"decoder": "fbrs"})

    assert not net.decoder._forward_hooks
    assert net.decoder.weight.requires_grad


def test_training_mode_is_refused_at_insertion_and_at_a_pass(net: TwoScales, x: Tensor) -> None:
    with pytest.raises(ModelError, match="training mode"):
        insert(net.train(), {"decoder": "sb"})
    with insert(net.eval(), {"decoder": "sb"}):
        net.train()
        with pytest.raises(ModelError, match="training mode"):
            net(x)


def test_a_batch_is_refused(net: TwoScales, x: Tensor) -> None:
    with insert(net, {"decoder": "sb"}), pytest.raises(ModelError, match="a batch of 2"):
        net(x.repeat(2, 1, 1, 1))


def test_variables_before_the_first_pass_are_refused(net: TwoScales) -> None:
    with (
        insert(net, {"decoder": "sb"}) as insertion,
        pytest.raises(ModelError, match="at 'decoder' has met no feature map yet"),
    ):
        insertion.variables()


def test_parts_that_put_out_several_things_are_refused() -> None:
    net = lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=2).eval()
    with (
        insert(net, {"backbone": "sb"}),
        pytest.raises(ModelError, match="'backbone' puts out a OrderedDict"),
    ):
        net(torch.zeros(1, 3, 32, 32))


def test_parts_that_put_out_no_feature_map_are_refused() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(12, 5)).eval()
    with (
        insert(net, {"1": "sb"}),
        pytest.raises(ModelError, match=r"'1' puts out torch.float32 of shape \(1, 5\)"),
    ):
        net(torch.zeros(1, 3, 2, 2))


def test_a_snapshot_of_another_place_is_refused(net: TwoScales, x: Tensor) -> None:
    with insert(net, {"encoder": "sb"}) as insertion:
        net(x)
        snapshot = insertion.state()
    with (
        insert(net, {"decoder": "sb"}) as insertion,
        pytest.raises(ModelError, match="a layer at 'encoder'; layers are inserted at"),
    ):
        insertion.load_state(snapshot)


def test_a_snapshot_of_another_layer_is_refused_and_changes_nothing(
    net: TwoScales, x: Tensor
) -> None:
    with insert(net, {"encoder": "sb"}) as insertion:
        net(x)
        snapshot = insertion.state()
    with insert(net, {"encoder": "bmsb"}) as insertion:
        net(x)
        move(insertion)
        before = net(x)
        with pytest.raises(ModelError, match="has b, s, which is not what a BMSB has"):
            insertion.load_state(snapshot)

        assert torch.equal(net(x), before)
