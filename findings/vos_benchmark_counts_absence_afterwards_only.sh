#!/usr/bin/env bash
# A film of ten frames with an object that is seen in the first two, found with an IoU of .47 there and rightly
# nowhere else, judged by vos-benchmark; and the same film from its end to its beginning.
#
# Guessed: the same score both ways: a mean over frames does not ask for their order.
# True:    .893 and .467. A frame in which an object is rightly absent counts as 1 once the object was seen, in the
# truth or in the prediction, and not at all before. So a false pixel in the first frame of the second film makes it
# .793: one more error, and a higher score.
# Matters: films in which objects come late score lower than those in which they leave early, and tools are ranked by
# that. TrackEval counts the absence on both sides: .893 each time.
# Versions: numpy 2.4.6 opencv-python-headless 4.14.0.94 vos-benchmark 0.1.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==4.14.0.94 \
  vos-benchmark==0.1.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from vos_benchmark.evaluator import Evaluator

nothing = np.zeros((40, 40), np.uint8)
whole = nothing.copy()
whole[5:20, 5:20] = 1
part = whole.copy()
part[:, 12:] = 0


def score(truth, found):
    judge = Evaluator()
    for one, other in zip(found, truth, strict=True):
        judge.feed_frame(one, other)
    return judge.conclude()[0][1]


truth, found = [whole] * 2 + [nothing] * 8, [part] * 2 + [nothing] * 8
speck = nothing.copy()
speck[30, 30] = 1
forwards = score(truth, found)
backwards = score(truth[::-1], found[::-1])
worse = score(truth[::-1], [speck, *found[::-1][1:]])
print(f"forwards {forwards:.1f}, backwards {backwards:.1f}, backwards with a false pixel {worse:.1f}")
assert abs(forwards - 89.33) < 0.01
assert abs(backwards - 46.67) < 0.01
assert abs(worse - 79.33) < 0.01
print("still so")
PYTHON
