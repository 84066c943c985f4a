"""Tests of what stands between photo and object mask."""

import numpy as np
import pytest

from clickmend.core.errors import ClickError
from clickmend.core.types import RGB
from clickmend.feedback import Box, Click, Mark, Stroke
from clickmend.networks import Card, Model, load
from clickmend.tasks.interactive.engine import InteractiveEngine
from clickmend.tasks.interactive.reading import Reading
from clickmend.tasks.refine import Refine


@pytest.fixture
def photo(rng: np.random.Generator) -> RGB:
    image = rng.integers(0, 80, (120, 160, 3)).astype(np.uint8)
    image[30:90, 50:110] += 120
    return image


@pytest.fixture
def model() -> Model:
    """The shipped network with refinement behind a part of its decoder."""
    shipped = load("interactive-s")
    card: Card = shipped.card.model_copy(update={"overview_px": 128, "view_px": 128})
    return Model(shipped.network, card)


def ask(engine: InteractiveEngine, *clicks: Mark) -> list[np.ndarray]:
    """The logits of the whole photo after each click."""
    shown = []
    last = None
    for n in range(1, len(clicks) + 1):
        last = engine.answer(clicks[:n], last)
        shown.append(engine.render(last))
    return shown


@pytest.mark.parametrize("refine", ["sb", "bmsb", "bmsb-m", "bmconv"])
def test_a_click_that_agrees_with_the_network_refines_nothing(
    photo: RGB, model: Model, refine: str
) -> None:
    """With the printed energy, which asks at the clicked pixel alone."""
    pixel = Reading(area_share=0.0)
    plain = ask(InteractiveEngine(photo, model, Refine("none")), Click(80, 60, "foreground"))
    refined = ask(
        InteractiveEngine(photo, model, Refine(refine), reading=pixel), Click(80, 60, "foreground")
    )
    if plain[0][60, 80] >= 1:
        assert np.array_equal(plain[0] > 0, refined[0] > 0)
    assert refined[0][60, 80] > 0


def test_refinement_moves_the_area_that_a_click_speaks_for(photo: RGB, model: Model) -> None:
    click = Click(80, 60, "foreground", radius_px=40)
    wide = Reading(area_share=0.6)
    plain = ask(InteractiveEngine(photo, model, Refine("none")), click)[0]
    refined = ask(InteractiveEngine(photo, model, Refine("bmsb"), reading=wide), click)[0]
    area = (slice(45, 75), slice(65, 95))
    assert refined[area].mean() >= plain[area].mean()
    assert (refined[area] > 0).mean() > 0.9


def test_a_session_leaves_the_shared_network_as_it_was(photo: RGB, model: Model) -> None:
    before = {k: v.clone() for k, v in model.network.state_dict().items()}
    ask(InteractiveEngine(photo, model, Refine("bmconv")), Click(80, 60, "foreground"))
    assert all((v == before[k]).all() for k, v in model.network.state_dict().items())
    assert not any(m._forward_hooks for m in model.network.modules())


def test_the_radius_of_a_click_is_fixed_when_it_comes(photo: RGB, model: Model) -> None:
    engine = InteractiveEngine(photo, model, Refine("none"))
    clicks = (Click(80, 60, "foreground"), Click(5, 5, "background", radius_px=9))
    first = engine.answer(clicks[:1], None)
    second = engine.answer(clicks, first)
    assert [one.radius_px for one in second.marks] == [first.marks[0].radius_px, 9]
    assert first.marks[0].radius_px == pytest.approx(engine.reading.first_share * 120)


def broken_square(photo: RGB) -> np.ndarray:
    """The square with a hole that the photo does not have, and an island far away."""
    prior = np.zeros(photo.shape[:2], bool)
    prior[30:90, 50:110] = True
    prior[55:65, 70:82] = False
    prior[5:11, 140:150] = True
    return prior


