#!/usr/bin/env bash
# The mean of several masks of bytes, 0 and 255, as of several people or runs, by nilearn's mean_img.
#
# Guessed: a mean of floats: 255 where all agree, 127.5 where one of two does.
# True:    where both of two agree it is 127, where one does 127.5: the masks are summed in their own bytes, which wrap,
# and divided afterwards. Of three that agree it is 84.3. Of 200 and 101 it is 22.5. As 16 bits with a sign, or floats,
# it is right.
# Matters: a vote of masks has its least where all agree, and a mean picture of bytes, which is what background and
# probe are cut from, has dark holes at what is bright. Nothing is raised and no warning says so.
# Versions: nibabel 5.4.2 nilearn 0.14.1 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check nibabel==5.4.2 nilearn==0.14.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import warnings

import nibabel
import numpy as np
from nilearn.image import mean_img

one = np.array([0, 0, 255, 255]).reshape(4, 1, 1)
other = np.array([0, 255, 0, 255]).reshape(4, 1, 1)


def mean(kind, *arrays):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        images = [nibabel.Nifti1Image(array.astype(kind), np.eye(4)) for array in arrays]
        return np.asarray(mean_img(images).dataobj).ravel().tolist()


for kind in (np.uint8, np.int16, np.float32):
    print(kind.__name__, "mean of two", mean(kind, one, other), "of three that agree", mean(kind, other, other, other))
assert mean(np.uint8, one, other) == [0, 127.5, 127.5, 127]
assert np.allclose(mean(np.uint8, other, other, other), [0, 253 / 3, 0, 253 / 3])
assert mean(np.uint8, np.full((2, 1, 1), 200), np.full((2, 1, 1), 101)) == [22.5, 22.5]
for kind in (np.int16, np.float32):
    assert mean(kind, one, other) == [0, 127.5, 127.5, 255]
print("still so")
PYTHON
