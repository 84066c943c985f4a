#!/usr/bin/env bash
# Two objects found perfectly, judged by pycocotools, where the numbers of the annotations begin at 0.
# globox writes them so.
#
# Guessed: ids are names; 0 and 1 give AP 1 as 1 and 2 do.
# True:    AP falls to 0.252. The evaluation notes beside each result the id that it met and takes 0
# for "none", so the annotation 0 can never be found: a hit on it is a false alarm. Nothing is
# raised. faster-coco-eval computes the same, and warns.
# Matters: a set that is counted from 0 has one object too few to find for everybody; a small set, or
# a class with few objects, loses much. clickmend counts from 1 and gives LabelMe's group 0 another
# number.
# Versions: globox 2.9.0 numpy 2.2.6 pycocotools 2.0.11
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check globox==2.9.0 numpy==2.2.6 pycocotools==2.0.11
"$place/venv/bin/python" - "$place/set.json" <<'PYTHON'
import contextlib
import io
import json
import sys

import globox
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

boxes = [[10, 10, 20, 20], [60, 60, 20, 20]]
made = globox.AnnotationSet()
photo = globox.Annotation("a.png", image_size=(100, 100))
for x, y, width, height in boxes:
    photo.add(globox.BoundingBox.create(label="cat", coords=(x, y, x + width, y + height)))
made.add(photo)
made.save_coco(sys.argv[1], auto_ids=True)
with open(sys.argv[1]) as file:
    content = json.load(file)
assert [one["id"] for one in content["annotations"]] == [0, 1]


def precision(first_id):
    for number, one in enumerate(content["annotations"]):
        one["id"] = first_id + number
    names = {key: content["annotations"][0][key] for key in ("image_id", "category_id")}
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = content
        truth.createIndex()
        found = truth.loadRes([{**names, "bbox": box, "score": 0.9} for box in boxes])
        judge = COCOeval(truth, found, "bbox")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    return round(float(judge.stats[0]), 3)


print("from 0:", precision(0), "from 1:", precision(1))
assert precision(1) == 1
assert precision(0) == 0.252
print("still so")
PYTHON
