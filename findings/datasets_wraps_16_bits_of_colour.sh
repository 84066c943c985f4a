#!/usr/bin/env bash
# A photo of three colours and 16 bits as a NumPy array in an image column of Hugging Face's datasets, and ids beyond 32
# bits in one channel.
#
# Guessed: refused, for no picture that it writes can hold them, and floats of three colours are refused; or scaled to 8
# bits, so that white stays white.
# True:    each number is taken modulo 256: 300 becomes 44, 256 becomes black, 65280 too. A warning says that the type
# was made smaller, not that numbers changed, and says the same of whole numbers of 64 bits where all fit. The id
# 2^40 becomes 0. One channel of 16 bits is kept.
# Matters: a smooth sky turns into bands of noise, which a network trains on; and where all photos are dark, below 256,
# everything is right. Divide by 257, or keep the file instead of the array.
# Versions: datasets 5.2.0 numpy 2.4.6 pillow 13.0.0 pyarrow 26.0.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check datasets==5.2.0 numpy==2.4.6 pillow==13.0.0 \
  pyarrow==26.0.1
export HF_HOME="$place/cache" HF_HUB_OFFLINE=1
"$place/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
from datasets import Dataset, Features, Image


def kept(array):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        picture = Dataset.from_dict({"photo": [array]}, features=Features({"photo": Image()}))[0]["photo"]
    return np.asarray(picture), [str(warning.message) for warning in told]


greys = np.array([[0, 255, 256, 300, 65280, 65535]])
photo = np.repeat(greys[..., None], 3, axis=2)
for kind in (np.uint16, np.int64):
    found, told = kept(photo.astype(kind))
    print(np.dtype(kind).name, greys[0], "come back as", found[0, :, 0], told)
    assert found.dtype == np.uint8 and (found == photo % 256).all()
    assert any("owncast" in message for message in told)

found, told = kept(greys.astype(np.uint16))
assert (found == greys).all() and not told
found, told = kept(np.array([[7, 2**40]]))
print("ids", found, told)
assert found.tolist() == [[7, 0]]
try:
    kept(photo / 65535)
except TypeError as problem:
    print("floats", problem)
else:
    raise AssertionError("floats were taken")
print("still so")
PYTHON