def test_a_click_on_a_prior_fills_the_hole_and_changes_nothing_else(
    photo: RGB, model: Model
) -> None:
    prior = broken_square(photo)
    engine = InteractiveEngine(photo, model, Refine("none"), prior=prior)
    before = engine.render(None).copy()
    after = ask(engine, Click(76, 60, "foreground"))[0]
    hole = np.zeros_like(prior)
    hole[55:65, 70:82] = True
    assert (after[hole] > 0).all()
    np.testing.assert_array_equal(after[~hole], before[~hole])


def test_a_box_on_a_prior_changes_nothing_outside_it(photo: RGB, model: Model) -> None:
    engine = InteractiveEngine(photo, model, Refine("none"), prior=broken_square(photo))
    after = ask(engine, Box(60.0, 40.0, 100.0, 80.0))[0]
    outside = np.ones(after.shape, bool)
    outside[40:80, 60:100] = False
    np.testing.assert_array_equal(after[outside], engine.render(None)[outside])


@pytest.mark.parametrize("with_prior", [False, True])
@pytest.mark.parametrize("label", ["foreground", "background"])
def test_an_exact_stroke_paints_its_pixels_alone_and_erasing_gives_them_back(
    photo: RGB, model: Model, label: str, with_prior: bool
) -> None:
    prior = broken_square(photo) if with_prior else None
    engine = InteractiveEngine(photo, model, Refine("none"), prior=prior)
    line = ((40.5, 60.5), (76.5, 60.5))
    painted, erased = ask(
        engine, Stroke(line, label, 4.0, exact=True), Stroke(line, "erase", radius_px=9.0)
    )
    rows, columns = np.indices(painted.shape) + 0.5
    under = np.hypot(columns - columns.clip(40.5, 76.5), rows - 60.5) <= 4
    first = engine.render(None)
    np.testing.assert_array_equal(painted[~under], first[~under])
    assert ((painted[under] > 0) == (label == "foreground")).all()
    np.testing.assert_array_equal(erased, first)


@pytest.mark.parametrize("with_prior", [False, True])
def test_a_stroke_holds_where_it_paints(photo: RGB, model: Model, with_prior: bool) -> None:
    prior = broken_square(photo) if with_prior else None
    engine = InteractiveEngine(photo, model, Refine("none"), prior=prior)
    lines = [((60.5, 50.5), (90.5, 50.5)), ((60.5, 80.5), (90.5, 80.5))]
    shown = ask(engine, Stroke(lines[0], "background", 3.0), Stroke(lines[1], "foreground", 3.0))
    assert (shown[1][48:53, 60:91] <= 0).all()
    assert (shown[1][79:82, 60:91] > 0).all()


@pytest.mark.parametrize("place", [(80.5, 60.5), (0.0, 0.0), (159.9, 119.9)])
def test_the_newest_click_of_a_pixel_counts(
    photo: RGB, model: Model, place: tuple[float, float]
) -> None:
    engine = InteractiveEngine(photo, model, Refine("none"))
    labels = ("foreground", "background", "foreground", "background")
    for shown, label in zip(ask(engine, *(Click(*place, n) for n in labels)), labels, strict=True):
        assert (shown[int(place[1]), int(place[0])] > 0) == (label == "foreground")


def test_a_radius_bounds_what_a_click_changes_without_a_prior_too(photo: RGB, model: Model) -> None:
    engine = InteractiveEngine(photo, model, Refine("none"))
    first, second = ask(
        engine, Click(80, 60, "foreground"), Click(60, 60, "background", radius_px=12.0)
    )
    rows, columns = np.indices(first.shape) + 0.5
    outside = np.hypot(columns - 60, rows - 60) > 12
    np.testing.assert_array_equal(second[outside], first[outside])
    assert second[60, 60] <= 0


def test_a_stroke_that_is_no_object_and_no_background_is_refused(photo: RGB, model: Model) -> None:
    engine = InteractiveEngine(photo, model, Refine("none"))
    with pytest.raises(ClickError, match=r"stroke 2 has the label 'road'.*'erase'"):
        engine.check(Stroke(((1, 1), (5, 5)), "road"), number=2)
