#!/usr/bin/env bash
# The mean depth of a photo of 2 megapixels in millimetres, as whole numbers of 16 bits (a wall at 5 m), by MLX and by
# tinygrad, both of which give a float as the mean of whole numbers.
#
# Guessed: 5000, as from NumPy and JAX; or whole numbers are refused, as in PyTorch.
# True:    MLX says 857: the numbers are added up in 32 bits, which wrap, and only the sum becomes a float. The mean
# of signed numbers can be negative. Turned into floats first it is 5094 on a CPU, for these too are added one after
# the other in 32 bits. tinygrad's sums of whole numbers wrap in the same way. Bytes and small pictures are right.
# Matters: a megapixel of 4.3 m is enough; a test with a small picture passes, and the wrong mean is a depth like any
# other. Take the mean of the means of rows, of floats.
# Versions: mlx 0.32.4 numpy 2.4.6 tinygrad 0.14.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check 'mlx[cpu]==0.32.4' numpy==2.4.6 tinygrad==0.14.0
"$place/venv/bin/python" - <<'PYTHON'
import os

os.environ["DEV"] = "PYTHON"
import mlx.core as mx
import numpy as np
from tinygrad import Tensor

wall_mm = np.full((1080, 1920), 5000, np.uint16)
found = mx.mean(mx.array(wall_mm)).item()
print("MLX: the mean of", wall_mm.size, "pixels at 5000 mm is", found)
assert abs(found - (5000 * wall_mm.size % 2**32) / wall_mm.size) < 0.01
floats = mx.array(wall_mm).astype(mx.float32)
print("as floats", mx.mean(floats).item(), "by rows", mx.mean(mx.mean(floats, axis=1)).item())
assert 20 < abs(mx.mean(floats).item() - 5000) < 200
assert abs(mx.mean(mx.mean(floats, axis=1)).item() - 5000) < 0.1
assert mx.mean(mx.array(wall_mm[:100, :100])).item() == 5000

for kind, low, high in ((np.uint16, 0.06, 0.07), (np.int16, -0.88, -0.87), (np.int32, -1e-6, 0), (np.uint8, 1, 1)):
    largest = np.iinfo(kind).max
    numbers = np.full(70000, largest, kind)
    by_mlx, by_tinygrad = mx.mean(mx.array(numbers)).item() / largest, Tensor(numbers).mean().item() / largest
    print(kind.__name__, "MLX", by_mlx, "tinygrad", by_tinygrad, "of the right mean")
    assert low <= by_mlx <= high
    assert low <= by_tinygrad <= high
print("still so")
PYTHON
