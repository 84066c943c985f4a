#!/usr/bin/env bash
# A red picture with a mask over a blue one, composed by MoviePy, where the mask is an array of bytes, 0 and 255 as mask
# files have them, given as ImageClip(mask, is_mask=True).
#
# Guessed: the object red, for 255 is as much as a byte can hold and pictures in the same class are of bytes; or an error
# that a mask has to be between 0 and 1.
# True:    the object is next to invisible: 1 of 255 parts red. The mask is multiplied by 255 and cut to a byte, so that
# each number n counts as 256 - n: 255 as 1, 1 as 255. Booleans and floats from 0 to 1 are right. The same array as
# three colours, without is_mask and with to_mask(), is right too.
# Matters: cut-outs vanish from the film, and a soft matte of bytes turns into its negative, with a background of 0.
# Divide by 255.
# Versions: moviepy 2.2.1 numpy 2.3.5 pillow 11.3.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check moviepy==2.2.1 numpy==2.3.5 pillow==11.3.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from moviepy import CompositeVideoClip, ImageClip

mask = np.zeros((4, 6), np.uint8)
mask[1:3, 2:5] = 255
red, blue = (ImageClip(np.full((4, 6, 3), colour, np.uint8), duration=1) for colour in ((200, 0, 0), (0, 0, 100)))


def object_colour(mask):
    """The colour of the composition where the object is; elsewhere it has to be blue."""
    frame = CompositeVideoClip([blue, red.with_mask(mask)]).get_frame(0)
    assert frame[0, 0].tolist() == [0, 0, 100]
    return frame[1, 3].tolist()


def as_mask(array):
    return ImageClip(array, is_mask=True, duration=1)


for kind, array in (("floats", mask / 255), ("booleans", mask > 0), ("bytes", mask)):
    print(kind, object_colour(as_mask(array)))
assert object_colour(as_mask(mask / 255)) == object_colour(as_mask(mask > 0)) == [200, 0, 0]
assert object_colour(as_mask(mask))[0] <= 1
faint = mask // 255
assert object_colour(as_mask(faint)) == [200, 0, 0]
as_colours = ImageClip(np.stack([mask] * 3, -1), duration=1).to_mask()
assert object_colour(as_colours) == [200, 0, 0]
print("still so")
PYTHON
