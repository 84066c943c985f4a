#!/usr/bin/env bash
# A label map carried along by an optical flow of no motion at all, and of one pixel, by MMCV's flow_warp, by the
# nearest pixel and linearly.
#
# Guessed: with no motion the map as it was; with one pixel to the right the last column is unknown and filled.
# True:    with no motion the last row and the last column become 0, the number for what is missing: a pixel there is
# taken as outside. With one pixel two columns are gone, and the last row. The linear way is off by .000006 besides.
# Matters: labels that are carried from one frame to the next lose a row and a column more than moved out of sight, and
# the objects at the lower and right edge become background there. A film at rest is changed. Give the picture a border
# first.
# Versions: mmcv-lite 2.2.0 mmengine 0.10.7 numpy 2.4.6 opencv-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check addict==2.4.0 numpy==2.4.6 \
  opencv-python-headless==5.0.0.93 packaging==26.4 pillow==13.0.0 platformdirs==4.14.9 pyyaml==6.0.4 \
  rich==15.0.0 termcolor==3.3.0 yapf==0.43.0
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps mmcv-lite==2.2.0 mmengine==0.10.7
"$place/venv/bin/python" - <<'PYTHON'
import warnings

warnings.simplefilter("ignore")
import mmcv
import numpy as np

labels = np.arange(1, 21, dtype=np.float32).reshape(4, 5)


def carried(labels, to_the_right, way):
    flow = np.zeros((*labels.shape, 2), np.float32)
    flow[..., 0] = to_the_right
    return mmcv.flow_warp(labels[..., None], flow, interpolate_mode=way)[..., 0]


for way in ("nearest", "bilinear"):
    still, moved = carried(labels, 0, way), carried(labels, 1, way)
    print(way, "without motion", still, "and by one pixel", moved, sep="\n")
    assert np.allclose(still[:-1, :-1], labels[:-1, :-1], atol=1e-4)
    assert (still[-1] == 0).all() and (still[:, -1] == 0).all()
    assert np.allclose(moved[:-1, :-2], labels[:-1, 1:-1], atol=1e-4)
    assert (moved[-1] == 0).all() and (moved[:, -2:] == 0).all()
print("still so")
PYTHON
