"""Tests of the several looks that true distances scale."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import clickmend as cm
from clickmend.core.types import FloatMap
from clickmend.networks import Model
from clickmend.tasks.dense_viewer import DenseViewer
from clickmend.tasks.depth.rules import DepthRules
from clickmend.tasks.refine import Refine

HEIGHT, WIDTH = 64, 96
PHOTO = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
CENTRES = (np.arange(WIDTH) + 0.5) / WIDTH


class Slanted(nn.Module):
    """Says from 1 m at the left to e m at the right, e² m of views less than 96 pixels wide."""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = nn.Identity()
        self.widths: list[int] = []

    def forward(self, image: Tensor) -> Tensor:
        """Metres."""
        height, width = image.shape[-2:]
        self.widths.append(width)
        slope = 1.0 if width == WIDTH else 2.0
        x = (torch.arange(width) + 0.5) / width
        return self.decoder((slope * x).exp().expand(1, 1, height, width) + 0 * image[:, :1])


@pytest.fixture
def slanted() -> Slanted:
    return Slanted()


def model(slanted: Slanted, *looks_px: int) -> Model:
    wrapped = cm.wrap(slanted, task="depth", at="decoder", view_px=WIDTH)
    card = wrapped.card.model_copy(update={"looks_px": looks_px})
    return Model(slanted.eval(), card)


def looks(slanted: Slanted, *looks_px: int) -> FloatMap:
    viewer = DenseViewer(PHOTO, model(slanted, *looks_px), DepthRules(), Refine("region"))
    return viewer.looks[0]


def test_without_sizes_the_only_look_is_the_network_s_own(slanted: Slanted) -> None:
    np.testing.assert_allclose(looks(slanted), np.tile(CENTRES, (HEIGHT, 1)), atol=1e-5)


def test_a_photo_and_its_mirror_image_are_turned_back_before_their_mean(slanted: Slanted) -> None:
    np.testing.assert_allclose(looks(slanted, WIDTH), 0.5, atol=1e-5)


def test_looks_of_all_sizes_count_alike(slanted: Slanted) -> None:
    np.testing.assert_allclose(looks(slanted, WIDTH, 64), (0.5 + 1.0) / 2, atol=1e-5)


def test_a_look_that_is_the_view_is_not_taken_twice(slanted: Slanted) -> None:
    made = model(slanted, WIDTH, 64)
    slanted.widths.clear()
    session = cm.Session(PHOTO, model=made, refine="region")
    assert session.prediction.depth_m.shape == (HEIGHT, WIDTH)
    assert slanted.widths == [WIDTH]
    session.prepare()
    assert slanted.widths == [WIDTH, WIDTH, 64, 64]
    session.click(20.5, 30.5, value=4.0)
    session.click(70.5, 30.5, value=4.0)
    assert slanted.widths == [WIDTH, WIDTH, 64, 64]


def test_marks_scale_the_mean_and_no_mark_leaves_the_network_s_answer(slanted: Slanted) -> None:
    session = cm.Session(PHOTO, model=model(slanted, WIDTH), refine="region")
    own = session.prediction.depth_m.copy()
    np.testing.assert_allclose(own, np.exp(np.tile(CENTRES, (HEIGHT, 1))), rtol=1e-5)
    middle = float(np.exp(0.5))
    session.click(20.5, 30.5, value=middle)
    np.testing.assert_allclose(session.prediction.depth_m, middle, rtol=1e-4)
    session.undo()
    np.testing.assert_array_equal(session.prediction.depth_m, own)


def test_a_given_map_and_a_mark_with_a_radius_take_no_further_look(slanted: Slanted) -> None:
    made = model(slanted, WIDTH, 64)
    slanted.widths.clear()
    prior = np.full((HEIGHT, WIDTH), 2.0, np.float32)
    given = cm.Session(PHOTO, model=made, refine="region", prior=prior)
    given.prepare()
    given.click(20.5, 30.5, value=4.0)
    cm.Session(PHOTO, model=made, refine="region").click(20.5, 30.5, value=4.0, radius_px=9)
    assert set(slanted.widths) == {WIDTH}
    assert len(slanted.widths) == 2


def test_where_variables_move_inside_the_network_their_answer_is_scaled(slanted: Slanted) -> None:
    made = model(slanted, WIDTH, 64)
    slanted.widths.clear()
    session = cm.Session(PHOTO, model=made, refine="bmsb")
    session.click(20.5, 30.5, value=4.0)
    assert set(slanted.widths) == {WIDTH}
