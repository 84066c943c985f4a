#!/usr/bin/env bash
# An alpha matte of 16 bits, read by pymatting's own load_image as grey.
#
# Guessed: the numbers are divided by 65535, or at least by 256.
# True:    everything from 255 / 65535 up becomes 1: the picture is clipped to 8 bits before it is
# divided. Without a mode it is divided by 255 instead, so one half is 128.5. And save_image cuts
# instead of rounding: .999 is written as 254.
# Matters: a soft matte or trimap of 16 bits turns into a hard mask without a word. Our mattes are
# read by clickmend.data.codecs, never by load_image.
# Versions: numpy 2.4.6 pillow 13.0.0 pymatting 1.1.16
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 pymatting==1.1.16
"$place/venv/bin/python" - "$place" <<'PYTHON'
import sys

import numpy as np
import pymatting
from PIL import Image

file = f"{sys.argv[1]}/alpha.png"
levels = np.array([[0, 100, 300, 32768, 65535]], np.uint16)
Image.fromarray(levels).save(file)
grey = pymatting.load_image(file, "GRAY").ravel()
assert np.allclose(grey, [0, 100 / 255, 1, 1, 1]), grey
as_it_is = pymatting.load_image(file).ravel()
assert np.allclose(as_it_is, levels.ravel() / 255), as_it_is
pymatting.save_image(file, np.array([[0.5, 0.999]]))
assert np.asarray(Image.open(file)).ravel().tolist() == [127, 254]
print("still so")
PYTHON
