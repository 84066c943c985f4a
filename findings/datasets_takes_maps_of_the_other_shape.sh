#!/usr/bin/env bash
# A mask of 2 rows and 3 columns in a column of Hugging Face's datasets that was declared as 3 × 2 (width and height
# changed places), as a NumPy array and as lists.
#
# Guessed: an error that names the two shapes, for the declared type holds the shape, and a number that does not fit the
# declared bytes raises one.
# True:    it is taken without a word and comes back as 3 rows of 2, its numbers in the order of rows: not turned, but
# cut up. Another number of pixels raises an error.
# Matters: shapes are declared by hand, once a set, and (width, height) is how Pillow says sizes. All masks are scrambled
# then; areas, classes and file sizes are right. Compare one mask with its source before a million.
# Versions: datasets 5.2.0 numpy 2.4.6 pyarrow 26.0.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check datasets==5.2.0 numpy==2.4.6 pyarrow==26.0.1
export HF_HOME="$place/cache" HF_HUB_OFFLINE=1
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from datasets import Array2D, Dataset, Features

mask = np.array([[0, 1, 1], [0, 0, 1]], np.uint8)


def kept(mask, rows, columns):
    declared = Features({"mask": Array2D((rows, columns), "uint8")})
    return Dataset.from_dict({"mask": [mask]}, features=declared)[0]["mask"]


print("declared as it is", kept(mask, 2, 3))
assert kept(mask, 2, 3) == mask.tolist()
print("declared the other way round", kept(mask, 3, 2), "the transpose is", mask.T.tolist())
assert kept(mask, 3, 2) == mask.reshape(3, 2).tolist() == [[0, 1], [1, 0], [0, 1]] != mask.T.tolist()
assert kept(mask.tolist(), 3, 2) == kept(mask, 3, 2)
for wrong in (np.zeros((2, 2), np.uint8), mask + np.full((2, 3), 300)):
    try:
        kept(wrong, 2, 3)
    except Exception as problem:
        print(type(problem).__name__, problem)
    else:
        raise AssertionError("it was taken")
print("still so")
PYTHON
