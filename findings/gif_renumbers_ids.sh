#!/usr/bin/env bash
# A palette picture of the ids 0, 1, 2 and 7, saved by Pillow as GIF, BMP and PNG.
#
# Guessed: a lossless format with a palette gives the same indices back.
# True:    GIF drops the colours that no pixel has and numbers the others anew: 7 comes back as 3.
# The colours are right, the ids are not. BMP and PNG keep them; so does GIF with optimize=False.
# Matters: class maps and id maps kept as GIF are other maps after one save, and nothing in the
# file tells.
# Versions: numpy 2.2.6 pillow 12.0.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pillow==12.0.0
"$place/venv/bin/python" - <<'PYTHON'
import io

import numpy as np
from PIL import Image


def back(kind, **options):
    image = Image.fromarray(np.tile(np.array([[0, 1, 2, 7]], np.uint8), (8, 4)))
    image.putpalette([value for i in range(8) for value in (30 * i, 200 - 20 * i, 5 * i)])
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    again = Image.open(stream)
    assert (np.asarray(again.convert("RGB")) == np.asarray(image.convert("RGB"))).all()
    return np.asarray(again)[0, :4].tolist()


assert back("PNG") == back("BMP") == [0, 1, 2, 7]
assert back("GIF") == [0, 1, 2, 3]
assert back("GIF", optimize=False) == [0, 1, 2, 7]
print("still so")
PYTHON
