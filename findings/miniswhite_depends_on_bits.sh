#!/usr/bin/env bash
# A TIFF whose 0 is white (photometric MINISWHITE), of 8 and of 16 bits, in three readers.
#
# Guessed: a reader turns such pictures the right way up, or leaves their numbers alone, at every
# depth.
# True:    Pillow and OpenCV both invert 8 bits and leave 16 bits alone, so a 16-bit scan comes
# out as its negative; tifffile never inverts.
# Matters: a photo of 16 bits was read as its negative and class numbers of 8 bits as 255 minus
# them. Photos are inverted at every depth now, ids and depths at none.
# Versions: numpy 2.2.6 pillow 12.0.0 opencv-python-headless 5.0.0.93 tifffile 2026.3.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pillow==12.0.0 opencv-python-headless==5.0.0.93 tifffile==2026.3.3
"$place/venv/bin/python" - <<'PYTHON'
import io

import cv2
import numpy as np
import tifffile
from PIL import Image

for kind, shown in ((np.uint8, [255, 254, 253]), (np.uint16, [0, 1, 2])):
    stream = io.BytesIO()
    tifffile.imwrite(stream, np.array([[0, 1, 2]], kind), photometric="miniswhite")
    file = stream.getvalue()
    assert np.asarray(Image.open(io.BytesIO(file))).ravel().tolist() == shown
    opened = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED)
    assert opened.ravel().tolist() == shown
    assert tifffile.imread(io.BytesIO(file)).ravel().tolist() == [0, 1, 2]
print("still so")
PYTHON
