#!/usr/bin/env bash
# The masks of three people, joined by the majority vote of crowd-kit: as booleans, as whole numbers (as its own
# example has them) and as bytes of 0 and 1, or 0 and 255, as mask files give them.
#
# Guessed: the pixels that two of three marked, from all; or bytes of 255 are refused.
# True:    from booleans and numbers with a sign, yes. From bytes the result is the whole picture: the votes are
# doubled and the number of people taken off in the bytes' own type, where 0 - 3 is 253. From 0 and 255
# its RASA gives every pixel that one person marked, and its EM nothing.
# Matters: what comes out has the right shape and type and nothing is raised; everybody then agrees badly with the
# "truth" of every photo. Turn masks into booleans before.
# Versions: crowd-kit 1.4.2 numpy 2.2.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check crowd-kit==1.4.2 numpy==2.2.6
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import pandas as pd
from crowdkit.aggregation import SegmentationEM, SegmentationMajorityVote, SegmentationRASA

masks = np.zeros((3, 6, 8), bool)
masks[0, 1:4, 1:5] = masks[1, 2:5, 2:6] = masks[2, 1:5, 3:7] = True
agreed = masks.sum(0) >= 2


def joined(method, masks):
    rows = [["photo", f"person {n}", mask] for n, mask in enumerate(masks)]
    table = pd.DataFrame(rows, columns=["task", "worker", "segmentation"])
    return method().fit_predict(table)["photo"]


numbers, bytes_of_files = masks.astype(np.uint8), masks.astype(np.uint8) * 255
for kind, given in (("booleans", masks), ("0 and 1", numbers), ("0 and 255", bytes_of_files)):
    for method in (SegmentationMajorityVote, SegmentationRASA, SegmentationEM):
        print(kind, method.__name__, joined(method, given).sum(), "of", agreed.sum(), "of", agreed.size)
assert (joined(SegmentationMajorityVote, masks) == agreed).all()
assert (joined(SegmentationMajorityVote, masks.astype(int)) == agreed).all()
for given in (numbers, bytes_of_files):
    assert joined(SegmentationMajorityVote, given).all()
assert (joined(SegmentationRASA, numbers) == agreed).all()
assert (joined(SegmentationRASA, bytes_of_files) == masks.any(0)).all()
assert not joined(SegmentationEM, bytes_of_files).any()
print("still so")
PYTHON
