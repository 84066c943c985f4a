#!/usr/bin/env bash
# A depth map as an array that is not row by row in memory (a transposed view, every second
# column, Fortran order), written to an EXR file by the official Python binding.
#
# Guessed: the writer copies such an array to row order, or refuses it as it refuses float64.
# True:    it writes the memory as if it were row by row, without a word. A transposed view comes
# back with its numbers in another order, every second column as the first half of each row.
# Matters: a depth map that was turned, cropped by steps or loaded from a MATLAB file is saved
# scrambled, and the file opens everywhere. Arrays are made contiguous before they are written.
# Versions: numpy 2.4.6 openexr 3.5.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 openexr==3.5.3
"$place/venv/bin/python" - "$place/depth.exr" <<'PYTHON'
import sys

import numpy as np
import OpenEXR

metres = np.arange(20, dtype=np.float32).reshape(4, 5)


def read_back(array: np.ndarray) -> np.ndarray:
    OpenEXR.File({}, {"Z": array}).write(sys.argv[1])
    return OpenEXR.File(sys.argv[1]).channels()["Z"].pixels


assert np.array_equal(read_back(metres), metres)
for view, in_memory in (
    (metres.T, metres.reshape(5, 4)),
    (metres[:, ::2], np.arange(12, dtype=np.float32).reshape(4, 3)),
    (np.asfortranarray(metres), metres.T.reshape(4, 5)),
):
    found = read_back(view)
    assert np.array_equal(found, in_memory) and not np.array_equal(found, view)
    assert np.array_equal(read_back(np.ascontiguousarray(view)), view)
print("still so")
PYTHON
