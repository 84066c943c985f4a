"""Which pixels a mark is about: made maps whose errors are known."""

import numpy as np
import pytest

from clickmend.correction.classes import class_region, label_region, scores_in
from clickmend.correction.connected import part_at
from clickmend.correction.values import pull_of, unreplaced, value_region, window_around
from clickmend.feedback.crop import resize

HEIGHT, WIDTH = 40, 60
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH] + 0.5
GREY = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)


def whole(region: object, shape: tuple[int, int] = (HEIGHT, WIDTH)) -> np.ndarray:
    canvas = np.zeros(shape, bool)
    canvas[region.window.place] = region.mask
    return canvas


@pytest.mark.parametrize(("x", "y"), [(30.5, 20.5), (0.0, 0.0), (60.0, 40.0), (59.9, 3.2)])
@pytest.mark.parametrize("radius", [0.0, 3.7, 200.0])
def test_a_window_holds_the_disk_and_its_centre_is_the_pixel_of_the_point(
    x: float, y: float, radius: float
) -> None:
    window = window_around(x, y, radius, height=HEIGHT, width=WIDTH)
    inside = np.zeros((HEIGHT, WIDTH), bool)
    inside[window.place] = True
    assert inside[np.hypot(COLUMNS - x, ROWS - y) <= radius].all()
    row, column = window.centre
    assert (row + window.rows.start, column + window.columns.start) == (
        min(int(y), HEIGHT - 1),
        min(int(x), WIDTH - 1),
    )
    np.testing.assert_allclose(
        window.distance_to(7.0, 9.0), np.hypot(COLUMNS - 7, ROWS - 9)[window.place], rtol=1e-5
    )


def test_a_part_is_connected_over_corners_too() -> None:
    mask = np.eye(5, dtype=bool)
    mask[0, 4] = True
    assert part_at(mask, (2, 2)).sum() == 5
    assert part_at(mask, (0, 4)).sum() == 1


def test_a_pull_is_whole_at_the_click_and_gone_where_an_earlier_one_is_nearer() -> None:
    window = window_around(30.5, 20.5, 12.0, height=HEIGHT, width=WIDTH)
    pull = np.zeros((HEIGHT, WIDTH), np.float32)
    pull[window.place] = pull_of(window, 4.0, [(36.5, 20.5)])
    assert pull[20, 30] == 1
    assert pull[20, 26] == pytest.approx(np.exp(-0.5))
    assert pull[20, 33] == pull[20, 36] == 0
    assert pull_of(window, 0.0, [(30.5, 20.5)])[window.centre] == 1


def labelled(shown: np.ndarray, evidence: np.ndarray, x: float, y: float, radius: float, others=()):
    window = window_around(x, y, radius, height=HEIGHT, width=WIDTH)
    same = shown[window.place] == shown[int(y), int(x)]
    return whole(label_region(same, evidence[window.place], window, radius, others))


def test_a_wrong_part_that_ends_before_the_radius_is_taken_whole_and_exactly() -> None:
    shown = np.zeros((HEIGHT, WIDTH), int)
    hole = np.hypot(COLUMNS - 25, ROWS - 18) < 8
    shown[hole] = 3
    against = np.full(shown.shape, -9.0, np.float32)
    np.testing.assert_array_equal(labelled(shown, against, 24.5, 17.5, 11.0), hole)


def test_of_a_part_that_goes_on_only_what_the_witness_gives_is_taken() -> None:
    shown = np.zeros((HEIGHT, WIDTH), int)
    strip = (COLUMNS > 28) & (COLUMNS < 33)
    evidence = np.where(strip, 2.0, -2.0).astype(np.float32)
    found = labelled(shown, evidence, 30.5, 20.5, 12.0)
    disk = np.hypot(COLUMNS - 30.5, ROWS - 20.5) <= 12
    np.testing.assert_array_equal(found, strip & disk)


def test_where_the_witness_contradicts_the_click_it_still_tells_like_from_unlike() -> None:
    shown = np.zeros((HEIGHT, WIDTH), int)
    evidence = np.where(COLUMNS < 30, -1.5, -5.0).astype(np.float32)
    evidence[20, 20] = -1.0
    found = labelled(shown, evidence, 20.5, 20.5, 15.0)
    assert found[20, 10:30].all()
    assert not found[:, 30:].any()


def test_what_a_click_of_another_class_is_nearer_to_is_left_out() -> None:
    shown = np.zeros((HEIGHT, WIDTH), int)
    evidence = np.ones(shown.shape, np.float32)
    found = labelled(shown, evidence, 20.5, 20.5, 15.0, others=[(30.5, 20.5)])
    assert found[20, 24]
    assert not found[20, 26:].any()


