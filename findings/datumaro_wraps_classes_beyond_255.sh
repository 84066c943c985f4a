#!/usr/bin/env bash
# A set of 300 classes, of which one photo shows 1, 45 and 299, exported by Datumaro as the masks of Pascal VOC,
# CamVid, KITTI and Cityscapes, and imported again.
#
# Guessed: the same classes, for these masks are painted in colours and there is a list of 300 different ones beside
# them; or an error where a mask holds numbers of 8 bits.
# True:    as VOC and CamVid class 299 comes back as 43, as KITTI as 255, without a word. The colours in the files are
# those of 300 classes; on the way in they become numbers of 8 bits, which wrap, or on the way out, which stop.
# Cityscapes and COCO's panoptic form give 299.
# Matters: sets with more than 256 classes (scenes, parts, products) come back with classes that the photos do not
# show, in the right places and with the right areas.
# Versions: datumaro 1.13.12 numpy 2.4.6 opencv-python-headless 4.14.0.94
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check datumaro==1.13.12 numpy==2.4.6 \
  opencv-python-headless==4.14.0.94
"$place/venv/bin/python" - <<'PYTHON'
import tempfile

import datumaro as dm
import numpy as np

classes = [f"c{number}" for number in range(300)]
shown = {1: 0, 45: 3, 299: 5}
masks = [
    dm.Mask(np.eye(6, 12, k=place, dtype=bool), label=label, id=number, group=number, attributes={"is_crowd": False})
    for number, (label, place) in enumerate(shown.items(), 1)
]
photo = dm.DatasetItem(
    "photo", subset="train", media=dm.Image.from_numpy(np.zeros((6, 12, 3), np.uint8)), annotations=masks
)
for form, last in (
    ("voc_segmentation", 43), ("camvid", 43), ("kitti_segmentation", 255), ("cityscapes", 299), ("coco_panoptic", 299)
):
    with tempfile.TemporaryDirectory() as folder:
        data = dm.Dataset.from_iterable([photo], categories=classes, media_type=dm.Image)
        data.export(folder, form, save_media=True)
        back = dm.Dataset.import_from(folder, form)
        names = back.categories()[dm.AnnotationType.label]
        found = sorted(
            int(names[mask.label].name.removeprefix("c"))
            for item in back
            for mask in item.annotations
            if mask.get_area() == 6
        )
    print(form, found)
    assert found == sorted([1, 45, last])
print("still so")
PYTHON
