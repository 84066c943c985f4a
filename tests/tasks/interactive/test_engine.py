"""Tests of what stands between photo and object mask."""

import numpy as np
import pytest

from clickmend.core.types import RGB
from clickmend.feedback import Click
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


def ask(engine: InteractiveEngine, *clicks: Click) -> list[np.ndarray]:
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
