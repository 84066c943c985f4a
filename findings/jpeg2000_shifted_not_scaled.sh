#!/usr/bin/env bash
# A lossless JPEG 2000 of 12 or 4 bits, written by imagecodecs and read by Pillow.
#
# Guessed: the stored numbers, or levels spread to the full range so that white stays white.
# True:    Pillow shifts the bits up to 16 or 8: the white of 12 bits becomes 65520, that of 4
# bits 240.
# Matters: depths and ids of such files came in times 16, and no white was white.
# clickmend.data.stored reads the precision from the codestream and shifts back.
# Versions: numpy 2.2.6 pillow 12.0.0 imagecodecs 2026.3.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pillow==12.0.0 imagecodecs==2026.3.6
"$place/venv/bin/python" - <<'PYTHON'
import io

import imagecodecs
import numpy as np
from PIL import Image

for bits, numbers, kind, mode, shown in (
    (12, [0, 1000, 2000, 4095], np.uint16, "I;16", [0, 16000, 32000, 65520]),
    (4, [0, 3, 7, 15], np.uint8, "L", [0, 48, 112, 240]),
):
    picture = np.array([numbers] * 4, kind)
    file = imagecodecs.jpeg2k_encode(picture, level=0, bitspersample=bits)
    assert (imagecodecs.jpeg2k_decode(file) == picture).all()
    image = Image.open(io.BytesIO(file))
    assert image.mode == mode
    assert np.asarray(image)[0].tolist() == shown
print("still so")
PYTHON
