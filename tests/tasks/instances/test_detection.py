"""Tests of what a trained network finds in a photo by itself."""

from datetime import date

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

import clickmend as cm
from clickmend.core.errors import ModelError, OptionError
from clickmend.data import decode_rle
from clickmend.metrics import intersection_over_union as iou
from clickmend.networks import Card, Model, save
from clickmend.networks.decoders.unet import UNet
from clickmend.networks.features.tokens import fine_patches, token_features
from clickmend.networks.heads.detector import Detections
from clickmend.networks.models.attention_shift import AttentionShiftNetwork
from clickmend.networks.weights.cards import Refinement
from clickmend.parts import find_instances
from clickmend.tasks.instances import detection
from clickmend.tasks.instances.detection import Detected, detect
from clickmend.tasks.interactive.engine import InteractiveEngine

VIT = {"width": 16, "depth": 1, "heads": 2, "patch_px": 8, "view_px": 64}
DETECTOR = {"channels": 8, "units": 16, "mask_layers": 1}
PHOTO = np.zeros((100, 200, 3), np.uint8)


@pytest.fixture
def card() -> Card:
    return Card(
        name="made",
        task="instances",
        architecture="attentionshift",
        options={"classes": 2, "vit": VIT, "tokens": 4, "detector": DETECTOR},
        sha256="",
        parameters=0,
        dtype="float32",
        view_px=64,
        labels=("disk", "square"),
        refinement=Refinement(default="none", at=(), learning_rates={}),
        training_data=(),
        terms="",
        stages=(),
        scores={},
        made=date(2026, 1, 1),
        commit="",
    )


@pytest.fixture
def network() -> AttentionShiftNetwork:
    return AttentionShiftNetwork(classes=2, vit=VIT, tokens=4, detector=DETECTOR).eval()


def test_findings_come_back_at_the_size_of_the_photo(card, network, monkeypatch):
    masks = torch.zeros(2, 32, 64, dtype=torch.bool)
    masks[0, :16, :32] = True
    masks[1, 16:, 32:] = True
    said = Detections(
        torch.tensor([[0.0, 0, 32, 16], [32, 16, 64, 32]]),
        torch.tensor([1, 0]),
        torch.tensor([0.9, 0.4]),
        masks.float(),
    )
    seen = []
    monkeypatch.setattr(
        AttentionShiftNetwork, "forward", lambda _self, image: seen.append(image.shape) or [said]
    )
    found = detect(PHOTO, model=Model(network, card), finish="none")
    assert seen == [(1, 3, 32, 64)]
    assert found.labels == ("square", "disk")
    assert found.classes.tolist() == [1, 0]
    assert found.scores.tolist() == pytest.approx([0.9, 0.4])
    assert found.boxes.tolist() == [[0, 0, 100, 50], [100, 50, 200, 100]]
    assert found.masks.shape == (2, 100, 200)
    wanted = np.zeros((100, 200), bool)
    wanted[:50, :100] = True
    assert (found.masks[0] != wanted).mean() < 0.02


def test_nothing_found_is_no_masks(card, network, monkeypatch):
    network.detector.heads.score_thresh = 2.0
    found = detect(PHOTO, model=Model(network, card))
    assert found.masks.shape == (0, 100, 200)
    assert found.labels == ()


