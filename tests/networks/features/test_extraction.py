"""Tests of what any backbone sees of a photo."""

import numpy as np
import pytest
import timm
import torch
from timm.models.vision_transformer import ResPostBlock, VisionTransformer
from torch import nn

from clickmend.core.errors import ModelError
from clickmend.networks import ARCHITECTURES, Card, Model, load
from clickmend.networks.features import extract_features
from clickmend.networks.features.clicked import clicked_features
from clickmend.tasks.instances import instances

PHOTO = np.random.default_rng(0).integers(0, 256, (60, 120, 3), dtype=np.uint8)
POINTS = [(20.0, 30.0), (100.0, 30.0)]


def vit(**options):
    torch.manual_seed(0)
    size = {"embed_dim": 16, "depth": 2, "num_heads": 2, "num_classes": 0, "patch_size": 16}
    return VisionTransformer(**{"img_size": 96, "dynamic_img_size": True, **size, **options})


class Said(nn.Module):
    """Says what it is told to, whatever the photo."""

    def __init__(self, said):
        super().__init__()
        self.said = said

    def forward(self, image):
        del image
        return self.said


def test_the_interactive_network_is_told_the_points():
    model = load("interactive-s")
    seen = extract_features(PHOTO, POINTS, model)
    np.testing.assert_allclose(seen.features, clicked_features(PHOTO, POINTS, model), atol=1e-5)
    assert seen.attention == ()


def test_a_transformer_of_timm_says_what_its_patches_look_at():
    network = vit()
    seen = extract_features(PHOTO, POINTS, network)
    grid = seen.features.shape[1:]
    count = 1 + grid[0] * grid[1]
    assert len(seen.attention) == 2
    for weights in seen.attention:
        assert weights.shape == (1, count, count)
        torch.testing.assert_close(weights.sum(dim=2), torch.ones(1, count))


def test_the_patches_of_a_transformer_stand_where_they_are_in_the_photo():
    """Features that only see their own patch: left half black, right half white."""
    photo = np.zeros((480, 480, 3), np.uint8)
    photo[:, 240:] = 255
    network = vit(pos_embed="none", depth=0)
    seen = extract_features(photo, POINTS, network).features
    assert seen.shape == (16, 30, 30)
    torch.testing.assert_close(seen[:, 0, 0], seen[:, 29, 14])
    torch.testing.assert_close(seen[:, 0, 15], seen[:, 29, 29])
    assert not torch.allclose(seen[:, 0, 0], seen[:, 0, 29])


def test_a_transformer_of_one_size_gets_the_photo_in_it():
    seen = extract_features(PHOTO, POINTS, vit(dynamic_img_size=False, reg_tokens=3))
    assert seen.features.shape == (16, 6, 6)
    assert seen.first_patch == 4


def test_a_transformer_of_timm_may_have_no_class_token():
    seen = extract_features(PHOTO, POINTS, vit(class_token=False, global_pool="avg"))
    assert seen.features.shape == (16, 15, 30)
    assert seen.first_patch == 0
    assert seen.attention[0].shape == (1, 450, 450)


def test_other_blocks_of_timm_are_looked_at_without_their_attention():
    seen = extract_features(PHOTO, POINTS, vit(block_fn=ResPostBlock))
    assert seen.features.shape == (16, 15, 30)
    assert seen.attention == ()


def of_transformers(name, **options):
    transformers = pytest.importorskip("transformers")
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 64}
    config = getattr(transformers, f"{name}Config")(**{**sizes, "patch_size": 16, **options})
    return getattr(transformers, f"{name}Model")(config)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("ViT", 1),
        ("DeiT", 2),
        ("Dinov2", 1),
        ("Dinov2WithRegisters", 5),
        ("DINOv3ViT", 1),
        ("Beit", 1),
        ("ViTMAE", 1),
        ("CLIPVision", 1),
        ("SiglipVision", 0),
    ],
)
def test_a_transformer_of_transformers_gives_its_patches_and_what_they_look_at(name, first):
    network = of_transformers(name)
    before = network.config._attn_implementation
    seen = extract_features(PHOTO, POINTS, network)
    assert network.config._attn_implementation == before != "eager"
    assert seen.features.shape == (16, 15, 30)
    assert seen.first_patch == first
    assert len(seen.attention) == 2
    for weights in seen.attention:
        torch.testing.assert_close(weights.sum(dim=2), torch.ones(1, 450 + first))
    assert instances(PHOTO, POINTS, model=network).masks.shape == (2, 60, 120)


def test_the_patches_are_of_the_size_that_the_configuration_says():
    seen = extract_features(PHOTO, POINTS, of_transformers("Dinov2", patch_size=14))
    assert seen.features.shape == (16, 17, 34)


def test_a_masked_autoencoder_shows_all_its_patches_in_their_order():
    """Features that only see their own patch: left half black, right half white."""
    photo = np.zeros((480, 480, 3), np.uint8)
    photo[:, 240:] = 255
    network = of_transformers("ViTMAE", num_hidden_layers=0)
    torch.nn.init.zeros_(network.embeddings.position_embeddings)
    seen = extract_features(photo, POINTS, network).features
    torch.testing.assert_close(seen[:, :, :15], seen[:, :1, :1].expand(-1, 30, 15))
    torch.testing.assert_close(seen[:, :, 15:], seen[:, :1, 29:].expand(-1, 30, 15))
    assert not torch.allclose(seen[:, 0, 0], seen[:, 0, 29])
    assert network.config.mask_ratio == 0.75


