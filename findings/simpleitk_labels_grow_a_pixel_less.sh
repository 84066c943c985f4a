#!/usr/bin/env bash
# Labels made larger and smaller by SimpleITK's LabelSetDilate and LabelSetErode, and one of them as a mask by its
# BinaryDilate and BinaryErode, with the same radius.
#
# Guessed: the same object; the filters for labels do all of them at once, and both take a radius in pixels.
# True:    the ones for labels go a pixel less: radius 1, their default, changes nothing, and radius 2 is one pixel. And
# it is a length, unless useImageSpacing is switched off: where a pixel is .5 wide, radius 1 is one pixel, 2 three.
# Matters: "separate the labels by a pixel" does nothing, and a band around each object is thinner than the same band
# made object by object. Nothing is said. Ask for one more, or take the masks one by one.
# Versions: numpy 2.4.6 simpleitk 2.5.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 simpleitk==2.5.7
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import SimpleITK as sitk

mask = np.zeros((31, 31), np.uint8)
mask[12:19, 12:19] = 1


def across(filtered):
    """Columns of the object in the middle row."""
    return int((sitk.GetArrayFromImage(filtered)[15] > 0).sum())


picture = sitk.GetImageFromArray(mask)
fine = sitk.GetImageFromArray(mask)
fine.SetSpacing((0.5, 0.5))
for radius_px in (1, 2, 3):
    radii = [radius_px] * 2
    labels = across(sitk.LabelSetDilate(picture, radii)), across(sitk.LabelSetErode(picture, radii))
    masks = across(sitk.BinaryDilate(picture, radii)), across(sitk.BinaryErode(picture, radii))
    on_fine = across(sitk.LabelSetDilate(fine, radii))
    print(f"radius {radius_px}: labels {labels}, mask {masks}, labels on pixels of .5 {on_fine}")
    assert masks == (7 + 2 * radius_px, 7 - 2 * radius_px)
    assert labels == (7 + 2 * (radius_px - 1), 7 - 2 * (radius_px - 1))
    assert on_fine == 7 + 2 * (2 * radius_px - 1)
assert sitk.GetArrayFromImage(sitk.LabelSetDilate(picture)).tolist() == mask.tolist()
print("still so")
PYTHON
