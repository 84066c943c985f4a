#!/usr/bin/env bash
# The share of object pixels as the mean of a mask of whole numbers, the mean depth of 2 megapixels, and bytes
# compared with numbers beyond a byte, in PaddlePaddle.
#
# Guessed: .7 for a mask of which 7 of 10 pixels are 1, or an error, as in PyTorch; 5000 mm for a wall at 5000 mm; no
# byte is greater than 300 or equal to 256, and all are greater than -1.
# True:    the mean of whole numbers is a whole number: 0. The wall is at 4993 mm as floats, which are added up in 32
# bits one after the other, and at 4992 as whole numbers. Numbers are wrapped to bytes before they are compared: 100
# is greater than 300 (44), class 0 equals 256, and nothing is greater than -1. Numbers of 16 bits and more are
# compared rightly.
# Matters: coverage is 0 for all but full masks, mean depth drifts with the size of the picture, and a test of the
# range of ids lets the wrong ones through. Turn masks into floats first, and take means of rows.
# Versions: numpy 2.4.6 paddlepaddle 3.3.1 setuptools 84.2.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 paddlepaddle==3.3.1 setuptools==84.2.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import paddle

mask = paddle.to_tensor((np.arange(10) < 7).astype(np.int32))
print("mean of a mask", mask.mean().item(), "as floats", mask.astype("float32").mean().item())
assert mask.mean().item() == 0
assert abs(mask.astype("float32").mean().item() - 0.7) < 1e-6

wall_mm = paddle.to_tensor(np.full((1080, 1920), 5000, np.float32))
mean, by_rows = wall_mm.mean().item(), wall_mm.mean(axis=1).mean().item()
print("mean of a wall at 5000 mm", mean, "by rows", by_rows)
assert 2 < abs(mean - 5000) < 100
assert abs(by_rows - 5000) < 0.1

ids = paddle.to_tensor(np.array([0, 5, 100], np.uint8))
found = {"> 300": ids > 300, "== 256": ids == 256, "> -1": ids > -1, "< 300": ids < 300}
for name, result in found.items():
    print("0, 5 and 100", name, result.numpy())
assert found["> 300"].numpy().tolist() == [False, False, True]
assert found["== 256"].numpy().tolist() == [True, False, False]
assert found["> -1"].numpy().tolist() == [False, False, False]
assert found["< 300"].numpy().tolist() == [True, True, False]
wider = ids.astype("int16")
assert not (wider > 300).numpy().any()
assert (wider > -1).numpy().all()
print("still so")
PYTHON
