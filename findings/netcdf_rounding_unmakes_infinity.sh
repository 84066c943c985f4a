#!/usr/bin/env bash
# A row of depths with infinity for the sky and NaN for holes, written by netCDF4 with three significant digits, which
# makes files smaller, in the three ways that the NetCDF library has for it (quantize_mode).
#
# Guessed: infinity and NaN stay, as they do without rounding, and the rest is right to three digits.
# True:    by BitGroom, which is taken by default, every second infinity becomes NaN: bits are cleared and set in turn,
# and a set one makes NaN of it. By GranularBitRound all of them become 0 m. By BitRound they stay. NaN stays in all,
# and the other depths are right. Nothing is raised. xarray hands these options on and gives the same.
# Matters: the sky becomes a chequer of sky and holes, or the nearest thing in the picture, right at the camera.
# clickmend takes infinity, NaN and 0 all for unknown; who takes 0 for a depth gets one.
# Versions: netCDF4 1.7.5.1.post1 numpy 2.4.6 xarray 2026.9.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check netCDF4==1.7.5.1.post1 numpy==2.4.6 xarray==2026.9.0
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
import netCDF4
import numpy as np
import xarray

depth_m = np.array([np.inf] * 4 + [-np.inf] * 2 + [np.nan] * 2 + [1.23456, 70.123], np.float32)


def by_netcdf4(**options):
    with netCDF4.Dataset("depth.nc", "w") as file:
        file.createDimension("x", len(depth_m))
        file.createVariable("depth", "f4", ("x",), zlib=True, **options)[:] = depth_m
    with netCDF4.Dataset("depth.nc") as file:
        file.set_auto_mask(False)
        return file["depth"][:]


def by_xarray(**options):
    xarray.Dataset({"depth": ("x", depth_m)}).to_netcdf("set.nc", engine="netcdf4", encoding={"depth": options})
    with xarray.open_dataset("set.nc", engine="netcdf4") as opened:
        return opened["depth"].to_numpy()


assert np.array_equal(by_netcdf4(), depth_m, equal_nan=True)
infinity, nan = np.inf, np.nan
expected = {
    "BitGroom": [infinity, nan, infinity, nan, -infinity, nan],
    "GranularBitRound": [0] * 6,
    "BitRound": [infinity] * 4 + [-infinity] * 2,
}
print(depth_m)
for mode, infinities in expected.items():
    digits = 12 if mode == "BitRound" else 3
    for through in (by_netcdf4, by_xarray):
        found = through(significant_digits=digits, quantize_mode=mode)
        print(through.__name__, mode, "comes back as", found)
        assert np.array_equal(found[:6], np.array(infinities, np.float32), equal_nan=True)
        assert np.isnan(found[6:8]).all() and np.allclose(found[8:], depth_m[8:], rtol=0.002)
assert np.array_equal(by_netcdf4(significant_digits=3)[:6], expected["BitGroom"], equal_nan=True)
print("still so")
PYTHON
