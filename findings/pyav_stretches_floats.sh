#!/usr/bin/env bash
# A matte or a normalised depth map of floats from 0 to 1 (grayf32le), turned into whole numbers of 8 and of 16 bits by
# PyAV's reformat, as before a lossless video.
#
# Guessed: times 255 and times 65535, rounded; from 16 bits to floats and back, the numbers as they were.
# True:    to 8 bits yes. To 10, 12, 14 and 16 bits the numbers are stretched about the middle, as a video's limited range
# is: 1/8 becomes .073, 1/2 becomes .511, and near the ends all is 0 or the largest. From 16 bits to floats is exact, so
# a round trip alone changes them; naming full range for both sides changes nothing.
# Matters: thin hair of a matte is gone and 8 bits are more exact than 16; depth is wrong by up to a twentieth of the
# range. Multiply in NumPy and hand over whole numbers.
# Versions: av 18.1.0 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import av
import numpy as np


def reformat(array, source, target, **options):
    return av.VideoFrame.from_ndarray(array, format=source).reformat(format=target, **options).to_ndarray()


matte = np.tile(np.linspace(0, 1, 9, dtype=np.float32), (4, 1))
bytes_ = reformat(matte, "grayf32le", "gray")
assert np.abs(bytes_ / 255 - matte).max() < 0.002
for name, bits in (("gray10le", 10), ("gray12le", 12), ("gray14le", 14), ("gray16le", 16)):
    found = reformat(matte, "grayf32le", name)[0] / (2**bits - 1)
    print(name, np.round(found, 3))
    assert np.allclose(found, [0, 0.073, 0.219, 0.365, 0.511, 0.657, 0.804, 0.95, 1], atol=0.002)

deep = np.round(matte * 65535).astype(np.uint16)
floats = reformat(deep, "gray16le", "grayf32le")
assert np.allclose(floats, matte, atol=1e-4)
for options in ({}, {"src_color_range": "JPEG", "dst_color_range": "JPEG"}):
    back = reformat(floats, "grayf32le", "gray16le", **options)
    assert np.abs(back.astype(int) - deep).max() > 3000
print("still so")
PYTHON
