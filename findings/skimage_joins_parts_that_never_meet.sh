#!/usr/bin/env bash
# Two label maps of 20 parts each, one of stripes and one of columns, joined by scikit-image (join_segmentations) so
# that two pixels are in one part where they are in one part of both: as bytes and as wider numbers.
#
# Guessed: 400 parts, in a wider kind of number, for 400 do not fit a byte.
# True:    so it is of wider numbers. Of bytes 251 parts come out: a part's number is computed in bytes and wraps, so
# that pixels which are in one part of neither map get one number. The result is of bytes again. Nothing is raised.
# Matters: superpixels joined with a class map, or the areas of two people with each other, are often bytes with less
# than 256 parts each; 16 parts by 16 are enough. Areas at two ends of a picture become one object. Widen both maps
# first.
# Versions: numpy 2.4.6 scikit-image 0.26.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scikit-image==0.26.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from skimage.segmentation import join_segmentations

rows, columns = np.mgrid[1:21, 1:21]
joined = {kind: join_segmentations(rows.astype(kind), columns.astype(kind)) for kind in (np.uint8, np.uint16, np.int64)}
for kind, parts in joined.items():
    print(kind.__name__, "gives", len(np.unique(parts)), "parts, as", parts.dtype)
assert joined[np.uint8].dtype == np.uint8
assert len(np.unique(joined[np.uint8])) == 251
assert all(len(np.unique(joined[kind])) == 400 for kind in (np.uint16, np.int64))
first = np.argwhere(joined[np.uint8] == joined[np.uint8][0, 0])
print("one part, of these rows and columns:", first.tolist())
assert len(first) > 1 and len(set(first[:, 0])) == len(set(first[:, 1])) == len(first)
print("still so")
PYTHON
