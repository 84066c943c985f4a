#!/usr/bin/env bash
# A set of two classes in COCO's format, cat 1 and dog 2 (COCO's own numbers begin at 1), one object each, the dog in
# two parts, turned into YOLO's segmentation files and list of names by PyLabel.
#
# Guessed: the classes are counted from 0, as the names in the list beside them are, and an object of two parts becomes
# two lines, or one polygon around both.
# True:    the lines begin with 1 and 2, the list has two names, counted from 0: every cat is a dog, and every dog a
# class without a name. cat_id_index=0 puts it right. Of the dog the first part is written alone. Boxes are
# numbered the same way.
# Matters: where the last class is in no photo, or the set is joined with another, nothing fails, and each class is
# trained under the name of the next. clickmend counts from 0, refuses to write an object in parts, and to read a
# class that has no name.
# Versions: pandas 3.1.1 pillow 13.0.0 pylabel 0.1.55
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 pillow==13.0.0 pylabel==0.1.55
cd "$place"
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import json
from pathlib import Path

import yaml
from PIL import Image
from pylabel import importer

cat = [[2, 3, 12, 3, 12, 9, 2, 9]]
dog = [[20, 3, 24, 3, 24, 9, 20, 9], [26, 3, 30, 3, 30, 9, 26, 9]]
boxes = {1: [2, 3, 10, 6], 2: [20, 3, 10, 6]}
coco = {
    "images": [{"id": 1, "file_name": "photo.png", "width": 40, "height": 30}],
    "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
    "annotations": [
        {"id": n, "image_id": 1, "category_id": n, "segmentation": parts, "bbox": boxes[n], "area": 60, "iscrowd": 0}
        for n, parts in ((1, cat), (2, dog))
    ],
}
Path("coco.json").write_text(json.dumps(coco))
Image.new("RGB", (40, 30)).save("photo.png")


def exported(**options):
    dataset = importer.ImportCoco("coco.json", path_to_images=".", name="set")
    dataset.export.ExportToYoloV5(output_path="yolo/labels", yaml_file="set.yaml", **options)
    names = yaml.safe_load(Path("yolo/set.yaml").read_text())["names"]
    return names, [line.split() for line in Path("yolo/labels/photo.txt").read_text().splitlines()]


for segmentation in (True, False):
    names, lines = exported(segmentation=segmentation)
    print(names, [line[0] for line in lines])
    assert names == ["cat", "dog"] and [line[0] for line in lines] == ["1", "2"]
names, lines = exported(segmentation=True, cat_id_index=0)
assert names == ["cat", "dog"] and [line[0] for line in lines] == ["0", "1"]

first = [float(number) * side for number, side in zip(lines[1][1:], [40, 30] * 4)]
print("parts of the dog", len(dog), "written", first)
assert [round(number, 6) for number in first] == dog[0]
print("still so")
PYTHON
