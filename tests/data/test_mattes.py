import numpy as np
import pytest
from dense_folders import save, write_alphamatting

from clickmend.core.errors import DataError
from clickmend.core.settings import Settings
from clickmend.data import compose, open_matte_set, sets


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(sets, "settings", lambda: Settings(data=tmp_path))
    return write_alphamatting(tmp_path, chosen=slice(None)).root / "matting/alphamatting14"


@pytest.mark.parametrize("part", ["alpha", "trimap"])
def test_a_plane_of_another_size_is_refused_and_named(part, root):
    save(root / part / "GT01.png", np.zeros((3, 4), np.uint8))
    with pytest.raises(DataError, match=rf"{part}/GT01\.png is 4×3 but the image is 8×6"):
        open_matte_set("alphamatting14-train").read("GT01")


def test_a_composed_photo_is_that_of_the_formula_pixel_for_pixel(rng):
    levels = rng.integers(0, 256, (5, 7))
    foreground, background = rng.integers(0, 256, (2, 5, 7, 3)).astype(np.uint8)
    foreground[0] = background[0]
    composed = compose(foreground, (levels / 255).astype(np.float32), background)
    for place in np.ndindex(5, 7, 3):
        alpha = int(levels[place[:2]]) / 255.0
        blend = alpha * int(foreground[place]) + (1.0 - alpha) * int(background[place])
        assert composed[place] == int(blend)


def test_of_a_large_background_the_upper_left_is_taken(rng):
    background = rng.integers(0, 256, (9, 8, 3)).astype(np.uint8)
    alpha = np.zeros((5, 7), np.float32)
    composed = compose(np.zeros((5, 7, 3), np.uint8), alpha, background)
    np.testing.assert_array_equal(composed, background[:5, :7])


@pytest.mark.parametrize("size", [(5, 3), (2, 7), (1, 1)])
def test_a_small_background_is_enlarged_until_it_covers(size):
    background = np.full((*size, 3), 90, np.uint8)
    background[:, 0] = 30
    composed = compose(np.zeros((5, 7, 3), np.uint8), np.zeros((5, 7), np.float32), background)
    assert composed.shape == (5, 7, 3)
    assert composed.min() >= 20
    assert (composed[:, 0] <= composed[:, -1]).all()
