#!/usr/bin/env bash
# A picture of one grey, cut into tiles that overlap by half and merged again by tiler (Python), with the windows that
# it offers to hide the seams.
#
# Guessed: the same grey from each window, for what is merged is divided by the sum of the weights.
# True:    with hann, bartlett, bohman and barthann the outermost row and column on each side are 0: these windows are 0
# at a tile's edge, no other tile covers the picture's edge, and where the weights add up to 0 the result is 0. With the
# default, triang, hamming, blackman, parzen and nuttall the picture comes back, to a ten-thousandth.
# Matters: a frame of background, or of a depth of 0 m, around each result: an object that is cut by the picture's edge
# ends before it, and all that works outwards from borders takes the frame for a line. Pad the picture before, and cut.
# Versions: numpy 2.4.6 scipy 1.17.1 tiler 0.6.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 tiler==0.6.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from tiler import Merger, Tiler

grey = np.full((40, 40), 100, np.float32)
frame = np.ones(grey.shape, bool)
frame[1:-1, 1:-1] = False


def merged(window):
    tiler = Tiler(data_shape=grey.shape, tile_shape=(16, 16), overlap=0.5)
    merger = Merger(tiler, window=window)
    for number, tile in tiler(grey):
        merger.add(number, tile)
    return np.asarray(merger.merge(unpad=True))


black = ("hann", "bartlett", "bohman", "barthann")
for window in (None, "boxcar", "triang", "hamming", "blackman", "parzen", "nuttall", *black):
    found = merged(window)
    print(window, "frame", found[frame].min(), "to", found[frame].max(), "within", found[~frame].min())
    assert found.shape == grey.shape and np.allclose(found[~frame], 100, atol=0.01)
    if window in black:
        assert (found[frame] == 0).all()
    else:
        assert np.allclose(found[frame], 100, atol=0.01)
print("still so")
PYTHON
