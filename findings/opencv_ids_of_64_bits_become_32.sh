#!/usr/bin/env bash
# Ids of objects as whole numbers of 64 bits, NumPy's own kind of them, mirrored, enlarged, framed and written by
# OpenCV 5, which has matrices of 64 bits; and ids of 32 bits without a sign in its own file format (FileStorage).
#
# Guessed: 64 bits come back, or an error, as for kinds that a function does not take; a file gives back what it
# holds.
# True:    they come back as 32 bits with a sign, each number modulo 2^32: 4294967303 is 7, the id of another object,
# and 2147483653 is negative. compare says that 4294967303 equals 7. So it is in the TIFF that imwrite makes.
# FileStorage writes ids of 32 bits as they are and reads those from 2147483648 on as 0.
# Matters: ids made of four bytes, of time or of a hash are that large; objects melt into each other or into the
# background. Number the objects anew before, and look at the type that comes back.
# Versions: numpy 2.4.6 opencv-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np

ids = np.array([[1, 2**31 + 5, 2**32 + 7]])
wrapped = [1, 5 - 2**31, 7]
for kind in (np.int64, np.uint64):
    for name, found in {
        "flip": cv2.flip(ids.astype(kind), 1)[:, ::-1],
        "resize": cv2.resize(ids.astype(kind), None, fx=2, fy=1, interpolation=cv2.INTER_NEAREST)[:, ::2],
        "copyMakeBorder": cv2.copyMakeBorder(ids.astype(kind), 0, 0, 1, 1, cv2.BORDER_CONSTANT)[:, 1:-1],
        "imencode": cv2.imdecode(cv2.imencode(".tiff", ids.astype(kind))[1], cv2.IMREAD_UNCHANGED),
    }.items():
        print(kind.__name__, name, found.dtype, found[0].tolist())
        assert found.dtype == np.int32
        assert found[0].tolist() == wrapped
assert cv2.compare(ids[:, 2:], np.array([[7]]), cv2.CMP_EQ)[0, 0] == 255
assert cv2.flip(ids.astype(np.uint32), 1).dtype == np.uint32

file = cv2.FileStorage(".json", cv2.FILE_STORAGE_WRITE | cv2.FILE_STORAGE_MEMORY)
file.write("ids", np.array([[7, 2**31 + 5, 2**32 - 1]], np.uint32))
text = file.releaseAndGetString()
file = cv2.FileStorage(text, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
found = file.getNode("ids").mat()
print("FileStorage", found.dtype, found.tolist())
assert "2147483653, 4294967295" in text
assert found.tolist() == [[7, 0, 0]]
print("still so")
PYTHON
