#!/usr/bin/env bash
# Two true objects of which one has "ignore": 1 (too blurred to judge, as several converters write it), and one
# result that finds the other, judged by pycocotools.
#
# Guessed: AP 1, for the evaluation reads the key ignore, and has a list of what is to be ignored.
# True:    AP 0.505, as without the key: the evaluation reads it, and then writes the value of iscrowd over it.
# Only a crowd is left out.
# Matters: objects that people marked as not to be judged count as misses, and a detector that learnt
# to leave them out is punished. Leave them out of the file, or call them crowds.
# Versions: numpy 2.2.6 pycocotools 2.0.11
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pycocotools==2.0.11
"$place/venv/bin/python" - <<'PYTHON'
import contextlib
import io

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

clear, blurred = [10, 10, 20, 20], [60, 60, 20, 20]
names = {"image_id": 1, "category_id": 1}


def precision(**marks):
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "images": [{"id": 1, "width": 100, "height": 100}],
            "categories": [{"id": 1, "name": "cat"}],
            "annotations": [
                {"id": 1, **names, "bbox": clear, "area": 400, "iscrowd": 0},
                {"id": 2, **names, "bbox": blurred, "area": 400, **marks},
            ],
        }
        truth.createIndex()
        found = truth.loadRes([{**names, "bbox": clear, "score": 0.9}])
        judge = COCOeval(truth, found, "bbox")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    return round(float(judge.stats[0]), 3)


print("ignore:", precision(iscrowd=0, ignore=1), "crowd:", precision(iscrowd=1))
assert precision(iscrowd=0) == 0.505
assert precision(iscrowd=0, ignore=1) == 0.505
assert precision(iscrowd=1) == 1
print("still so")
PYTHON
