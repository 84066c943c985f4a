"""Tests of sessions on class maps, mattes and depth, with small made networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import clickmend as cm
from clickmend.core.types import RGB
from clickmend.networks import Model
from clickmend.session import Session

SIZE = (96, 64)


class Small(nn.Module):
    """A picture, and what comes with it, to a map of some channels."""

    def __init__(self, inputs: int, channels: int, *, end: nn.Module) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(inputs, 16, 5, 4, 2), nn.ReLU())
        self.decoder = nn.Sequential(nn.Conv2d(16, 16, 3, 1, 1), nn.ReLU())
        self.head = nn.Conv2d(16, channels, 1)
        self.end = end

    def forward(self, *inputs: Tensor) -> Tensor:
        """The map over the picture."""
        x = self.head(self.decoder(self.encoder(torch.cat(inputs, dim=1))))
        return self.end(nn.functional.interpolate(x, size=inputs[0].shape[-2:], mode="bilinear"))


class Metres(nn.Module):
    """Around two metres."""

    def forward(self, x: Tensor) -> Tensor:
        """2·exp(x)."""
        return 2 * torch.exp(x)


def model(task: str) -> Model:
    torch.manual_seed(3)
    module = {
        "semantic": lambda: Small(3, 4, end=nn.Identity()),
        "matting": lambda: Small(4, 1, end=nn.Sigmoid()),
        "depth": lambda: Small(3, 1, end=Metres()),
    }[task]()
    labels = ["road", "car", "tree", "sky"] if task == "semantic" else None
    return cm.wrap(
        module.eval(), task=task, at=["decoder"], labels=labels, view_px=96, learning_rate=0.1
    )


@pytest.fixture
def photo(rng: np.random.Generator) -> RGB:
    image = rng.integers(0, 80, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    image[20:50, 30:60] += 120
    return image


@pytest.fixture
def trimap() -> np.ndarray:
    trimap = np.full((SIZE[1], SIZE[0]), 128, np.uint8)
    trimap[:10] = 0
    trimap[-10:] = 255
    return trimap


def open_session(task: str, photo: RGB, trimap: np.ndarray, **options: object) -> Session:
    if task == "matting":
        options["trimap"] = trimap
        if "prior" not in options:
            options.setdefault("refine", "bmsb")
    return cm.Session(photo, model=model(task), **options)


def numbers(session: Session) -> np.ndarray:
    shown = session.prediction
    name = {"semantic": "labels", "matting": "alpha", "depth": "depth_m"}[session.task]
    return getattr(shown, name)


def click(session: Session, x: float, y: float, *, radius_px: float = 12.0) -> None:
    """Something that contradicts what is shown."""
    here = numbers(session)[int(y), int(x)]
    if session.task == "semantic":
        session.click(x, y, label=int((here + 1) % 4), radius_px=radius_px)
    else:
        session.click(x, y, value=min(1.0, float(here) * 0.7 + 0.01), radius_px=radius_px)


TASKS = ["semantic", "matting", "depth"]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("layer", ["bmsb", "bmsb-m", "bmconv"])
def test_a_click_is_granted_at_its_pixel(
    task: str, layer: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(
        task,
        photo,
        trimap,
        refine=cm.Refine(layer, energy="clicks", learning_rate=0.03, spread=False),
    )
    before = numbers(session).copy()
    click(session, 45, 32)
    asked = session.feedback[-1]
    here = numbers(session)[32, 45]
    if task == "semantic":
        assert here == asked.label
    else:
        assert abs(here - asked.value) < 0.4 * abs(before[32, 45] - asked.value)
        assert session.report.moved == pytest.approx(here - before[32, 45], abs=0.02)


@pytest.mark.parametrize("task", TASKS)
def test_undo_restores_the_prediction_bit_for_bit(
    task: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap)
    shown = [numbers(session).copy()]
    for x, y in [(45, 32), (10, 40), (80, 30)]:
        click(session, x, y)
        shown.append(numbers(session).copy())
    for earlier in reversed(shown[:-1]):
        session.undo()
        np.testing.assert_array_equal(numbers(session), earlier)
    for later in shown[1:]:
        session.redo()
        np.testing.assert_array_equal(numbers(session), later)
    session.undo()
    session.undo()
    click(session, 10, 40)
    np.testing.assert_array_equal(numbers(session), shown[2])


@pytest.mark.parametrize("task", TASKS)
def test_without_refinement_clicks_change_nothing(
    task: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap, refine="none")
    before = numbers(session).copy()
    click(session, 45, 32)
    np.testing.assert_array_equal(numbers(session), before)
    assert session.report is None


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("refine", ["region", "bmsb"])
def test_every_click_holds_at_its_pixel_whatever_comes_later(
    task: str, refine: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap, refine=refine)
    for x, y in [(45.5, 32.5), (10.5, 40.5), (80.5, 30.5), (50.5, 34.5)]:
        click(session, x, y, radius_px=20)
    for asked in session.feedback:
        here = numbers(session)[int(asked.y), int(asked.x)]
        wanted = asked.label if task == "semantic" else asked.value
        assert here == pytest.approx(wanted, rel=1e-4)


def made_prior(task: str, rng: np.random.Generator) -> tuple[np.ndarray, dict[str, object]]:
    shape = (SIZE[1], SIZE[0])
    if task == "semantic":
        return rng.integers(0, 4, (8, 12)).repeat(8, 0).repeat(8, 1).astype(np.uint8), {}
    if task == "matting":
        return (rng.integers(0, 256, shape) / 255).astype(np.float32), {}
    return rng.uniform(1, 3, shape).astype(np.float32), {"depth_scale": 1.0}


@pytest.mark.parametrize("task", TASKS)
def test_the_prior_comes_out_bit_for_bit_and_changes_only_within_the_radii(
    task: str, photo: RGB, trimap: np.ndarray, rng: np.random.Generator
) -> None:
    prior, options = made_prior(task, rng)
    session = open_session(task, photo, trimap, prior=prior, **options)
    np.testing.assert_array_equal(numbers(session), prior)
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]] + 0.5
    outside = np.ones(prior.shape, bool)
    for x, y in [(45.5, 32.5), (12.5, 40.5)]:
        click(session, x, y)
        outside &= np.hypot(columns - x, rows - y) > 12
        assert (numbers(session) != prior).any()
        np.testing.assert_array_equal(numbers(session)[outside], prior[outside])
        if task == "semantic":
            assert numbers(session)[int(y), int(x)] == session.feedback[-1].label


def test_what_a_class_map_does_not_know_stays_unknown_until_it_is_clicked(
    photo: RGB, trimap: np.ndarray
) -> None:
    prior = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    prior[20:40, 20:60] = 255
    session = open_session("semantic", photo, trimap, prior=prior)
    np.testing.assert_array_equal(numbers(session), prior)
    session.click(40, 30, label="car", radius_px=8)
    assert numbers(session)[30, 40] == 1
    assert (numbers(session)[20:40, 20:25] == 255).all()


def test_what_a_depth_map_does_not_know_is_filled_around_a_click(
    photo: RGB, trimap: np.ndarray
) -> None:
    prior = np.full((SIZE[1], SIZE[0]), 2.0, np.float32)
    prior[20:40, 20:60] = np.nan
    session = open_session("depth", photo, trimap, prior=prior, depth_scale=1.0)
    np.testing.assert_array_equal(numbers(session), prior)
    session.click(40.5, 30.5, value=1.5, radius_px=6)
    assert numbers(session)[30, 40] == pytest.approx(1.5, rel=0.1)
    assert np.isnan(numbers(session)[21, 22])


@pytest.mark.parametrize("task", ["matting", "depth"])
@pytest.mark.parametrize(("direction", "sign"), [("up", 1), ("down", -1)])
def test_a_push_moves_its_pixel_by_about_a_tenth_and_says_by_how_much(
    task: str, direction: str, sign: int, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap, refine="bmsb")
    before = numbers(session)[32, 45]
    session.push(45.5, 32.5, direction)
    moved = numbers(session)[32, 45] - before
    assert sign * moved == pytest.approx(0.1, abs=0.03)
    assert session.report.moved == pytest.approx(moved, abs=0.01)


def test_a_push_stops_at_the_limits(photo: RGB, trimap: np.ndarray) -> None:
    session = open_session("matting", photo, trimap)
    for _ in range(12):
        session.push(45.5, 32.5, "up")
    assert numbers(session)[32, 45] == pytest.approx(1.0, abs=0.05)
    assert numbers(session).max() <= 1


def test_a_stroke_paints_its_class(photo: RGB, trimap: np.ndarray) -> None:
    session = open_session("semantic", photo, trimap, refine=cm.Refine("bmsb", learning_rate=0.1))
    wanted = int((numbers(session)[32, 50] + 1) % 4)
    before = (numbers(session)[30:35, 30:70] == wanted).mean()
    session.stroke([(30.5, 32.5), (70.5, 32.5)], label=wanted, radius_px=2)
    assert (numbers(session)[30:35, 30:70] == wanted).mean() > before + 0.5


def test_before_any_click_the_known_part_of_the_trimap_stands(
    photo: RGB, trimap: np.ndarray
) -> None:
    alpha = numbers(open_session("matting", photo, trimap))
    assert (alpha[:10] == 0).all()
    assert (alpha[-10:] == 1).all()
    assert ((alpha[10:-10] > 0) & (alpha[10:-10] < 1)).all()


@pytest.mark.parametrize(
    ("task", "arguments", "words"),
    [
        ("semantic", {}, "has no label"),
        ("semantic", {"label": "raod"}, "no class.*mean 'road'"),
        ("semantic", {"label": 4}, "no class.*0 to 3"),
        ("semantic", {"label": "car", "value": 1.0}, "a class and no value"),
        ("matting", {}, "has no value"),
        ("matting", {"value": 1.5}, "value 1.5.*0 to 1"),
        ("matting", {"value": float("nan")}, "value nan"),
        ("matting", {"label": "foreground"}, "has the label"),
        ("depth", {"value": -1.0}, "metres from"),
        ("depth", {}, "has no value"),
    ],
)
def test_a_click_without_sense_is_refused_and_changes_nothing(
    task: str, arguments: dict[str, object], words: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap)
    with pytest.raises(cm.errors.ClickError, match=words):
        session.click(5, 5, **arguments)
    assert session.feedback == ()


def test_marks_of_another_task_are_refused(photo: RGB, trimap: np.ndarray) -> None:
    semantic = open_session("semantic", photo, trimap)
    with pytest.raises(cm.errors.ClickError, match="is a push"):
        semantic.push(5, 5, "up")
    with pytest.raises(cm.errors.ClickError, match="is a box"):
        semantic.box(1, 1, 9, 9)
    with pytest.raises(cm.errors.ClickError, match="is a box"):
        open_session("depth", photo, trimap).box(1, 1, 9, 9)
    with pytest.raises(cm.errors.ClickError, match=r"stroke 1 has the label 1.*'erase'"):
        open_session("depth", photo, trimap).stroke([(5, 5)], label=1)
    with pytest.raises(cm.errors.ClickError, match=r"stroke 1 has the value -2.*metres from"):
        open_session("depth", photo, trimap).stroke([(5, 5)], value=-2.0)
    with pytest.raises(cm.errors.ClickError, match=r"stroke 1 has the value '2'.*metres from"):
        open_session("depth", photo, trimap).stroke([(5, 5)], value="2")
    with pytest.raises(cm.errors.OptionError, match=r"There is no mark 'first'. There are 0"):
        open_session("depth", photo, trimap).remove("first")
    with pytest.raises(cm.errors.ClickError, match=r"stroke 1 has the value 2.0.*a class and no"):
        semantic.stroke([(5, 5)], label="car", value=2.0)


def test_options_of_another_task_are_refused(photo: RGB, trimap: np.ndarray) -> None:
    with pytest.raises(cm.errors.OptionError, match="trimap belongs to the task 'matting'"):
        cm.Session(photo, model=model("depth"), trimap=trimap)
    with pytest.raises(cm.errors.OptionError, match="neither a trimap nor a prior"):
        cm.Session(photo, model=model("matting"))
    with pytest.raises(cm.errors.OptionError, match="moves click maps"):
        cm.Session(photo, model=model("depth"), refine="distmap-brs")
    with pytest.raises(cm.errors.OptionError, match="is of the task 'depth'"):
        cm.Session(photo, model=model("depth"), task="semantic")


@pytest.mark.parametrize("task", ["semantic", "depth"])
@pytest.mark.parametrize(
    "refine",
    [
        cm.Refine("sb", learning_rate=0.001),
        cm.Refine("rgb-brs", learning_rate=0.01),
        cm.Refine("rgb-brs", energy="brs", learning_rate=1.0),
        cm.Refine("bmsb", energy="clicks", learning_rate=0.05),
        cm.Refine("bmsb", top_k=4, learning_rate=0.001),
        cm.Refine("sb", at=("encoder", "decoder"), learning_rate=0.001),
    ],
    ids=["sb", "rgb", "rgb, brs", "clicks", "top-k", "two places"],
)
def test_every_way_to_refine_moves_the_prediction_towards_the_click(
    task: str, refine: cm.Refine, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap, refine=refine)
    click(session, 45, 32)
    energies = session.report.energies
    assert min(energies) < energies[0]


def test_what_the_trimap_knows_changes_only_where_a_click_reaches(
    photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session("matting", photo, trimap, refine=cm.Refine("sb", energy="clicks"))
    click(session, 45.5, 32.5, radius_px=6)
    alpha = numbers(session)
    assert (alpha[:10] == 0).all()
    assert (alpha[-10:] == 1).all()
    session.click(45.5, 3.5, value=1.0, radius_px=8)
    assert numbers(session)[3, 45] > 0


SAID = {"semantic": {"label": 2}, "matting": {"value": 0.25}, "depth": {"value": 3.5}}


def said(task: str) -> float:
    return next(iter(SAID[task].values()))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("refine", ["region", "bmsb", "none"])
@pytest.mark.parametrize("with_prior", [False, True])
def test_an_exact_stroke_paints_its_pixels_alone_and_erasing_gives_them_back(
    task: str,
    refine: str,
    with_prior: bool,
    photo: RGB,
    trimap: np.ndarray,
    rng: np.random.Generator,
) -> None:
    prior, options = made_prior(task, rng) if with_prior else (None, {})
    session = open_session(task, photo, trimap, refine=refine, prior=prior, **options)
    first = numbers(session).copy()
    session.stroke([(30.5, 30.5), (50.5, 30.5)], radius_px=4, exact=True, **SAID[task])
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    apart = np.hypot(columns - columns.clip(30, 50), rows - 30)
    np.testing.assert_array_equal(session.reach, apart <= 4)
    np.testing.assert_array_equal(numbers(session), np.where(apart <= 4, said(task), first))
    session.stroke([(40.5, 30.5)], label="erase", radius_px=2)
    dot = np.hypot(columns - 40, rows - 30) <= 2
    np.testing.assert_array_equal(
        numbers(session), np.where((apart <= 4) & ~dot, said(task), first)
    )


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("refine", ["region", "bmsb"])
def test_what_was_painted_exactly_holds_against_later_clicks_beside_it(
    task: str, refine: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap, refine=refine)
    session.stroke([(30.5, 30.5), (60.5, 30.5)], radius_px=3, exact=True, **SAID[task])
    painted = session.reach
    for x, y in [(40.5, 36.5), (50.5, 24.5), (35.5, 37.5)]:
        click(session, x, y, radius_px=25)
    if task == "depth":
        session.click(10.5, 50.5, value=9.0)
    assert (numbers(session)[painted] == said(task)).all()
    click(session, 45.5, 30.5, radius_px=2)
    assert numbers(session)[30, 45] == pytest.approx(
        session.feedback[-1].label if task == "semantic" else session.feedback[-1].value
    )


@pytest.mark.parametrize("task", TASKS)
def test_protected_pixels_stay_in_every_task(
    task: str, photo: RGB, trimap: np.ndarray, rng: np.random.Generator
) -> None:
    session = open_session(task, photo, trimap, refine="region")
    kept = np.indices((SIZE[1], SIZE[0]))[1] >= 40
    first = numbers(session).copy()
    session.protect(kept)
    session.stroke([(20.5, 30.5), (70.5, 30.5)], radius_px=3, **SAID[task])
    click(session, 35.5, 40.5, radius_px=25)
    if task == "depth":
        session.click(10.5, 50.5, value=9.0)
    np.testing.assert_array_equal(numbers(session)[kept], first[kept])
    assert not (session.reach & kept).any()
    assert (numbers(session) != first).any()
    with pytest.raises(cm.errors.ClickError, match="is protected"):
        click(session, 45.5, 30.5)


def test_a_click_on_a_stroke_of_a_depth_map_speaks_for_the_room_and_leaves_the_rest_of_it(
    photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session("depth", photo, trimap, refine="region")
    session.stroke([(20.5, 30.5), (60.5, 30.5)], radius_px=2, value=3.5)
    session.click(40.5, 30.5, value=5.0)
    assert numbers(session)[30, 40] == 5
    assert numbers(session)[30, 25] == 3.5


def test_a_click_does_not_wait_for_the_variables_and_the_next_one_finds_them_moved(
    photo: RGB, trimap: np.ndarray
) -> None:
    session, settled, alone = (
        open_session("semantic", photo, trimap, **options)
        for options in ({}, {}, {"refine": "region"})
    )
    for one in (session, settled, alone):
        one.click(45, 32, label=2)
    assert session.report is None
    assert np.array_equal(numbers(session), numbers(alone))
    before = numbers(settled).copy()
    settled.settle()
    assert np.array_equal(numbers(settled), before)
    for one in (session, settled, alone):
        one.click(80, 10, label=2)
    assert np.array_equal(numbers(session), numbers(settled))
    assert not np.array_equal(numbers(session), numbers(alone))
    session.undo()
    assert np.array_equal(numbers(session), before)


def test_a_click_with_a_radius_and_one_of_a_named_layer_wait(
    photo: RGB, trimap: np.ndarray
) -> None:
    by_default = open_session("semantic", photo, trimap)
    by_default.click(45, 32, label=2, radius_px=9)
    assert by_default.report.energies
    named = open_session("semantic", photo, trimap, refine="sb")
    named.click(45, 32, label=2)
    assert named.report.energies
