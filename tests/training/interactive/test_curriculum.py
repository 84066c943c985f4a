"""Tests of what the network is told."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from clickmend.networks import ARCHITECTURES
from clickmend.networks.encoding import MarkEncoding
from clickmend.training.interactive.curriculum import (
    Curriculum,
    Example,
    begin,
    correct,
    encode,
)
from clickmend.training.objects import View


@pytest.fixture
def view() -> View:
    ys, xs = np.mgrid[:64, :64]
    truth = (xs - 40) ** 2 + (ys - 30) ** 2 < 12**2
    return View(np.zeros((64, 64, 3), np.uint8), truth, np.ones_like(truth))


def test_the_three_tasks_come_one_after_the_other(view: View) -> None:
    plan = Curriculum(random_clicks_from=0.2, corrective_clicks_from=0.5)

    def drawn(progress: float) -> list[Example]:
        return [begin(view, plan, np.random.default_rng(n), progress=progress) for n in range(80)]

    assert all(e.box is not None and not e.clicks for e in drawn(0.1))
    second = drawn(0.3)
    assert any(e.clicks for e in second)
    assert all(e.previous is None for e in second)
    assert any(e.previous is not None for e in drawn(0.9))


def test_a_prior_without_clicks_is_its_own_truth_and_stays_closed(view: View) -> None:
    plan = Curriculum(keep_prior_share=1.0)
    example = begin(view, plan, np.random.default_rng(0), progress=0.9)
    assert example.clicks == []
    assert not example.open
    assert example.previous is not None
    assert np.array_equal(example.previous > 0.5, example.view.truth)


def test_clicks_on_a_prior_lie_in_its_errors(view: View) -> None:
    plan = Curriculum(keep_prior_share=0.0, corrupted_prior_share=1.0)
    for seed in range(20):
        example = begin(view, plan, np.random.default_rng(seed), progress=0.9)
        assert example.previous is not None
        for click in example.clicks:
            at = int(click.y), int(click.x)
            assert view.truth[at] == click.is_foreground
            assert (example.previous[at] > 0.5) != click.is_foreground


def test_one_point_per_object_is_a_click_anywhere_in_it_and_at_times_one_in_each_other(
    view: View,
) -> None:
    others = np.zeros((64, 64), np.uint16)
    others[:10, :10], others[50:, :20] = 7, 3
    plan = Curriculum(pointed_share=1.0)
    drawn = [
        begin(replace(view, others=others), plan, np.random.default_rng(seed), progress=0.9)
        for seed in range(60)
    ]
    own = [example.clicks[-1] for example in drawn]
    assert all(view.truth[int(c.y), int(c.x)] and c.is_foreground for c in own)
    assert max(np.hypot(c.x - 40.5, c.y - 30.5) for c in own) > 9
    told = [[others[int(c.y), int(c.x)] for c in example.clicks[:-1]] for example in drawn]
    assert {tuple(sorted(numbers)) for numbers in told} == {(), (3, 7)}
    assert not any(c.is_foreground for example in drawn for c in example.clicks[:-1])
    assert all(e.box is None and e.previous is None for e in drawn)


def test_all_objects_are_asked_for_at_once_by_a_click_in_each(view: View) -> None:
    others = np.zeros((64, 64), np.uint16)
    others[:10, :10], others[50:, :20] = 7, 3
    plan = Curriculum(pointed_share=1.0, together_share=1.0)
    for seed in range(20):
        known = replace(view, others=others)
        example = begin(known, plan, np.random.default_rng(seed), progress=0.5)
        assert np.array_equal(example.view.truth, view.truth | (others > 0))
        assert all(click.is_foreground for click in example.clicks)
        at = [(int(click.y), int(click.x)) for click in example.clicks]
        assert {int(others[place]) for place in at} == {0, 3, 7}
    everywhere = replace(view, others=np.where(view.truth, 0, 1).astype(np.uint16))
    alone = begin(everywhere, plan, np.random.default_rng(0), progress=0.5)
    assert np.array_equal(alone.view.truth, view.truth)


def test_where_no_other_object_is_known_there_is_one_click(view: View) -> None:
    plan = Curriculum(pointed_share=1.0)
    for seed in range(20):
        assert len(begin(view, plan, np.random.default_rng(seed), progress=0.0).clicks) == 1


def test_encoding_puts_every_mark_into_its_channel(view: View) -> None:
    previous = np.full((64, 64), 0.25, np.float32)
    example = begin(view, Curriculum(), np.random.default_rng(1), progress=0.04)
    example.previous = previous
    image, marks = encode([example], MarkEncoding("disk", 4))
    assert image.shape == (1, 3, 64, 64)
    assert (marks[0, 3] == 0.25).all()
    assert marks[0, :3].sum() > 0


def test_a_round_adds_a_click_and_hands_the_mask_on(view: View) -> None:
    torch.manual_seed(0)
    network = ARCHITECTURES["interactive-unet"](widths=(8, 8, 8, 8)).train()
    examples = [Example(view), Example(view, open=False)]
    correct(
        network,
        examples,
        np.random.default_rng(0),
        drop_previous=0.0,
        autocast=torch.autocast("cpu", enabled=False),
    )
    assert len(examples[0].clicks) == 1
    assert examples[0].previous is not None
    assert examples[1].clicks == []
    assert examples[1].previous is None
    assert network.training


def test_the_papers_views_have_a_box_and_clicks_at_once(view: View) -> None:
    plan = Curriculum(
        random_clicks_from=0.2,
        corrective_clicks_from=1.0,
        box_share=1.0,
        boxed_clicks_share=1.0,
        most_boxed_clicks=3,
    )
    numbers = set()
    for seed in range(60):
        example = begin(view, plan, np.random.default_rng(seed), progress=0.1 + 0.1 * (seed % 2))
        assert example.box is not None
        said = [click.is_foreground for click in example.clicks]
        numbers.add((sum(said), len(said) - sum(said)))
    assert numbers <= {(p, n) for p in (1, 2, 3) for n in (0, 1, 2, 3)} | {(0, 0)}
    assert {(1, 0), (3, 3), (0, 0)} <= numbers
