#!/usr/bin/env bash
# The panoptic quality of objects alone, by hotcoco's PanopticEval from two sets of masks (which its help offers beside
# the panoptic form with its PNG files): one object, and a mask of it that is twice as large or half as large.
#
# Guessed: 0 for both, for an IoU of .5 is no match; and a false alarm on the background lowers it.
# True:    1 for twice as large, 0 for half. What no true mask covers is "void" in the panoptic rules, and the part of a
# prediction that lies there is left out of its IoU; so is a false alarm that lies there altogether.
# Matters: with true masks of objects and no mask for the rest, as COCO's instances are, whoever paints too much is
# perfect and whoever paints too little is punished. Give the background a mask of its own, as stuff.
# Versions: hotcoco 1.3.0 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check hotcoco==1.3.0 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import contextlib
import io

import hotcoco
import numpy as np
from hotcoco import panoptic


def annotation(number, mask, class_id):
    rle = hotcoco.mask.encode(np.asfortranarray(mask, np.uint8))
    if isinstance(rle["counts"], bytes):
        rle["counts"] = rle["counts"].decode()
    numbers = {"id": number, "image_id": 1, "category_id": class_id, "iscrowd": 0, "area": int(mask.sum())}
    return {**numbers, "segmentation": rle, "score": 0.9}


def quality(true_masks, found_masks):
    """Of things (class 1), the background being class 2."""
    classes = [{"id": 1, "name": "cat", "isthing": 1}, {"id": 2, "name": "rest", "isthing": 0}]
    true = [annotation(number, *pair) for number, pair in enumerate(true_masks, 1)]
    found = [annotation(number, *pair) for number, pair in enumerate(found_masks, 1)]
    photos = [{"id": 1, "width": 40, "height": 20}]
    truth = hotcoco.COCO({"images": photos, "categories": classes, "annotations": true})
    judge = panoptic.PanopticEval(truth, truth.load_res(found))
    with contextlib.redirect_stdout(io.StringIO()):
        judge.run()
    return judge.results()["Things"]["pq"]


def box(left, right):
    mask = np.zeros((20, 40), bool)
    mask[5:15, left:right] = True
    return mask


cat, twice, half, alarm = box(10, 20), box(10, 30), box(10, 15), box(32, 38)
alone = {name: quality([(cat, 1)], [(mask, 1)]) for name, mask in (("twice", twice), ("half", half))}
alone["alarm"] = quality([(cat, 1)], [(cat, 1), (alarm, 1)])
both = [(cat, 1), (~cat, 2)]
with_rest = {name: quality(both, [(mask, 1), (~mask, 2)]) for name, mask in (("twice", twice), ("half", half))}
with_rest["alarm"] = quality(both, [(cat, 1), (alarm, 1), (~cat & ~alarm, 2)])
print("objects alone", alone, "with the rest", with_rest)
assert alone == {"twice": 1, "half": 0, "alarm": 1}
assert with_rest["twice"] == 0 and with_rest["half"] == 0 and abs(with_rest["alarm"] - 1 / 1.5) < 1e-9
print("still so")
PYTHON
