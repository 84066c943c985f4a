#!/usr/bin/env bash
# A TIFF of signed 8-bit numbers, such as a change map, in Pillow.
#
# Guessed: numbers below 0 stay below 0 (signed 16 bits do), or the file is refused (as float16
# is).
# True:    it opens as an ordinary grey picture of mode L in which −1 is 255.
# Matters: -1, a usual word for 'no class', would become the void class 255. clickmend.data.stored
# reads TIFF by tifffile, so −1 stays and is refused as an id.
# Versions: numpy 2.2.6 pillow 12.0.0 tifffile 2026.3.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pillow==12.0.0 tifffile==2026.3.3
"$place/venv/bin/python" - <<'PYTHON'
import io

import numpy as np
import tifffile
from PIL import Image


def opened(numbers):
    stream = io.BytesIO()
    tifffile.imwrite(stream, numbers)
    image = Image.open(stream)
    return image.mode, np.asarray(image).tolist()


assert opened(np.array([[-1, 2]], np.int8)) == ("L", [[255, 2]])
assert opened(np.array([[-1, 2]], np.int16)) == ("I", [[-1, 2]])
print("still so")
PYTHON
