#!/usr/bin/env bash
# A patch pasted into a depth map by Pillow through a soft mask of one half, in modes of 8, 16 and 32 bits and
# of floats.
#
# Guessed: halfway between the two depths, as its help says of masks between 0 and 255 and as 8 bits are; or
# an error for modes that cannot.
# True:    not the numbers are mixed but each of their bytes. Halfway between 255 and 257 mm is 384; as
# floats, halfway between 1 m and 2 m is 3 m, and between 1000 and 3000 it is 3492. Masks of 0 and 255
# are right.
# Matters: depth mended with a feathered edge gets a rim nearer or farther than both sides, and ids pasted
# through a smoothed mask become others. Blend in NumPy.
# Versions: numpy 2.4.6 pillow 13.0.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from PIL import Image


def pasted(below, patch, kind, opacity=128):
    picture = Image.fromarray(np.full((4, 4), below, kind))
    over = Image.fromarray(np.full((4, 4), patch, kind))
    picture.paste(over, (0, 0), Image.fromarray(np.full((4, 4), opacity, np.uint8)))
    return picture.mode, np.asarray(picture)[0, 0].item()


assert pasted(100, 200, np.uint8) == ("L", 150)
for kind, mode in ((np.uint16, "I;16"), (np.int32, "I"), (np.float32, "F")):
    print(mode, pasted(255, 257, kind), pasted(1, 2, kind), pasted(1000, 3000, kind))
    assert pasted(1000, 3000, kind, 255) == (mode, 3000)
    assert pasted(1000, 3000, kind, 0) == (mode, 1000)
for kind in (np.uint16, np.int32):
    assert pasted(255, 257, kind)[1] == 384
assert pasted(1, 2, np.float32)[1] == 3
assert pasted(1000, 3000, np.float32)[1] == 3492
assert "will mix the two images together" in " ".join(Image.Image.paste.__doc__.split())
print("still so")
PYTHON
