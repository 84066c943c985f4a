#!/usr/bin/env bash
# A depth map with NaN where nothing is known, and one that is NaN all over, compared with the true depths by
# OpenImageIO.
#
# Guessed: NaN against a number is a difference, counted among the failures; or both are left out and told.
# True:    it is no difference: error is False and no pixel fails or warns, even where all are NaN. With one
# NaN of two pixels the root mean square is 0 and the PSNR infinite, a perfect score; only maxerror tells
# (infinity, or NaN). A pixel of infinity against 2 m passes likewise.
# Matters: a test that compares a depth map with its reference passes for an empty one, and holes make a
# result better. Count what is not finite before.
# Versions: numpy 2.4.6 openimageio 3.2.2.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 openimageio==3.2.2.0
"$place/venv/bin/python" - <<'PYTHON'
import math

import numpy as np
import OpenImageIO

NAN, INFINITY = math.nan, math.inf


def compared(found, true):
    pictures = [OpenImageIO.ImageBuf(np.array([[[d] for d in row]], np.float32)) for row in (found, true)]
    return OpenImageIO.ImageBufAlgo.compare(*pictures, 0.001, 0.0001)


wrong = compared([1, 3], [1, 2])
assert wrong.error and wrong.nfail == 1
for found in ([1, NAN], [NAN, NAN], [1, INFINITY]):
    result = compared(found, [1, 2])
    print(found, "error", result.error, "fails", result.nfail, "PSNR", result.PSNR)
    assert not result.error and result.nfail == 0 and result.nwarn == 0
    assert not math.isfinite(result.maxerror)
half = compared([1, NAN], [1, 2])
assert half.rms_error == 0 and half.PSNR == INFINITY
print("still so")
PYTHON
