#!/usr/bin/env bash
# A label map of the ids 0, 1, 2 and 7 held as floats (as a resampler leaves it), saved by nibabel
# with the data type uint8.
#
# Guessed: whole numbers that fit into 8 bits are written as they are, as integers of 16 bits are.
# True:    floats are always spread over the whole range of the type and a factor is put into the
# head: the file holds 0, 36, 73 and 255, which read as 0, 0.988, 2.004 and 7.0000001. Cut to
# integers, class 1 is gone; compared with 7, nothing is equal. Other readers get the same floats.
# Matters: one save merges a class into the background, and which class depends on the largest
# id in the picture. Round before the save, or hand over integers.
# Versions: nibabel 5.4.2 numpy 2.4.6 simpleitk 2.5.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check nibabel==5.4.2 numpy==2.4.6 simpleitk==2.5.7
"$place/venv/bin/python" - "$place/labels.nii" <<'PYTHON'
import sys

import nibabel
import numpy as np
import SimpleITK


def saved(ids):
    made = nibabel.Nifti1Image(ids.reshape(2, 2, 1), np.eye(4))
    made.set_data_dtype(np.uint8)
    nibabel.save(made, sys.argv[1])
    return nibabel.load(sys.argv[1])


ids = np.array([0, 1, 2, 7])
whole = np.asanyarray(saved(ids.astype(np.int16)).dataobj).ravel()
assert whole.tolist() == [0, 1, 2, 7] and whole.dtype == np.uint8

found = saved(ids.astype(np.float32))
assert np.asarray(found.dataobj.get_unscaled()).ravel().tolist() == [0, 36, 73, 255]
floats = found.get_fdata().ravel()
print("read back:", floats)
assert np.allclose(floats, [0, 0.98823533, 2.0039216, 7]) and not (floats == 7).any()
assert floats.astype(np.uint8).tolist() == [0, 0, 2, 7]
other = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(sys.argv[1])).ravel()
assert sorted(other.astype(np.uint8).tolist()) == [0, 0, 2, 7]
print("still so")
PYTHON