def valued(shown: np.ndarray, witness: np.ndarray, wanted: float, x: float, y: float, **options):
    radius = options.pop("radius", 25.0)
    window = window_around(x, y, radius, height=HEIGHT, width=WIDTH)
    place = window.place
    region = value_region(
        shown[place].astype(np.float32),
        witness[place].astype(np.float32),
        options.pop("photo", GREY)[place],
        wanted,
        window,
        radius,
        options.pop("others", ()),
        likeness=0.3,
    )
    return whole(region)


def slope() -> np.ndarray:
    return 0.5 + 0.002 * COLUMNS


def test_a_shifted_part_is_found_by_how_far_the_witness_is_off() -> None:
    witness = slope() + 0.05
    part = np.hypot(COLUMNS - 30, ROWS - 20) < 9
    shown = np.where(part, slope() - 0.6, slope())
    np.testing.assert_array_equal(valued(shown, witness, 0.6, 30.5, 20.5), part)


def test_a_small_correction_reaches_a_short_way_and_a_larger_one_farther() -> None:
    shown = np.full((HEIGHT, WIDTH), 0.5)
    sizes = [valued(shown, shown, wanted, 30.5, 20.5).sum() for wanted in (0.0, 0.05, 0.15, 0.3)]
    assert sizes[0] == 1
    assert sizes == sorted(set(sizes))


def test_other_colours_and_what_an_earlier_click_is_nearer_to_are_left_out() -> None:
    shown = np.full((HEIGHT, WIDTH), 0.5)
    photo = GREY.copy()
    photo[:, 36:] = 250
    found = valued(shown, shown, 0.4, 30.5, 20.5, photo=photo, others=[(20.5, 20.5)])
    assert found[20, 27:34].all()
    assert not found[:, 37:].any()
    assert not found[:, :25].any()


def test_nothing_lies_beyond_the_radius() -> None:
    shown = np.full((HEIGHT, WIDTH), 0.5)
    found = valued(shown, shown - 0.9, 0.9, 30.5, 20.5, radius=6.0)
    assert found.sum() > 20
    assert not found[np.hypot(COLUMNS - 30.5, ROWS - 20.5) > 6].any()


def test_a_mark_replaces_earlier_ones_on_its_pixel_and_the_next() -> None:
    places = np.array([[5.5, 5.5], [9.5, 5.5], [6.2, 4.9], [5.1, 5.9], [30, 30]], np.float32)
    assert unreplaced(places).tolist() == [False, True, False, True, True]


def test_a_mark_that_reaches_less_far_lies_over_an_earlier_one_and_replaces_none() -> None:
    places = np.array([[5.5, 5.5], [5.5, 5.5], [6.5, 5.5], [5.5, 5.5]], np.float32)
    reaches = np.array([np.inf, 9.0, 4.0, 9.0], np.float32)
    assert unreplaced(places, reaches).tolist() == [True, False, False, True]


def test_a_class_click_without_a_radius_turns_what_the_network_takes_for_alike() -> None:
    shown = np.zeros((HEIGHT, WIDTH), np.int32)
    scores = np.zeros((3, HEIGHT, WIDTH), np.float32)
    scores[0] = 3.0
    scores[1, 10:30, 20:40] = 2.5
    window = window_around(30.5, 20.5, 18, height=HEIGHT, width=WIDTH)
    inside = (slice(None), *window.place)
    region = class_region(
        shown[window.place], scores[inside], GREY[window.place], 1, window, [], place_px=8
    )
    turned = whole(region)
    assert turned[20, 30]
    assert turned[14:27, 24:37].all()
    assert not turned[:, :19].any()
    held = class_region(
        shown[window.place],
        scores[inside],
        GREY[window.place],
        1,
        window,
        [(36.5, 20.5)],
        place_px=8,
    )
    assert not whole(held)[20, 34:].any()


def test_scores_of_a_window_are_those_of_the_whole_photo_resized() -> None:
    output = np.random.default_rng(0).normal(size=(2, 20, 30)).astype(np.float32)
    window = window_around(40.5, 12.5, 9, height=HEIGHT, width=WIDTH)
    found = scores_in(output, window, height=HEIGHT, width=WIDTH)
    for channel, expected in zip(found, output, strict=True):
        np.testing.assert_allclose(channel, resize(expected, WIDTH, HEIGHT)[window.place], atol=0.1)
