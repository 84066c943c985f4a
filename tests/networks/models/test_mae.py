"""Tests of masked autoencoding."""

import torch

from clickmend.networks.models.mae import MaskedAutoencoder, hidden_loss, normalised_patches

VIT = {"width": 32, "depth": 2, "heads": 2, "patch_px": 8, "view_px": 32}
SEEN = torch.tensor([[0, 5, 10, 15]])


def test_what_is_hidden_has_no_say_even_through_convolutions():
    network = MaskedAutoencoder(vit=VIT, width=16, depth=1).eval()
    image = torch.rand(1, 3, 32, 32)
    other = torch.rand(1, 3, 32, 32)
    for patch in SEEN[0].tolist():
        row, column = 8 * (patch // 4), 8 * (patch % 4)
        place = (..., slice(row, row + 8), slice(column, column + 8))
        other[place] = image[place]
    with torch.no_grad():
        answer = network(image, SEEN)
        assert answer.shape == (1, 16, 192)
        assert torch.equal(network(other, SEEN), answer)
        image[..., 1, 1] += 0.5
        assert not torch.equal(network(image, SEEN), answer)


def test_the_loss_is_the_error_of_the_hidden_patches_alone():
    image = torch.rand(1, 3, 32, 32)
    answer = normalised_patches(image, 8)
    assert hidden_loss(answer, image, SEEN) == 0
    answer[:, SEEN[0]] += 3
    assert hidden_loss(answer, image, SEEN) == 0
    answer[:, 1] += 2
    torch.testing.assert_close(hidden_loss(answer, image, SEEN), torch.tensor(4 / 12))


def test_a_patch_is_read_row_after_row_with_mean_0_and_deviation_1():
    image = torch.rand(1, 3, 32, 32)
    patches = normalised_patches(image, 8)
    own = image[0, :, 8:16, 16:24]
    torch.testing.assert_close(
        patches[0, 6], ((own - own.mean()) / (own.var() + 1e-6).sqrt()).flatten()
    )
