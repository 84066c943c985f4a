"""COCO's scores against pycocotools on real masks, and against a case that is known."""

import contextlib
import io

import numpy as np
import pytest
from pycocotools import mask as other_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from clickmend.metrics import CocoScores, coco_scores, compare_instances


def rectangle(rng, shape=(140, 150)):
    mask = np.zeros(shape, bool)
    (y, x), (h, w) = rng.integers(0, 60, 2), rng.integers(8, 110, 2)
    mask[y : y + h, x : x + w] = True
    return mask


def scenes(rng, *, equal=False):
    """Photos with true masks, moved ones as predictions, and some that are of nothing."""
    for _ in range(6):
        truths = [rectangle(rng) for _ in range(4)]
        found = [np.roll(mask, rng.integers(0, 12), axis=1) for mask in truths[1:]]
        found += [rectangle(rng) for _ in range(3)]
        scores = np.full(6, 0.5) if equal else rng.random(6).round(2)
        yield found, truths, scores.tolist(), rng.choice(list("abc"), 6), rng.choice(list("ab"), 4)


def ours(photos, *, crowd=None):
    return coco_scores(
        [
            compare_instances(
                found,
                there,
                scores=s,
                classes=c.tolist(),
                true_classes=t.tolist(),
                ignore=crowd,
            )
            for found, there, s, c, t in photos
        ]
    )


def rle(mask):
    return other_mask.encode(np.asfortranarray(mask, np.uint8))


def theirs(photos, *, crowd=None):
    """The same masks given to pycocotools, and a crowd of every class in each photo."""
    truth, found = COCO(), []
    annotations = []
    for number, (predictions, truths, scores, classes, true_classes) in enumerate(photos, start=1):
        for mask, name in zip(truths, true_classes, strict=True):
            annotations.append(
                {"id": len(annotations) + 1, "image_id": number, "category_id": ord(name)}
                | {"segmentation": rle(mask), "area": int(mask.sum()), "iscrowd": 0}
            )
        for name in "abc" if crowd is not None else "":
            annotations.append(
                {"id": len(annotations) + 1, "image_id": number, "category_id": ord(name)}
                | {"segmentation": rle(crowd), "area": int(crowd.sum()), "iscrowd": 1}
            )
        for mask, score, name in zip(predictions, scores, classes, strict=True):
            one = {"image_id": number, "category_id": ord(name), "score": score}
            found.append(one | {"segmentation": rle(mask)})
    truth.dataset = {
        "images": [{"id": n, "height": 140, "width": 150} for n in range(1, len(photos) + 1)],
        "categories": [{"id": ord(name), "name": name} for name in "abc"],
        "annotations": annotations,
    }
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(found), "segm")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation.stats


@pytest.mark.parametrize("equal", [False, True], ids=["scores", "ties"])
@pytest.mark.parametrize("seed", range(4))
def test_the_scores_are_those_of_pycocotools(seed, equal):
    photos = list(scenes(np.random.default_rng(seed), equal=equal))
    stats = theirs(photos)
    scores = ours(photos)
    told = (scores.ap, scores.ap50, scores.ap75)
    told += (scores.ap_small, scores.ap_medium, scores.ap_large, scores.ar)
    wanted = [None if value < 0 else value for value in (*stats[:6], stats[8])]
    assert told == pytest.approx(wanted)


def test_what_is_found_in_a_crowd_counts_as_in_pycocotools():
    """Truths keep clear of the crowd; of what is found some lies in it, some by seven tenths."""
    crowd = np.zeros((140, 150), bool)
    crowd[100:] = True
    photos = []
    for found, truths, scores, classes, true_classes in scenes(np.random.default_rng(0)):
        clear = [mask & ~crowd for mask in (*found, *truths)]
        clear[3], clear[4] = crowd & (np.arange(150) < 60), np.zeros_like(crowd)
        clear[4][86:132, 90:140] = True
        photos.append((clear[:6], clear[6:], scores, classes, true_classes))
    stats, scores = theirs(photos, crowd=crowd), ours(photos, crowd=crowd)
    assert (scores.ap, scores.ap50, scores.ap75, scores.ar) == pytest.approx((*stats[:3], stats[8]))
    assert scores.ap > ours(photos).ap


def test_a_mask_of_overlap_0_8_is_found_at_the_thresholds_up_to_it():
    truth, found = np.zeros((2, 40, 40), bool)
    truth[:, :] = True
    found[:32] = True
    photo = compare_instances([found], [truth], scores=[1], classes="a", true_classes="a")
    scores = coco_scores([photo])
    assert (scores.ap50, scores.ap75) == (1.0, 1.0)
    assert scores.ap == pytest.approx(0.7)  # 0.5, 0.55 … 0.8
    assert (scores.ap_small, scores.ap_medium, scores.ap_large) == (None, pytest.approx(0.7), None)


def test_what_is_found_where_nothing_is_has_no_score():
    mask = np.ones((4, 4), bool)
    photo = compare_instances([mask], [], scores=[1], classes="a", true_classes="")
    assert (
        coco_scores([photo])
        == coco_scores([])
        == CocoScores(
            ap=None, ap50=None, ap75=None, ap_small=None, ap_medium=None, ap_large=None, ar=None
        )
    )


def test_of_a_class_the_surest_hundred_of_a_photo_count():
    truths = np.zeros((1, 10, 10), bool)
    truths[0, :5] = True
    others = [np.roll(truths[0], 5, axis=0)] * 100
    photo = compare_instances(
        [*others, truths[0]],
        [*truths],
        scores=[1.0] * 100 + [0.5],
        classes="a" * 101,
        true_classes="a",
    )
    assert coco_scores([photo]).ap == 0
