"""Tests of the call that mends one photo, a list of them, or a stream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import clickmend as cm
from clickmend.core.errors import ClickError, ModelError, NotAvailableError, OptionError
from clickmend.interfaces.pipeline import Item, Pipeline
from clickmend.tasks.prediction import Prediction


@pytest.fixture(scope="module")
def photo() -> NDArray[np.uint8]:
    """A bright disk on dark noise, 64 × 96."""
    rows, columns = np.mgrid[:64, :96]
    noise = np.random.default_rng(0).integers(0, 40, (64, 96, 3))
    noise[(rows - 30) ** 2 + (columns - 50) ** 2 < 18**2] += 180
    return noise.astype(np.uint8)


def test_it_predicts_what_a_session_does(photo: NDArray[np.uint8]) -> None:
    click = cm.Click(50, 30)
    session = cm.Session(photo, task="interactive")
    wanted = session.add(click)
    pipe = cm.pipeline("interactive")
    np.testing.assert_array_equal(pipe(photo, marks=[click]).mask, wanted.mask)
    np.testing.assert_array_equal(pipe(photo, marks=click).probability, wanted.probability)


def test_a_prior_is_mended_and_what_is_protected_stays(photo: NDArray[np.uint8]) -> None:
    prior = np.zeros((64, 96), bool)
    prior[20:40, 30:60] = True
    protect = np.zeros((64, 96), bool)
    protect[:, 60:] = True
    found = cm.pipeline("interactive")(photo, marks=[cm.Click(64, 30)], prior=prior)
    assert found.mask[30, 64]
    with pytest.raises(ClickError, match="protected"):
        cm.pipeline("interactive")(photo, marks=[cm.Click(64, 30)], prior=prior, protect=protect)
    kept = cm.pipeline("interactive")(photo, marks=[cm.Click(55, 42)], prior=prior, protect=protect)
    np.testing.assert_array_equal(kept.mask[protect], prior[protect])


def test_a_list_is_answered_by_a_list_and_a_stream_by_a_stream(
    photo: NDArray[np.uint8], tmp_path: Path
) -> None:
    Image.fromarray(photo).save(tmp_path / "photo.png")
    pipe = cm.pipeline("depth", "depth-s", refine="region")
    photos: list[Item] = [
        photo,
        tmp_path / "photo.png",
        str(tmp_path / "photo.png"),
        Image.fromarray(photo),
    ]
    found = pipe(photos, marks=[cm.Click(10, 12, value=2.0)])
    assert [float(one.depth_m[12, 10]) for one in found] == [2.0] * 4
    read = []

    def stream() -> Iterator[NDArray[np.uint8]]:
        for number in range(3):
            read.append(number)
            yield photo

    answers = pipe(stream())
    assert read == []
    next(answers)
    assert read == [0]
    assert len(list(answers)) == 2


def test_marks_that_can_be_gone_through_once_are_put_on_every_photo(
    photo: NDArray[np.uint8],
) -> None:
    pipe = cm.pipeline("interactive")
    click = cm.Click(30, 25)
    first, second = pipe([photo, photo], marks=iter([click]))
    np.testing.assert_array_equal(first.logits, pipe(photo, marks=[click]).logits)
    np.testing.assert_array_equal(second.logits, first.logits)


def test_a_photo_may_bring_marks_and_priors_of_its_own(photo: NDArray[np.uint8]) -> None:
    prior = np.full((64, 96), 3.0, np.float32)
    pipe = cm.pipeline("depth", depth_scale=1.0)
    mark = cm.Click(50, 30, value=1.5, radius_px=4)
    mended, own, scaled = pipe(
        [
            {"photo": photo, "marks": [mark]},
            {"photo": photo, "prior": prior + 1},
            {"photo": photo, "depth_scale": 0.5},
        ],
        prior=prior,
    )
    assert mended.depth_m[30, 50] == 1.5
    assert mended.depth_m[0, 0] == 3.0
    assert (own.depth_m == 4.0).all()
    assert (scaled.depth_m == 1.5).all()


def test_the_network_is_read_and_its_task_known_before_any_photo() -> None:
    assert cm.pipeline(model="depth-s").model is cm.from_pretrained("depth-s")
    with pytest.raises(ModelError, match="nothing-like-it"):
        cm.pipeline("depth", "nothing-like-it")
    with pytest.raises(OptionError, match=r"'depth-s' is for the task 'depth'.*'matting'"):
        cm.pipeline("matting", "depth-s")
    with pytest.raises(NotAvailableError, match="no task 'instances' for a session"):
        cm.pipeline("instances")


def test_what_is_no_photo_or_no_mark_or_no_option_is_refused(photo: NDArray[np.uint8]) -> None:
    pipe: Pipeline[Prediction] = Pipeline()
    with pytest.raises(OptionError, match=r"int is not a photo\. Allowed are a path"):
        pipe(3)  # type: ignore[call-overload]
    with pytest.raises(
        OptionError, match=r"no photo among the keys 'marks'\. A mapping needs the key"
    ):
        pipe({"marks": []})
    with pytest.raises(ClickError, match=r"\(3, 4\) is not a mark\. .*cm\.Click\(212, 140\)"):
        pipe(photo, marks=[(3, 4)])
    with pytest.raises(OptionError, match="trimap"):
        pipe(photo, trimap=photo[..., 0])
