#!/usr/bin/env bash
# A computed tomogram in Hounsfield's units, air -1000 and bone 300, as whole numbers of 16 bits with a sign, as DICOM
# readers give them, and a class map with -1 for "no label", made images by ANTsPy (from_numpy).
#
# Guessed: floats, or an error, for ANTs has no images of such numbers; 64 bits with a sign at worst rounded.
# True:    all whole numbers but bytes become 32 bits without a sign: air is 4294966296, no label is 4294967295, and the
# mean of air, water and bone is 1.4 thousand million. The bright things of the picture are outside the body. Nothing is
# raised or warned of. Floats are right.
# Matters: a threshold for air (below -500) finds nothing, one for bone (above 200) finds the air, and a registration
# runs on a picture turned inside out. Give it floats.
# Versions: antspyx 0.5.3 numpy 2.3.5
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check antspyx==0.5.3 numpy==2.3.5
"$place/venv/bin/python" - <<'PYTHON'
import warnings

warnings.simplefilter("ignore")
import ants
import numpy as np

tomogram = np.array([[-1000, -1000, 0], [0, 300, 300]])
bone = tomogram > 200
for kind in (np.int16, np.int32, np.int64, np.float32):
    image = ants.from_numpy(tomogram.astype(kind))
    found = image.numpy()
    print(kind.__name__, "becomes", image.pixeltype, found.tolist(), "mean", image.mean())
    if kind is np.float32:
        assert image.pixeltype == "float" and np.array_equal(found, tomogram)
    else:
        assert image.pixeltype == "unsigned int"
        assert np.array_equal(found, tomogram.astype(np.int64) % 2**32)
        assert np.array_equal(found > 200, bone | (tomogram < 0))
assert ants.from_numpy(np.array([[-1, 0], [7, 1]], np.int8)).numpy()[0, 0] == 2**32 - 1
print("still so")
PYTHON