def test_the_last_stage_of_a_pyramid_of_transformers_is_taken():
    sizes = {"embed_dim": 8, "depths": [1, 1, 1, 1], "num_heads": [1, 1, 1, 1], "patch_size": 4}
    transformers = pytest.importorskip("transformers")
    seen = extract_features(PHOTO, POINTS, transformers.SwinModel(transformers.SwinConfig(**sizes)))
    assert seen.features.shape == (64, 8, 15)
    assert seen.attention == ()


def test_maps_of_a_backbone_of_transformers_are_taken():
    transformers = pytest.importorskip("transformers")
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "patch_size": 16}
    backbone = transformers.Dinov2Backbone(transformers.Dinov2Config(image_size=64, **sizes))
    assert extract_features(PHOTO, POINTS, backbone).features.shape == (16, 30, 60)


def test_tokens_behind_the_patches_are_not_taken_for_patches():
    with pytest.raises(ModelError, match=r"tokens .* do not fit its patches.*Give a backbone"):
        extract_features(PHOTO, POINTS, of_transformers("Yolos", image_size=[64, 64]))


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("eva02_tiny_patch14_224", (192, 16, 16)),
        ("swin_tiny_patch4_window7_224", (96 + 192 + 384 + 768, 28, 28)),
        ("vit_relpos_small_patch16_224", (384, 14, 14)),
        ("vit_tiny_r_s16_p8_224", (192, 7, 7)),
        ("levit_128s", (128 + 256 + 384, 28, 28)),
    ],
)
def test_networks_of_timm_that_take_one_size_get_the_photo_in_it(name, shape):
    seen = extract_features(PHOTO, POINTS, timm.create_model(name, pretrained=False))
    assert seen.features.shape == shape


def test_a_pyramid_of_timm_whose_channels_come_last_is_turned():
    name = "swin_tiny_patch4_window7_224"
    whole = timm.create_model(name, pretrained=False).eval()
    maps = timm.create_model(name, pretrained=False, features_only=True)
    maps.load_state_dict(
        {key.replace("layers.", "layers_"): value for key, value in whole.state_dict().items()},
        strict=False,
    )
    assert extract_features(PHOTO, POINTS, maps).features.shape == (1440, 28, 28)
    torch.testing.assert_close(
        extract_features(PHOTO, POINTS, maps).features[:672],
        extract_features(PHOTO, POINTS, whole).features[:672],
    )


def test_what_a_module_raises_is_told_with_its_name_and_the_remedy():
    told = r"Bilinear cannot be run on a photo \(1, 3, 256, 480\): TypeError.*Give the part"
    with pytest.raises(ModelError, match=told):
        extract_features(PHOTO, POINTS, nn.Bilinear(2, 2, 2))


def test_the_maps_of_a_pyramid_come_on_one_grid_each_of_length_1():
    torch.manual_seed(0)
    network = timm.create_model("resnet18", features_only=True, pretrained=False)
    seen = extract_features(PHOTO, POINTS, network).features
    assert seen.shape == (64 + 64 + 128 + 256 + 512, 32, 60)
    torch.testing.assert_close(seen.norm(dim=0), torch.full((32, 60), 5**0.5))


def test_a_single_map_comes_as_it_is():
    map_ = torch.rand(1, 4, 5, 6)
    assert torch.equal(extract_features(PHOTO, POINTS, Said(map_)).features, map_[0])


@pytest.mark.parametrize("said", [torch.rand(1, 10), [], {"pooled": torch.rand(1, 3)}])
def test_a_network_without_a_map_is_refused(said):
    with pytest.raises(ModelError, match=r"Said gives a .*Give a backbone"):
        extract_features(PHOTO, POINTS, Said(said))


def test_weights_of_another_task_are_refused():
    with pytest.raises(ModelError, match="InteractiveNetwork is needed"):
        extract_features(PHOTO, POINTS, load("depth-s"))


def test_looking_leaves_a_module_as_it_was():
    network = nn.Sequential(nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8))
    network[0].eval()
    extract_features(PHOTO, POINTS, network)
    assert network.training
    assert network[1].training
    assert not network[0].training
    assert int(network[1].num_batches_tracked) == 0


def test_instances_are_found_in_the_features_of_any_backbone():
    photo = np.zeros((96, 192, 3), np.uint8)
    photo[24:72, 16:64] = (255, 0, 0)
    photo[24:72, 128:176] = (0, 0, 255)
    colours = nn.AvgPool2d(8)
    found = instances(photo, [(40, 48), (152, 48)], model=colours)
    inside = np.zeros((2, 96, 192), bool)
    inside[0, 24:72, 16:64] = inside[1, 24:72, 128:176] = True
    overlap = (found.masks & inside).sum(axis=(1, 2)) / (found.masks | inside).sum(axis=(1, 2))
    assert (overlap > 0.8).all()


def test_a_transformer_that_was_pretrained_is_looked_at_without_its_decoder(tmp_path):
    options = {"vit": {"width": 32, "depth": 3, "heads": 2, "patch_px": 8, "view_px": 64}}
    network = ARCHITECTURES["masked-autoencoder"](**options).eval()
    card = Card.model_construct(task="instances", architecture="masked-autoencoder", view_px=64)
    seen = extract_features(PHOTO, POINTS, Model(network, card))
    assert seen.features.shape == (32, 4, 8)
    assert len(seen.attention) == 3
    whole = Model(network, card.model_copy(update={"view_px": 480}))
    own = extract_features(PHOTO, POINTS, network.vit)
    assert torch.equal(extract_features(PHOTO, POINTS, whole).features, own.features)
