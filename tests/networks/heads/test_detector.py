"""Tests of the detector over the patches of a transformer."""

import pytest
import torch
from torchvision.ops import box_iou

from clickmend.networks.heads.detector import Detector, strides_of

SIZE = (64, 96)


def make(patch_px: int, **options: float) -> Detector:
    return Detector(
        16,
        classes=3,
        patch_px=patch_px,
        channels=16,
        units=32,
        mask_layers=1,
        regions=32,
        proposals=20,
        most=5,
        **options,
    )


def maps(patch_px: int, batch: int = 2) -> list[torch.Tensor]:
    return [torch.randn(batch, 16, SIZE[0] // patch_px, SIZE[1] // patch_px) for _ in range(4)]


@pytest.mark.parametrize("patch_px", [4, 8, 16])
def test_the_pyramid_has_the_strides_4_to_64_for_any_patch(patch_px):
    detector = make(patch_px).eval()
    shapes = []
    detector.proposals.head.register_forward_pre_hook(
        lambda _part, given: shapes.extend(tuple(each.shape[2:]) for each in given[0])
    )
    with torch.no_grad():
        detector(maps(patch_px), SIZE)
    assert shapes == [(16, 24), (8, 12), (4, 6), (2, 3), (1, 2)]


@pytest.mark.parametrize(
    ("patch_px", "strides"),
    [(2, (4, 8, 16, 32)), (14, (7, 14, 28, 56)), (12, (6, 12, 24, 48)), (32, (4, 8, 16, 32))],
)
def test_strides_are_whole_for_patches_that_are_no_power_of_2(patch_px, strides):
    assert strides_of(patch_px) == strides


def test_anchors_of_patches_of_14_pixels_lie_where_their_maps_do():
    detector = make(14).eval()
    seen = []
    detector.proposals.anchor_generator.register_forward_hook(
        lambda _part, given, made: seen.append((given[1], made))
    )
    with torch.no_grad():
        detector([torch.randn(1, 16, 8, 12) for _ in range(4)], (112, 168))
    ((maps, (anchors,)),) = seen
    assert [tuple(each.shape[2:]) for each in maps] == [(16, 24), (8, 12), (4, 6), (2, 3), (1, 2)]
    finest = anchors[: 16 * 24 * 3].view(16, 24, 3, 4)
    centres = (finest[..., :2] + finest[..., 2:]) / 2
    assert centres[15, 23, 1].tolist() == [23 * 7, 15 * 7]


def test_an_answer_lies_in_the_picture_and_its_scores_fall():
    detector = make(8).eval()
    with torch.no_grad():
        answers = detector(maps(8), SIZE)
    assert len(answers) == 2
    for found in answers:
        count = len(found.boxes)
        assert 0 < count <= 5
        assert found.masks.shape == (count, *SIZE)
        assert torch.equal(found.masks, found.probabilities >= 0.5)
        assert found.scores.diff().le(0).all()
        assert found.labels.min() >= 0
        assert found.labels.max() < 3
        assert found.boxes.min() >= 0
        assert (found.boxes <= torch.tensor([96, 64, 96, 64])).all()


def test_boxes_of_a_class_overlap_by_less_than_one_object_may():
    given = maps(8, batch=1)
    for overlap in (0.9, 0.1):
        torch.manual_seed(0)
        detector = make(8, overlap=overlap).eval()
        with torch.no_grad():
            (found,) = detector(given, SIZE)
        between = box_iou(found.boxes, found.boxes)
        between *= found.labels[:, None] == found.labels
        most = float(between.fill_diagonal_(0).max())
        assert most <= overlap
        if overlap == 0.9:
            assert most > 0.1


def test_a_picture_without_a_finding_has_no_masks():
    detector = make(8).eval()
    detector.heads.score_thresh = 2.0
    with torch.no_grad():
        found = detector(maps(8, batch=1), SIZE)[0]
    assert found.masks.shape == (0, *SIZE)


def test_proposals_on_objects_know_which_object_of_which_picture():
    boxes = [torch.tensor([[0.0, 0, 30, 30], [50, 20, 90, 60]]), torch.tensor([[10.0, 10, 40, 50]])]
    classes = [torch.tensor([2, 0]), torch.tensor([1])]
    said = make(8).propose(maps(8), SIZE, boxes, classes)
    assert said.class_logits.shape[1] == 4
    assert said.masks.shape[1:] == (28, 28)
    kinds = said.classes[said.classes > 0] - 1
    assert len(kinds) == len(said.boxes) == len(said.masks) >= 3
    for kind, wanted, picture, at in zip(
        kinds, said.wanted, said.picture, said.objects, strict=True
    ):
        assert torch.equal(wanted, boxes[picture][at])
        assert kind == classes[picture][at]
    assert said.proposal_loss.isfinite()