@pytest.fixture
def says(monkeypatch):
    """Lets the detector say that there is an object in a box, in pixels of a view of 32 × 64."""

    def say(*boxes):
        masks = torch.zeros(len(boxes), 32, 64, dtype=torch.bool)
        for mask, (x0, y0, x1, y1) in zip(masks, boxes, strict=True):
            mask[max(0, y0) : y1, max(0, x0) : (x0 + x1) // 2] = True  # its left half
        count = len(boxes)
        said = Detections(
            torch.tensor(boxes).float(), torch.zeros(count).long(), torch.ones(count), masks.float()
        )
        monkeypatch.setattr(AttentionShiftNetwork, "forward", lambda *_: [said])

    return say


def test_the_interactive_network_makes_the_masks_of_what_was_found(
    card, network, says, photo, square
):
    says((19, 9, 36, 23))
    found = detect(photo, model=Model(network, card))
    plain = detect(photo, model=Model(network, card), finish="none")
    assert iou(found.masks[0], square) > 0.9 > 0.6 > iou(plain.masks[0], square)
    assert (found.boxes == plain.boxes).all()
    assert (found.scores == plain.scores).all()


def test_masks_are_spread_over_what_looks_alike_without_the_interactive_network(
    card, network, says, photo, square, monkeypatch
):
    def patches(image, asked):
        assert asked is network
        share = cv2.resize(square.astype(np.float32), (16, 8), interpolation=cv2.INTER_AREA)
        return torch.from_numpy(np.stack([share, 1 - share]))

    monkeypatch.setattr(detection, "fine_patches", patches)
    monkeypatch.setattr(InteractiveEngine, "answer", lambda *_: pytest.fail("was asked"))
    says((19, 9, 36, 23))
    found = detect(photo, model=Model(network, card), finish="propagation")
    plain = detect(photo, model=Model(network, card), finish="none")
    assert iou(found.masks[0], square) > 0.9 > 0.6 > iou(plain.masks[0], square)
    assert (found.boxes == plain.boxes).all()


def test_patches_for_that_are_as_fine_for_every_photo_and_of_the_blocks_that_stayed(network):
    image = np.random.default_rng(0).integers(0, 255, (100, 200, 3)).astype(np.uint8)
    assert fine_patches(image, network).shape == (16, 16, 32)
    vit = {**VIT, "depth": 2}
    later = AttentionShiftNetwork(
        classes=2, vit=vit, tokens=4, tokens_from=1, rollout_blocks=1, detector=DETECTOR
    ).eval()
    view = torch.from_numpy(cv2.resize(image, (256, 128), interpolation=cv2.INTER_LINEAR))
    wanted = later.lower(view.permute(2, 0, 1)[None] / 255).patches[0]
    torch.testing.assert_close(fine_patches(image, later), wanted, atol=1e-4, rtol=1e-4)


def test_an_object_that_the_interactive_network_does_not_see_keeps_its_mask(
    card, network, says, photo, monkeypatch
):
    says((19, 9, 36, 23), (10, 2, 10, 20))
    monkeypatch.setattr(InteractiveEngine, "answer", lambda *_: None)
    found = detect(photo, model=Model(network, card))
    plain = detect(photo, model=Model(network, card), finish="none")
    assert plain.masks[0].any()
    assert (found.masks == plain.masks).all()


def test_a_box_beyond_the_photo_is_cut_off_there(card, network, says, photo):
    says((-8, -3, 70, 40))
    found = detect(photo, model=Model(network, card))
    assert found.masks.shape == (1, 100, 200)


def test_a_finish_that_there_is_not_is_refused(card, network):
    with pytest.raises(
        OptionError, match=r"no finish 'best'. Available: none, network, propagation"
    ):
        detect(PHOTO, model=Model(network, card), finish="best")


def test_as_coco_each_finding_has_pixels_class_and_score():
    masks = np.zeros((3, 6, 8), bool)
    masks[0, 1:3, 2:6] = True
    masks[2, 5, 7] = True
    found = Detected(
        masks,
        np.array([1, 0, 0]),
        ("square", "disk", "disk"),
        np.array([0.9, 0.5, 0.25], np.float32),
        np.zeros((3, 4), np.float32),
    )
    content = found.coco(file_name="a.png")
    assert content["images"] == [{"id": 1, "file_name": "a.png", "width": 8, "height": 6}]
    assert content["categories"] == [{"id": 1, "name": "disk"}, {"id": 2, "name": "square"}]
    square, disk = content["annotations"]
    assert (square["category_id"], square["bbox"], square["score"]) == (2, [2, 1, 4, 2], 0.9)
    assert (disk["category_id"], disk["area"], disk["score"]) == (1, 1, 0.25)
    assert (decode_rle(square["segmentation"]) == masks[0]).all()


def test_a_file_and_a_card_do_as_well(card, network, tmp_path):
    save(network, card, tmp_path)
    Image.fromarray(PHOTO).save(tmp_path / "photo.png")
    found = cm.detect(tmp_path / "photo.png", model=tmp_path / f"{card.name}.json", device="cpu")
    wanted = detect(PHOTO, model=Model(network, card))
    np.testing.assert_allclose(found.scores, wanted.scores, rtol=1e-5)
    assert (found.masks != wanted.masks).mean() < 1e-4


def test_weights_of_another_task_are_refused(card):
    with pytest.raises(ModelError, match="AttentionShiftNetwork is needed"):
        detect(PHOTO, model=Model(UNet(), card))


def test_what_the_network_sees_makes_masks_of_points_without_training(card, network):
    features, attention, first_patch = token_features(PHOTO, model=Model(network, card))
    assert features.shape == (16, 4, 8)
    assert first_patch == 1
    found = find_instances(
        features,
        torch.tensor([[37.0, 38.0], [162.0, 62.0]]),
        size=(100, 200),
        attention=attention,
    )
    assert found.labels.shape == (100, 200)
    assert found.labels[38, 37] == 1
    assert found.labels[62, 162] == 2
