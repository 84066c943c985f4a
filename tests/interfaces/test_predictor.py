"""Tests of SAM's interface over our networks, held against what SAM and SAM 2 answered in."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image
from sam_client import (
    BOX,
    BOXES,
    LABELS,
    POINTS,
    RECORD,
    SIZES,
    asked_as_sam,
    asked_as_sam_2,
    asked_in_the_frame,
    described,
    low_example,
    photo,
    sampled,
)

import clickmend as cm
from clickmend.core.errors import ClickError, ImageError, ModelError, OptionError, PriorError
from clickmend.interfaces.input_frame import PADDING, InputFrame, full_logits, low_logits
from clickmend.interfaces.predictor import expected_iou

RECORDED = json.loads(RECORD.read_text("utf-8"))


@pytest.fixture
def predictor() -> cm.Predictor:
    one = cm.Predictor("interactive-s")
    one.set_image(photo(60, 90))
    return one


def test_client_code_for_sam_and_sam_2_gets_the_shapes_and_types_it_was_written_for() -> None:
    size = SIZES[1]
    one, image = cm.Predictor("interactive-s"), photo(*size)
    wanted = RECORDED[f"{size[1]}×{size[0]}"]
    answers = asked_as_sam(one, image)
    assert described(answers | asked_in_the_frame(one, image)) == wanted["SAM"]
    # SAM 2 hands out masks as 0.0 and 1.0; here they are bool as SAM's.
    found = described(answers | asked_as_sam_2(one))
    told = {name: [text.split()[1] for text in texts] for name, texts in found.items()}
    assert told == {name: [t.split()[1] for t in texts] for name, texts in wanted["SAM 2"].items()}


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_frame_and_the_way_back_from_low_logits_are_sams(size) -> None:
    wanted, frame = RECORDED[f"{size[1]}×{size[0]}"], InputFrame()
    boxes = frame.apply_boxes(BOXES, size)
    np.testing.assert_allclose(boxes.ravel(), wanted["frame"][0], atol=1e-3)
    coords = frame.apply_coords(POINTS, size)
    np.testing.assert_allclose(coords.ravel(), wanted["frame"][1], atol=1e-3)
    back = frame.taken_back(torch.from_numpy(coords), size)
    np.testing.assert_allclose(back, POINTS, atol=1e-4)
    full = full_logits(low_example(), size, frame)
    np.testing.assert_allclose(sampled(full), wanted["full size"], atol=1e-4)


def test_low_logits_hold_the_photo_at_the_top_left_and_padding_beside_it() -> None:
    rows, columns = np.mgrid[:300, :451]
    logits = (12 - np.hypot(rows - 290, columns - 200) / 8).astype(np.float32)
    low, frame = low_logits(logits, InputFrame()), InputFrame()
    assert low.shape == (256, 256)
    assert (low[172:] == PADDING).all()
    again = full_logits(low, (300, 451), frame)
    assert np.abs(again - logits).max() < 0.3
    assert (again[-1] > 0).sum() == pytest.approx((logits[-1] > 0).sum(), abs=2)


def test_an_answer_is_what_a_session_shows_and_going_on_from_it_is_its_next_click(
    predictor: cm.Predictor,
) -> None:
    session = cm.Session(photo(60, 90), model="interactive-s")
    session.click(10, 20)
    masks, scores, logits = predictor.predict(POINTS[:1], LABELS[:1], return_logits=True)
    np.testing.assert_array_equal(masks[0], session.prediction.logits)
    assert np.argmax(scores) == 0
    assert (masks[1] < masks[0]).all()
    assert (masks[2] > masks[0]).all()
    session.click(30, 5, label="background")
    more = {"multimask_output": False, "return_logits": True}
    again, _, _ = predictor.predict(POINTS, LABELS, mask_input=logits[:1], **more)
    np.testing.assert_array_equal(again[0], session.prediction.logits)
    alone, _, _ = predictor.predict(POINTS[1:], LABELS[1:], mask_input=logits[:1], **more)
    np.testing.assert_array_equal(alone[0], session.prediction.logits)
    unled, _, _ = predictor.predict(POINTS, LABELS, **more)
    np.testing.assert_array_equal(unled[0], session.prediction.logits)
    before, _, _ = predictor.predict(POINTS[:1], LABELS[:1], **more)
    np.testing.assert_array_equal(before[0], masks[0])


def test_a_prior_is_mended_as_in_a_session_and_comes_back_to_the_pixel(
    predictor: cm.Predictor,
) -> None:
    mask = np.zeros((60, 90), bool)
    mask[10:40, 20:60] = True
    mask[50, 80] = True  # finer than the square of 256 would keep of a large photo
    predictor.set_prior(mask)
    masks, scores, logits = predictor.predict(multimask_output=False)
    np.testing.assert_array_equal(masks[0], mask)
    assert 0 < scores[0] <= 1
    again, _, _ = predictor.predict(mask_input=logits, multimask_output=False)
    np.testing.assert_array_equal(again[0], mask)
    session = cm.Session(photo(60, 90), model="interactive-s", prior=mask)
    session.click(30, 20, label="background")
    for given in ({}, {"mask_input": logits}):
        found, _, _ = predictor.predict(
            [[30, 20]], [0], multimask_output=False, return_logits=True, **given
        )
        np.testing.assert_array_equal(found[0], session.prediction.logits)
    predictor.set_prior(None)
    with pytest.raises(OptionError, match="There is no prompt"):
        predictor.predict()


def test_logits_from_elsewhere_are_a_mask_to_mend(predictor: cm.Predictor) -> None:
    low = np.full((1, 256, 256), -8.0, np.float32)
    low[:, 40:120, 60:180] = 8
    masks, _, _ = predictor.predict(mask_input=low, multimask_output=False)
    frame = InputFrame()
    np.testing.assert_array_equal(masks[0], full_logits(low[0], (60, 90), frame) > 0)
    clicked, _, _ = predictor.predict([[40, 20]], [0], mask_input=low, multimask_output=False)
    assert not clicked[0, 20, 40]
    assert (clicked[0] <= masks[0]).all()


@pytest.mark.parametrize("which", [0, 1, 2])
def test_logits_of_each_mask_stand_for_it_to_the_pixel(predictor: cm.Predictor, which: int) -> None:
    masks, _, logits = predictor.predict([[30, 20]], [1])
    predictor.predict([[70, 50]], [1])  # something else is asked in between
    again, _, low = predictor.predict(mask_input=logits[which][None], multimask_output=False)
    np.testing.assert_array_equal(again[0], masks[which])
    once_more, _, _ = predictor.predict(mask_input=low, multimask_output=False)
    np.testing.assert_array_equal(once_more[0], masks[which])


def test_no_prompt_is_refused_also_after_one(predictor: cm.Predictor) -> None:
    predictor.predict(box=[10, 10, 60, 50])
    with pytest.raises(OptionError, match="There is no prompt"):
        predictor.predict()


def test_no_points_beside_a_box_are_as_points_left_out(predictor: cm.Predictor) -> None:
    alone = predictor.predict(box=[10, 10, 60, 50])[0]
    beside = predictor.predict(np.zeros((0, 2)), np.zeros(0), box=[10, 10, 60, 50])[0]
    np.testing.assert_array_equal(beside, alone)
    with pytest.raises(OptionError, match="There is no prompt"):
        predictor.predict(np.zeros((0, 2)), np.zeros(0))


def test_a_photo_may_be_bgr_a_picture_or_a_tensor_in_the_frame() -> None:
    image, one = photo(60, 90), cm.Predictor("interactive-s")
    asked = {"point_coords": POINTS, "point_labels": LABELS, "return_logits": True}
    one.set_image(image)
    wanted = one.predict(**asked)[0]
    one.set_image(np.ascontiguousarray(image[..., ::-1]), image_format="BGR")
    np.testing.assert_array_equal(one.predict(**asked)[0], wanted)
    sideways = Image.fromarray(image)
    sideways.getexif()[0x0112] = 6  # SAM takes the pixels as they lie
    one.set_image(sideways)
    np.testing.assert_array_equal(one.predict(**asked)[0], wanted)
    smooth = np.linspace(0, 255, 60 * 90 * 3).reshape(60, 90, 3).astype(np.uint8)
    given = torch.from_numpy(smooth).permute(2, 0, 1)[None]
    one.set_torch_image(one.transform.apply_image_torch(given), (60, 90))
    assert one.original_size == (60, 90)
    assert np.abs(one._photo.astype(int) - smooth).max() <= 3


def test_corners_labelled_2_and_3_are_a_box_and_shares_of_the_photo_are_pixels(
    predictor: cm.Predictor,
) -> None:
    wanted = predictor.predict(POINTS[:1], LABELS[:1], BOX, return_logits=True)[0]
    points = np.array([[10, 20], [2, 2], [30, 30], [0, 0]])
    found = predictor.predict(points, np.array([1, 2, 3, -1]), return_logits=True)[0]
    np.testing.assert_array_equal(found, wanted)
    share = np.array([90, 60])
    found = predictor.predict(
        POINTS[:1] / share, LABELS[:1], BOX / np.tile(share, 2), normalize_coords=False
    )[0]
    np.testing.assert_array_equal(found, wanted > 0)


def test_a_network_of_another_task_is_refused_at_once() -> None:
    with pytest.raises(ModelError, match=r"depth-s.*InteractiveNetwork is needed"):
        cm.Predictor("depth-s")


def test_the_score_is_the_iou_expected_of_the_probabilities() -> None:
    logits = np.log(np.array([[3.0, 1.5], [1 / 3, 1 / 9]])).astype(np.float32)  # .75 .6 .25 .1
    assert expected_iou(logits) == pytest.approx((0.75 + 0.6) / (2 + 0.25 + 0.1))
    assert expected_iou(-np.ones((2, 2), np.float32)) == 0


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({}, OptionError, "There is no prompt.*give for example point_coords"),
        ({"point_coords": [[1, 2]]}, OptionError, "Only one of point_coords and point_labels"),
        ({"point_coords": [1, 2], "point_labels": [1]}, OptionError, r"shape \(2,\).*\[\[x, y\]\]"),
        ({"point_coords": [[1, 2]], "point_labels": [5]}, OptionError, "point_labels contains 5"),
        (
            {"point_coords": [[1, 2]], "point_labels": [2]},
            OptionError,
            "label 2 1 times and label 3 0 times",
        ),
        ({"point_coords": [[95, 2]], "point_labels": [1]}, ClickError, "outside the 90×60 image"),
        ({"box": [1, 2, 3]}, OptionError, r"box has the shape \(3,\)"),
        (
            {
                "box": np.ones((2, 4)),
                "point_coords": np.ones((3, 1, 2)),
                "point_labels": np.ones((3, 1)),
            },
            OptionError,
            "boxes for 2 objects but points for 3",
        ),
        ({"mask_input": np.zeros((60, 90))}, OptionError, r"\(60, 90\).*to set_prior"),
        ({"mask_input": np.full((1, 256, 256), np.inf)}, OptionError, "not finite"),
    ],
)
def test_what_cannot_be_asked_is_refused(predictor, asked, error, says) -> None:
    with pytest.raises(error, match=says):
        predictor.predict(**asked)


def test_photos_and_priors_that_do_not_fit_are_refused(predictor: cm.Predictor) -> None:
    with pytest.raises(PriorError, match="90×60"):
        predictor.set_prior(np.zeros((5, 5), bool))
    with pytest.raises(OptionError, match="image_format is 'HSV'"):
        predictor.set_image(photo(60, 90), "HSV")
    with pytest.raises(ImageError, match=r"shape \(1, 3, 60, 90\).*longer side of 1024"):
        predictor.set_torch_image(torch.zeros(1, 3, 60, 90), (60, 90))
    predictor.reset_image()
    assert not predictor.is_image_set
    with pytest.raises(OptionError, match="No image is set"):
        predictor.predict(POINTS, LABELS)
