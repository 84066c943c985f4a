#!/usr/bin/env bash
# A film in which an object is followed perfectly for three quarters and badly in the last one, judged by TrackEval's
# J&F (the measures of DAVIS), whose J-Decay is the mean of the first quarter less that of the last.
#
# Guessed: the same decay whether the film has 200 frames or 400.
# True:    of 200 frames it is .52; of 300 it is NaN and of 400 it is 0. The frames where the quarters begin are kept
# as bytes, so beyond 255 they begin again at 0: of 400 frames the last "quarter" ends at frame 143, and in others it
# is empty.
# Matters: long films are where a tracker drifts, and there the measure of drift says 0. A mean over films is NaN by
# one of them, or too low without a sign of it. J, F and their recalls are right.
# Versions: matplotlib 3.11.2 numpy 2.4.6 pycocotools 2.0.11 scikit-image 0.26.0 scipy 1.17.1 trackeval 1.3.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check matplotlib==3.11.2 numpy==2.4.6 \
  pycocotools==2.0.11 scikit-image==0.26.0 scipy==1.17.1 trackeval==1.3.0
"$place/venv/bin/python" - <<'PYTHON'
import contextlib
import io

import numpy as np
import trackeval
from pycocotools import mask as coco

whole = np.zeros((40, 40), np.uint8, order="F")
whole[5:20, 5:20] = 1
part = whole.copy(order="F")
part[:, 12:] = 0


def measures(frames):
    """Of an object of which a part is found in the last quarter of so many frames."""
    late = frames - frames // 4
    film = {
        "num_timesteps": frames,
        "num_gt_ids": 1,
        "num_tracker_ids": 1,
        "gt_ids": [[0]] * frames,
        "tracker_ids": [[0]] * frames,
        "gt_dets": [[coco.encode(whole)] for _ in range(frames)],
        "tracker_dets": [[coco.encode(whole if frame < late else part)] for frame in range(frames)],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        return trackeval.metrics.JAndF().eval_sequence(film)


for frames in (200, 300, 400):
    found = measures(frames)
    print(f"{frames} frames: J {found['J-Mean']:.3f}, decay {found['J-Decay']:.3f}")
    assert abs(found["J-Mean"] - 0.867) < 0.001
    right = {200: lambda decay: 0.5 < decay < 0.54, 300: np.isnan, 400: lambda decay: decay == 0}[frames]
    assert right(found["J-Decay"])
print("still so")
PYTHON
