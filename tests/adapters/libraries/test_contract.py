"""One contract for every class of another library, made small, saved, and read back offline."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from library_models import LABELS, MODELS, LibraryModel

import clickmend as cm
from clickmend.networks import Model
from clickmend.networks.models.adapter import Adapted
from clickmend.networks.weight_sharing import frozen_copy
from clickmend.refinement import Replay, insert

SIZE = (96, 64)  # wide: no network here sees a square
CLICK = (40.0, 30.0)


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:
    """No network is asked, and what libraries say while they load is not of interest."""
    patch = pytest.MonkeyPatch()
    patch.setenv("HF_HUB_OFFLINE", "1")
    from transformers.utils import logging as theirs

    theirs.set_verbosity_error()
    theirs.disable_progress_bar()
    logging.getLogger("clickmend").setLevel(logging.ERROR)
    yield
    logging.getLogger("clickmend").setLevel(logging.NOTSET)
    patch.undo()


@pytest.fixture(scope="module", params=MODELS, ids=lambda m: f"{m.library}-{m.name}-{m.task}")
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[LibraryModel, Model, str]:
    kind: LibraryModel = request.param
    source = kind.make(tmp_path_factory.mktemp("models") / "one")
    model = cm.from_pretrained(source, view_px=kind.view_px)
    return kind, model, source


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 255, (4, 6, 3)).astype(np.uint8)
    return np.kron(coarse, np.ones((16, 16, 1), np.uint8))


def opened(kind: LibraryModel, model: Model, photo: np.ndarray, **options: Any) -> cm.Session:
    if kind.task == "matting":
        trimap = np.full(photo.shape[:2], 128, np.uint8)
        trimap[:8], trimap[-8:] = 0, 255
        options["trimap"] = trimap
    return cm.Session(photo, model=model, **options)


def wanted(session: cm.Session) -> dict[str, Any]:
    """What a click says that contradicts what is shown."""
    shown = session.prediction.at(*CLICK)
    if session.task == "semantic":
        classes = session.prediction.classes
        return {"label": (classes.index(shown.label) + 1) % len(classes)}
    if session.task == "depth":
        return {"value": 2 * shown.value}
    if session.task == "matting":
        return {"value": 0.9 if shown.value < 0.5 else 0.1}
    return {"label": "background" if shown.label == "foreground" else "foreground"}


def test_task_and_classes_are_the_networks_own(case) -> None:
    kind, model, _ = case
    assert model.card.task == kind.task
    if kind.task == "semantic" and kind.library == "transformers":
        assert model.card.labels == LABELS
    elif kind.task == "semantic":
        assert model.card.labels == ("0", "1", "2", "3", "4")


def test_the_prediction_has_the_photos_size_and_the_tasks_range(case, photo) -> None:
    kind, model, _ = case
    pixels = opened(kind, model, photo).prediction.pixels
    assert pixels.shape == photo.shape[:2]
    if kind.task == "semantic":
        assert pixels.min() >= 0
        assert pixels.max() < len(model.card.labels)
    elif kind.task == "depth":
        assert np.isfinite(pixels).all()
        assert pixels.min() > 0
    elif kind.task == "matting":
        assert pixels.min() >= 0
        assert pixels.max() <= 1


def test_the_network_answers_a_wide_and_a_high_view_as_its_library_does(case) -> None:
    kind, model, source = case
    if kind.task == "interactive":
        pytest.skip("has a test of its own, test_prompted.py")
    side = min(model.card.view_px, 96)
    sizes = [(side, side)] if kind.square else [(side - 32, side), (side, side - 32)]
    for height, width in sizes:
        pixels = np.random.default_rng(0).integers(0, 255, (height, width, 3)).astype(np.uint8)
        view = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
        beside = (torch.rand(1, 1, height, width).round(),) if kind.task == "matting" else ()
        with torch.no_grad():
            ours = model.network(view, *beside)
            theirs = kind.oracle(source, pixels, *beside)
        assert ours.shape[-2:] == (height, width)
        if kind.task == "semantic":
            same = ours[0].argmax(dim=0) == theirs
            assert same.float().mean() > 0.99
        elif model.card.relative:  # nearness, in a unit of its own
            near, told = 1 / ours[0, 0], theirs / theirs.amax()
            near, told = (near / near.amax())[told > 0.1], told[told > 0.1]
            torch.testing.assert_close(near, told, rtol=1e-3, atol=1e-4)
        else:
            torch.testing.assert_close(ours[0, 0], theirs, rtol=1e-3, atol=1e-4)


def test_insertion_is_the_identity_at_the_start_and_replay_is_bit_equal(case) -> None:
    kind, model, _ = case
    side = min(model.card.view_px, 96)
    view = torch.rand(1, 3, side, side)
    given = [view]
    if kind.task == "matting":
        given.append(torch.rand(1, 1, side, side).round())
    if kind.task == "interactive":
        marks = torch.zeros(1, 4, side, side)
        marks[0, 0, 20, 30] = marks[0, 1, 40, 10] = 1
        given.append(marks)
    with torch.no_grad():
        plain = model.network(*given)
    network = frozen_copy(model.network)
    root = network.module if isinstance(network, Adapted) else network
    with insert(root, dict.fromkeys(model.card.refinement.at, "bmsb")) as insertion:
        replay = Replay(network)
        with torch.no_grad():
            first = replay(*given)
            again = replay(*given)
        torch.testing.assert_close(first, plain, rtol=1e-4, atol=1e-5)
        assert torch.equal(first, again)
        variables = insertion.variables()
        replay(*given).square().mean().backward()
        assert any(v.grad is not None and v.grad.abs().sum() > 0 for v in variables)


def test_a_click_moves_its_pixel_undo_is_exact_and_the_network_stays_as_it_was(case, photo) -> None:
    kind, model, _ = case
    weights = {key: value.clone() for key, value in model.network.state_dict().items()}
    hooks = [len(part._forward_hooks) for part in model.network.modules()]
    session = opened(kind, model, photo, refine=cm.Refine("bmsb", iterations=2))
    before = session.prediction.pixels.copy()
    asked = wanted(session)
    session.click(*CLICK, **asked)
    shown = session.prediction.at(*CLICK)
    if kind.task == "semantic":
        assert session.prediction.classes.index(shown.label) == asked["label"]
    elif kind.task == "interactive":
        assert shown.label == asked["label"]
    else:
        assert shown.value == pytest.approx(asked["value"], rel=1e-5)
    after = session.prediction.pixels.copy()
    session.undo()
    np.testing.assert_array_equal(session.prediction.pixels, before)
    session.redo()
    np.testing.assert_array_equal(session.prediction.pixels, after)
    assert hooks == [len(part._forward_hooks) for part in model.network.modules()]
    now = model.network.state_dict()
    assert all(torch.equal(value, now[key]) for key, value in weights.items())


def test_there_are_sixteen_classes_over_four_tasks() -> None:
    assert len({(kind.library, kind.name) for kind in MODELS}) >= 16
    assert {kind.task for kind in MODELS} == {"interactive", "semantic", "matting", "depth"}
