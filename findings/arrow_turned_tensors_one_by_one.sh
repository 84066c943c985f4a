#!/usr/bin/env bash
# Two depth maps, kept as columns by rows in memory (a transposed view), as a column of tensors in
# Apache Arrow, read back all at once and one at a time.
#
# Guessed: both give the maps; the order of the axes is part of the column's type for that.
# True:    all at once they are right. One at a time the shape is right, but the numbers are in another
# order: neither the map nor its transpose. Through a Parquet file it is the same.
# Matters: a table of masks or depths passes a test over the whole column and gives scrambled maps to
# the loop that takes them one by one. Make arrays contiguous before they become a column.
# Versions: numpy 2.4.6 pyarrow 26.0.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pyarrow==26.0.1
"$place/venv/bin/python" - "$place/maps.parquet" <<'PYTHON'
import sys

import numpy as np
import pyarrow
from pyarrow import parquet

maps = np.arange(24, dtype=np.float32).reshape(2, 3, 4).transpose(0, 2, 1)
assert maps[0].tolist() == [[0, 4, 8], [1, 5, 9], [2, 6, 10], [3, 7, 11]]

column = pyarrow.FixedShapeTensorArray.from_numpy_ndarray(maps)
parquet.write_table(pyarrow.table({"depth": column}), sys.argv[1])
from_file = parquet.read_table(sys.argv[1])["depth"].combine_chunks()
for read in (column, from_file):
    assert np.array_equal(read.to_numpy_ndarray(), maps)
    one = read[0].to_numpy()
    print(one.tolist())
    assert one.shape == maps[0].shape
    assert one.tolist() == [[0, 3, 6], [1, 4, 7], [2, 5, 8], [3, 6, 9]]

straight = pyarrow.FixedShapeTensorArray.from_numpy_ndarray(np.ascontiguousarray(maps))
assert np.array_equal(straight[0].to_numpy(), maps[0])
print("still so")
PYTHON
