#!/usr/bin/env bash
# A depth map with NaN where nothing is known, as floats of 16 and of 32 bits, in a lossless JPEG XL, by imagecodecs
# itself and in a TIFF by tifffile.
#
# Guessed: NaN comes back as NaN from both, for the codec is asked for lossless; or from neither.
# True:    of 32 bits it does. Of 16 bits NaN comes back as infinity; infinity, 0 and all numbers come back right.
# Matters: "not measured" becomes "infinitely far", which is what the sky is: a check with isnan finds nothing, and a
# mean is infinite. clickmend takes infinity and NaN both for "unknown".
# Versions: imagecodecs 2026.3.6 numpy 2.4.6 tifffile 2026.3.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check imagecodecs==2026.3.6 numpy==2.4.6 \
  tifffile==2026.3.3
"$place/venv/bin/python" - <<'PYTHON'
import io

import imagecodecs
import numpy as np
import tifffile


def in_tiff(depth_m):
    file = io.BytesIO()
    tifffile.imwrite(file, depth_m, compression="jpegxl", compressionargs={"lossless": True})
    file.seek(0)
    return tifffile.imread(file)


def in_jpegxl(depth_m):
    return imagecodecs.jpegxl_decode(imagecodecs.jpegxl_encode(depth_m, lossless=True))


depth_m = np.random.default_rng(0).uniform(0.5, 9, (16, 16))
depth_m[0, :4] = np.nan, np.inf, 0, -np.inf
for kind in (np.float16, np.float32):
    true = depth_m.astype(kind)
    for through in (in_jpegxl, in_tiff):
        found = through(true)
        print(kind.__name__, through.__name__, true[0, :4], "comes back as", found[0, :4])
        assert found.dtype == kind
        assert (found.ravel()[1:] == true.ravel()[1:]).all()
        assert np.isposinf(found[0, 0]) if kind is np.float16 else np.isnan(found[0, 0])
print("still so")
PYTHON
