"""Tests of the object-contextual representations against their equations written out."""

import torch

from clickmend.networks.heads.ocr import ObjectAttention, ObjectContext, object_regions


def test_a_region_is_the_mean_over_the_pixels_weighted_by_the_coarse_logits() -> None:
    x, coarse = torch.randn(2, 5, 3, 4), torch.randn(2, 3, 3, 4)
    found = object_regions(x, coarse)
    assert found.shape == (2, 5, 3, 1)
    for k in range(3):
        weights = coarse[1, k].exp() / coarse[1, k].exp().sum()
        expected = (weights * x[1]).sum(dim=(1, 2))
        torch.testing.assert_close(found[1, :, k, 0], expected)


def test_a_pixel_takes_from_the_regions_as_it_is_like_them() -> None:
    block = ObjectAttention(6, 4).eval()
    x, regions = torch.randn(1, 6, 2, 3), torch.randn(1, 6, 3, 1)
    with torch.no_grad():
        query, key, value = block.f_pixel(x), block.f_object(regions), block.f_down(regions)
        taken = torch.zeros(1, 4, 2, 3)
        for row in range(2):
            for column in range(3):
                likeness = query[0, :, row, column] @ key[0, :, :, 0] / 4**0.5
                taken[0, :, row, column] = value[0, :, :, 0] @ likeness.softmax(dim=0)
        torch.testing.assert_close(block(x, regions), block.f_up(taken))


def test_the_modules_are_named_as_published() -> None:
    names = {key.rpartition(".")[0] for key in ObjectContext(8, 3, width=6, keys=4).state_dict()}
    attention = "ocr_distri_head.object_context_block"
    assert names == {
        *("conv3x3_ocr.0", "conv3x3_ocr.1.0"),
        *("aux_head.0", "aux_head.1.0", "aux_head.2", "cls_head"),
        *(f"{attention}.f_pixel.{i}" for i in ("0", "1.0", "2", "3.0")),
        *(f"{attention}.f_object.{i}" for i in ("0", "1.0", "2", "3.0")),
        *(f"{attention}.f_down.{i}" for i in ("0", "1.0")),
        *(f"{attention}.f_up.{i}" for i in ("0", "1.0")),
        *("ocr_distri_head.conv_bn_dropout.0", "ocr_distri_head.conv_bn_dropout.1.0"),
    }
