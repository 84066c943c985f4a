#!/usr/bin/env bash
# A depth map of floats with one NaN where nothing is known, and with one infinity, in HDF5 through the filters that
# keep a chosen accuracy of a millimetre: scaleoffset, which HDF5 itself has, and zfp and SZ3 from hdf5plugin.
#
# Guessed: NaN and infinity stay, or an error; the other pixels are right to a millimetre.
# True:    NaN becomes a number: the least depth of its chunk by scaleoffset, -16 m by zfp, minus two million by SZ3.
# Infinity stays in scaleoffset and SZ3; zfp makes it 2 m and takes the 15 pixels around it along, which are off by up
# to 7 m. Nothing is raised. zfp's exact mode (reversible) keeps both.
# Matters: a hole becomes the nearest thing in the picture, as plausible as its neighbours, and no isnan finds it.
# Keep a mask of what is known beside the depth, or write it without loss.
# Versions: h5py 3.16.0 hdf5plugin 7.1.0 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check h5py==3.16.0 hdf5plugin==7.1.0 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import io

import h5py
import hdf5plugin
import numpy as np

random = np.random.default_rng(0)
depth_m = (random.random((16, 16)) * 5 + 1).astype(np.float32)


def through(depth_m, **filters):
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.create_dataset("depth", data=depth_m, chunks=(8, 8), **filters)
    with h5py.File(stream) as file:
        return file["depth"][()]


def error(found, special):
    """The largest error of the ordinary pixels, and what became of the other one."""
    return np.nanmax(np.where(np.isfinite(special), np.abs(found - special), 0)), found[3, 3]


kinds = {
    "scaleoffset": {"scaleoffset": 3},
    "zfp": dict(hdf5plugin.Zfp(accuracy=0.001)),
    "SZ3": dict(hdf5plugin.SZ3(absolute=0.001)),
    "zfp, reversible": dict(hdf5plugin.Zfp(reversible=True)),
}
for name, filters in kinds.items():
    assert np.abs(through(depth_m, **filters) - depth_m).max() < 0.0011
    for value in (np.nan, np.inf):
        special = depth_m.copy()
        special[3, 3] = value
        off, became = error(through(special, **filters), special)
        print(f"{name}: {value} became {became}, the others are off by {off:.4f} m")
        if name == "zfp, reversible" or (name != "zfp" and value == np.inf):
            assert off < 0.0011
            np.testing.assert_equal(became, np.float32(value))
        elif np.isnan(value):
            assert off < 0.0011
            least = np.nanmin(special[:8, :8])
            assert {"scaleoffset": abs(became - least) < 0.001, "zfp": became == -16, "SZ3": became < -1e6}[name]
        else:
            assert off > 5
            assert 1 < became < 3
print("still so")
PYTHON
