"""Tests of the point tokens in a transformer's blocks."""

import pytest
import timm
import torch

from clickmend.core.errors import OptionError
from clickmend.networks.backbones.point_tokens import Lower, PointTokenViT
from clickmend.networks.backbones.transformers_vit import sized
from clickmend.networks.backbones.vit import small_vit

SMALL = {"width": 32, "depth": 3, "heads": 2, "patch_px": 8, "view_px": 48}


@pytest.fixture
def network():
    return PointTokenViT(small_vit(**SMALL), classes=3, tokens=10).eval()


def test_every_token_says_a_class_and_a_place(network):
    said = network.query(torch.rand(2, 3, 48, 64))
    assert said.class_logits.shape == (2, 10, 3)
    assert said.points.shape == (2, 10, 2)
    assert said.points.min() > 0
    assert said.points.max() < 1
    assert said.features.shape == (2, 32, 6, 8)
    assert said.first_token == 49
    assert [tuple(each.shape) for each in said.attention] == [(2, 59, 59)] * 3


def test_at_first_the_tokens_lie_on_a_lattice_and_believe_in_nothing(network):
    said = network.query(torch.rand(1, 3, 48, 48))
    lattice = network.anchors.sigmoid()
    assert torch.cdist(lattice, lattice).fill_diagonal_(1).min() > 0.2
    assert (said.points[0] - lattice).abs().max() < 0.1
    assert said.class_logits.sigmoid().max() < 0.05


def test_patches_and_tokens_see_each_other_in_every_block(network):
    image = torch.rand(1, 3, 48, 48)
    before = network.query(image)
    with torch.no_grad():
        network.content[4] += 1
    after = network.query(image)
    assert not torch.equal(before.maps[0], after.maps[0])
    other = network.query(1 - image)
    assert not torch.equal(other.points, after.points)


def test_maps_are_taken_after_a_third_a_half_two_thirds_and_all_of_the_blocks():
    vit = timm.create_model("vit_tiny_patch16_224", pretrained=False, dynamic_img_size=True)
    network = PointTokenViT(vit, classes=2)
    assert network.taps == (4, 6, 8, 12)
    assert network.tokens == 100
    said = network.query(torch.rand(1, 3, 32, 48))
    assert [tuple(each.shape) for each in said.maps] == [(1, 192, 2, 3)] * 4
    assert len(said.attention) == 7
    assert network.query(torch.rand(1, 3, 32, 48), with_attention=False).attention == ()


def test_a_shallow_transformer_gives_four_maps_too(network):
    assert len(network.query(torch.rand(1, 3, 48, 48)).maps) == 4


@pytest.mark.parametrize(
    ("options", "prefix"),
    [
        ({"reg_tokens": 4, "no_embed_class": True}, 5),
        ({"class_token": False, "global_pool": "avg"}, 0),
    ],
)
def test_what_is_in_front_of_the_patches_stays_there(options, prefix):
    vit = timm.create_model("vit_tiny_patch16_224", pretrained=False, depth=2, **options)
    said = PointTokenViT(vit, classes=2, tokens=5).query(torch.rand(1, 3, 32, 48))
    assert said.first_patch == prefix
    assert said.first_token == prefix + 6
    assert said.features.shape == (1, 192, 2, 3)
    assert said.attention[0].shape == (1, prefix + 6 + 5, prefix + 6 + 5)


def of_transformers(name):
    transformers = pytest.importorskip("transformers")
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = getattr(transformers, f"{name}Config")(image_size=64, patch_size=16, **sizes)
    return getattr(transformers, f"{name}Model")(config).eval()


@pytest.mark.parametrize("name", ["ViT", "DeiT", "Dinov2", "Dinov2WithRegisters", "IJepa"])
@torch.no_grad()
def test_without_its_tokens_a_transformer_of_transformers_says_what_it_said_before(name):
    model, image = of_transformers(name), torch.rand(1, 3, 48, 80)
    network = PointTokenViT(model, classes=2, tokens=10).eval()
    network.vit.blocks[0].register_forward_pre_hook(lambda _block, given: given[0][:, :-10])
    found = network.query(image, with_attention=False).features
    before = model(network.normalise(image), **sized(model.forward)).last_hidden_state
    patches = model.layernorm(found.flatten(2).mT)
    torch.testing.assert_close(patches, before[:, -15:])


@pytest.mark.parametrize("name", ["ViT", "Dinov2", "CLIPVision"])
def test_what_the_tokens_say_reaches_them_and_all_of_a_transformer_of_transformers(name):
    network = PointTokenViT(of_transformers(name), classes=2, tokens=10)
    said = network.query(torch.rand(1, 3, 48, 80))
    assert [tuple(each.shape) for each in said.attention] == [(1, 26, 26)] * 2
    (said.class_logits.square().sum() + said.points.sum()).backward()
    for part, weights in network.named_parameters():
        if not part.endswith("mask_token"):
            assert weights.grad.abs().max() > 0, part


def test_a_picture_that_is_no_multiple_of_the_patch_is_refused(network):
    with pytest.raises(OptionError, match=r"is 50×48.*multiples of its patch, 8 px"):
        network.query(torch.rand(1, 3, 48, 50))


def test_the_class_head_can_be_asked_of_the_patch_that_a_point_lies_in(network):
    features = torch.randn(32, 4, 6)
    said = network.classes_at(features, torch.tensor([[5.5, 0.2], [0.0, 3.9]]))
    torch.testing.assert_close(said[0], network.class_head(features[:, 0, 5]))
    torch.testing.assert_close(said[1], network.class_head(features[:, 3, 0]))


@pytest.fixture
def late():
    return PointTokenViT(small_vit(**SMALL), classes=3, tokens=10, tokens_from=2).eval()


@torch.no_grad()
def test_blocks_in_front_of_the_tokens_see_the_patches_alone(late):
    image = torch.rand(2, 3, 48, 64)
    before = late.query(image)
    late.content[4] += 1
    after = late.query(image)
    assert torch.equal(before.lower, after.lower)
    assert torch.equal(before.maps[0], after.maps[0])
    assert torch.equal(before.maps[1], before.lower)  # after two of three blocks
    assert not torch.equal(before.features, after.features)
    assert [tuple(each.shape) for each in after.attention] == [(2, 59, 59)]


@torch.no_grad()
def test_what_the_lower_blocks_say_may_be_kept_and_asked_later(late):
    image = torch.rand(2, 3, 48, 64)
    apart = [late.lower(each[None]) for each in image]
    kept = Lower.of_all([each.to(torch.device("cpu"), torch.float64) for each in apart])
    found = late.query(kept.to(torch.device("cpu"), torch.float32))
    whole = late.query(image)
    torch.testing.assert_close(found.class_logits, whole.class_logits)
    assert len(found.maps) == len(whole.maps)
    for one, other in zip(found.maps, whole.maps, strict=True):
        torch.testing.assert_close(one, other)


def test_tokens_that_would_join_no_block_are_refused():
    with pytest.raises(OptionError, match=r"after 3 of 3 blocks.*from 0 to 2"):
        PointTokenViT(small_vit(**SMALL), classes=3, tokens_from=3)
