#!/usr/bin/env bash
# A matte of floats between 0 and 1, resized by transformers (image_transforms.resize), to its own size by the nearest
# pixel.
#
# Guessed: the same matte: it is an array of floats, an array of floats comes back, and nothing is to be interpolated.
# True:    each value becomes a 255th, cut off and not rounded: .999 becomes .996, 1/512 becomes 0, one half .498; the mean
# falls by half a 255th. The result is of floats again. Where all are 0 or 1, it is of bytes, 0 and 1. Depth beyond 1 m and
# ids beyond 255 raise an error.
# Matters: the 16 bits of a matte are 8 afterwards, faint hair is gone and all the rest is darker, while type and range
# look as before. Resize by torch, or by Pillow in mode F.
# Versions: numpy 2.4.6 pillow 13.0.0 transformers 5.23.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 transformers==5.23.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from transformers.image_transforms import resize
from transformers.image_utils import PILImageResampling


def to_its_own_size(picture):
    options = {"data_format": "channels_first", "input_data_format": "channels_first"}
    return resize(picture, picture.shape[1:], resample=PILImageResampling.NEAREST, **options)


matte = np.array([[[0, 1 / 512, 0.25, 0.5, 0.999, 1]]], np.float32)
found = to_its_own_size(matte)
print(matte.ravel(), "becomes", found.ravel(), found.dtype)
assert found.dtype == np.float32
assert np.allclose(found * 255, [[[0, 0, 63, 127, 254, 255]]], atol=1e-4)

many = np.random.default_rng(0).random((1, 100, 100), np.float32)
assert abs((many - to_its_own_size(many)).mean() - 0.5 / 255) < 1e-4

hard = to_its_own_size(np.array([[[0, 1, 1]]], np.float32))
assert (hard.dtype, hard.tolist()) == (np.uint8, [[[0, 1, 1]]])
for beyond in (matte * 5, np.array([[[0, 7, 300]]], np.uint16)):
    try:
        to_its_own_size(beyond)
    except ValueError:
        continue
    raise AssertionError(beyond)
print("still so")
PYTHON
