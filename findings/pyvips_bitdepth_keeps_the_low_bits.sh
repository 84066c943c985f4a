#!/usr/bin/env bash
# A matte and a class map of 8 bits, saved by pyvips as PNG of 4 bits, to make the file smaller.
#
# Guessed: the upper bits are kept, so greys become the nearest of 16 (and small class numbers 0); or
# class numbers below 16 come back as they were and greater ones are refused.
# True:    the lower four bits are written: 128 and 240 become black and 17 becomes 1. On reading, by
# pyvips as by Pillow, they are spread to 255, so class 7 comes back as 119. Neither sort survives.
# Matters: half-transparent hair is gone from a matte, and a class map has other classes; both look
# fine as black and white. Leave bitdepth at 8.
# Versions: numpy 2.4.6 pillow 13.0.0 pyvips 3.2.0 pyvips-binary 8.18.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 pyvips==3.2.0 pyvips-binary==8.18.7
"$place/venv/bin/python" - "$place" <<'PYTHON'
import sys

import numpy as np
import pyvips
from PIL import Image


def back(numbers, bits):
    file = f"{sys.argv[1]}/{bits}-{numbers[1]}.png"
    rows = np.tile(np.array([numbers], np.uint8), (4, 1))
    pyvips.Image.new_from_array(rows).write_to_file(file, bitdepth=bits)
    read = pyvips.Image.new_from_file(file).numpy()[0].tolist()
    assert np.asarray(Image.open(file))[0].tolist() == read
    return read


matte, classes = [0, 15, 17, 128, 240, 255], [0, 1, 2, 7]
print(back(matte, 4), back(classes, 4))
assert back(matte, 8) == matte and back(classes, 8) == classes
assert back(matte, 4) == [0, 255, 17, 0, 0, 255]
assert back(classes, 4) == [0, 17, 34, 119]
print("still so")
PYTHON
