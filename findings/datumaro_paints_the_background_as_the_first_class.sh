#!/usr/bin/env bash
# One object of 24 pixels, of the last of three classes, in a picture of 40×60, exported by Datumaro as the masks of
# KITTI, Pascal VOC, CamVid and Cityscapes, and imported again.
#
# Guessed: one object of 24 pixels of its class from each, as from VOC; pixels that nobody labelled belong to no class.
# True:    from KITTI two masks come back: the object, and one of the first class, cat, over all other 2376 pixels. The
# three others put a class "background" first, and leave it out where it was not there; KITTI's paints what is
# unlabelled with the number of the first class.
# Matters: every photo shows a cat that fills it, a count by class is led by that class, and a network learns that the
# background is one. Put a class "background" first in the list before the export.
# Versions: datumaro 1.13.12 numpy 2.4.6 opencv-python-headless 4.14.0.94
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check datumaro==1.13.12 numpy==2.4.6 \
  opencv-python-headless==4.14.0.94
venv/bin/python -W ignore - <<'PYTHON'
import tempfile

import datumaro as dm
import numpy as np

mask = np.zeros((40, 60), bool)
mask[10:14, 20:26] = True


def again(form, classes):
    """Names and areas of the masks after a round through files."""
    own = dm.Mask(mask, label=len(classes) - 1, id=1, group=1, attributes={"is_crowd": False})
    photo = dm.Image.from_numpy(np.zeros((40, 60, 3), np.uint8))
    item = dm.DatasetItem("photo", subset="train", media=photo, annotations=[own])
    with tempfile.TemporaryDirectory() as folder:
        data = dm.Dataset.from_iterable([item], categories=classes, media_type=dm.Image)
        data.export(folder, form, save_media=True)
        back = dm.Dataset.import_from(folder, form)
        names = back.categories()[dm.AnnotationType.label]
        return sorted((names[one.label].name, int(one.get_area())) for item in back for one in item.annotations)


for form, found in (
    ("kitti_segmentation", [("cat", 2376), ("cow", 24)]),
    ("voc_segmentation", [("cow", 24)]),
    ("camvid", [("cow", 24)]),
    ("cityscapes", [("cow", 24)]),
):
    masks = again(form, ["cat", "dog", "cow"])
    print(form, masks)
    assert masks == found
assert again("kitti_segmentation", ["background", "cat", "cow"]) == [("background", 2376), ("cow", 24)]
print("still so")
PYTHON
