#!/usr/bin/env bash
# A mask of 0 and 255, and a class map of bytes with 255 for void, written to NetCDF without any fill value, by netCDF4
# itself and by xarray, and read by netCDF4, xarray and h5py.
#
# Guessed: the numbers from all three, for the file names no fill value, and a byte has no number to spare: that is why
# one had to be named for bytes in the older NetCDF.
# True:    netCDF4 gives a masked array in which each 255 is hidden: 255 is the library's own fill value for bytes, and
# is taken where the file says nothing. Of the mask only the background is left: its sum is 0 and its largest number 0.
# The numbers are in the file; xarray and h5py read them. Of 16 bits 65535 is hidden likewise, of signed bytes -127.
# Matters: a mask has no object, and the mean of a matte leaves out what is opaque, with no error. A class map without
# void is what one wants by luck. Read with set_auto_mask(False).
# Versions: h5py 3.16.0 netCDF4 1.7.5.1.post1 numpy 2.4.6 xarray 2026.9.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check h5py==3.16.0 netCDF4==1.7.5.1.post1 numpy==2.4.6 \
  xarray==2026.9.0
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
import h5py
import netCDF4
import numpy as np
import xarray

mask = np.array([0, 255, 255, 0], np.uint8)


def by_netcdf4(array):
    with netCDF4.Dataset("mask.nc", "w") as file:
        file.createDimension("x", len(array))
        file.createVariable("mask", array.dtype, ("x",))[:] = array


def by_xarray(array):
    xarray.Dataset({"mask": ("x", array)}).to_netcdf("mask.nc", engine="netcdf4")


def read():
    with netCDF4.Dataset("mask.nc") as file:
        assert "_FillValue" not in file["mask"].ncattrs()
        return file["mask"][:]


for write in (by_netcdf4, by_xarray):
    write(mask)
    found = read()
    print(write.__name__, "wrote", mask, "netCDF4 reads", found, "sum", found.sum(), "largest", found.max())
    assert found.mask.tolist() == [False, True, True, False]
    assert found.sum() == 0 and found.max() == 0
    with xarray.open_dataset("mask.nc", engine="netcdf4") as opened:
        assert np.array_equal(opened["mask"].to_numpy(), mask)
    with h5py.File("mask.nc") as file:
        assert np.array_equal(file["mask"][:], mask)
for kind, hidden in ((np.uint16, 65535), (np.int8, -127)):
    by_netcdf4(np.array([0, hidden, 7], kind))
    assert read().mask.tolist() == [False, True, False]
print("still so")
PYTHON
