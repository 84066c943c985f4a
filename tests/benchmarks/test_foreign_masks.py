"""The script that writes masks of networks of others, with a network of its own."""

import numpy as np
from PIL import Image


def test_what_is_above_one_half_is_the_mask_in_the_size_of_the_photo(script):
    found = np.array([[0.0, 1.0], [0.0, 1.0]], np.float32)
    mask = np.asarray(script.mask_of(found, (8, 4)))
    assert mask.shape == (4, 8)
    assert set(np.unique(mask)) == {0, 255}
    assert (mask[:, :4] == 0).all()
    assert (mask[:, 4:] == 255).all()


def test_each_picture_of_a_folder_gets_a_mask_of_its_name(script, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("a.jpg", "b.png"):
        Image.new("RGB", (6, 4), (200, 0, 0)).save(photos / name)
    (photos / "notes.txt").write_text("no picture")

    def red(photo):
        return np.asarray(photo, np.float32)[..., 0] / 255

    assert script.write_masks(red, photos, tmp_path / "masks") == 2
    for name in ("a.png", "b.png"):
        mask = np.asarray(Image.open(tmp_path / "masks" / name))
        assert mask.shape == (4, 6)
        assert (mask == 255).all()
