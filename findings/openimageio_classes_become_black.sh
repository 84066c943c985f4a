#!/usr/bin/env bash
# A class map of 32-bit integers with the classes 0 to 7, written to PNG by OpenImageIO; and a depth map of 16
# bits in millimetres, written to EXR.
#
# Guessed: the classes as they are, for 7 fits 8 bits, or a refusal; the millimetres as floats.
# True:    all black, and the writer says it went well: whole numbers are fractions of the largest of their
# type, and 7 of 2147483647 is nothing in 255. The same map in 8 or 16 bits is kept. The EXR is of
# half floats: 1234 becomes 0.0188, and 40000 and 40001 mm are one number afterwards.
# Matters: NumPy's class maps are of 32 bits more often than not. Convert to 8 or 16 bits before a PNG,
# and to 32-bit floats in metres before an EXR.
# Versions: numpy 2.4.6 openimageio 3.2.2.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 openimageio==3.2.2.0
"$place/venv/bin/python" - "$place" <<'PYTHON'
import sys

import numpy as np
import OpenImageIO


def back(numbers, name):
    picture = OpenImageIO.ImageBuf(numbers.reshape(1, -1, 1))
    assert picture.write(f"{sys.argv[1]}/{name}") and not picture.has_error
    file = OpenImageIO.ImageInput.open(f"{sys.argv[1]}/{name}")
    return str(file.spec().format), file.read_image("unknown").ravel().tolist()


classes = np.arange(8)
assert back(classes.astype(np.uint8), "8.png") == ("uint8", list(range(8)))
assert back(classes.astype(np.uint16), "16.png") == ("uint16", list(range(8)))
print(back(classes.astype(np.int32), "32.png"))
assert back(classes.astype(np.int32), "32.png") == ("uint8", [0] * 8)

kind, depths = back(np.array([1234, 40000, 40001], np.uint16), "depth.exr")
print(kind, depths)
assert kind == "half" and abs(depths[0] - 1234 / 65535) < 1e-5 and depths[1] == depths[2]
print("still so")
PYTHON
