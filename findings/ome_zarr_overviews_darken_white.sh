#!/usr/bin/env bash
# A mask of 0 and 255 with an odd number of columns, written by ome-zarr (write_image) with its overviews.
#
# Guessed: white is 255 on all levels away from the edge of the object, as a mean of equal numbers is.
# True:    nowhere: the largest number of the second level is 254, of the fifth 253. The means come out a trace below
# 255 and are cut, not rounded. A picture that is white all over stays 255, and so does most of a mask of 64 or 512
# columns.
# Matters: a viewer or a network that reads an overview and compares with 255 finds an empty mask, in pictures of some
# widths; opaque mattes let a little through. Compare with 127, or write masks as labels (write_labels).
# Versions: numpy 2.2.6 ome-zarr 0.18.0 scikit-image 0.26.0 zarr 3.1.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
  numpy==2.2.6 ome-zarr==0.18.0 scikit-image==0.26.0 zarr==3.1.6
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import zarr
from ome_zarr.writer import write_image


def largest(picture):
    """Of each level."""
    group = zarr.group(zarr.storage.MemoryStore())
    write_image(picture, group, axes="yx")
    return [int(np.asarray(group[name]).max()) for name in sorted(group.array_keys())]


def half_white(size):
    mask = np.zeros((size, size), np.uint8)
    mask[:, : size // 2] = 255
    return mask


for size in (65, 512):
    print(size, "half white", largest(half_white(size)), "white", largest(np.full((size, size), 255, np.uint8)))
assert largest(half_white(65))[0] == 255 and max(largest(half_white(65))[1:]) == 254
assert set(largest(half_white(512))) == set(largest(np.full((65, 65), 255, np.uint8))) == {255}
print("still so")
PYTHON
