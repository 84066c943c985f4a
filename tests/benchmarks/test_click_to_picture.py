"""What the measurement of clicks on the page is made of, without a browser."""

from io import BytesIO

import numpy as np
from PIL import Image

from clickmend.data.codecs import read_trimap


def test_the_photo_is_the_cup_in_the_size_that_is_asked_for(script):
    assert Image.open(BytesIO(script.photo(80, 60))).size == (80, 60)


def test_the_trimap_knows_both_sides_of_an_unknown_ring(script):
    trimap = read_trimap(script.disk(80, 60), size=(80, 60))
    assert trimap[30, 40] == 255
    assert trimap[0, 0] == 0
    assert (trimap == 128).any()


def test_times_are_told_as_the_median_and_the_slowest_twentieth(script):
    told = script.summary(np.arange(101.0), "screen")
    assert told == {"screen_p50_ms": 50, "screen_p95_ms": 95}


def test_no_click_is_where_another_one_was(script):
    places = script.places_of(22, np.random.default_rng(0))
    apart = np.abs(places[:, None] - places).max(axis=-1) + np.eye(22)
    assert apart.min() > 0.03
    assert ((places > 0.3) & (places < 0.7)).all()
