#!/usr/bin/env bash
# A depth map in metres, packed by xarray into 16 bits of millimetres (dtype and scale_factor in its encoding) for
# NetCDF and Zarr, with one pixel at 70 m. And by netCDF4 and numcodecs themselves.
#
# Guessed: an error, as xarray raises for other numbers that do not fit their type, or the largest depth that fits.
# True:    70 m comes back as 4.464 m: what does not fit is wrapped around by 65.536 m. Nothing is raised or
# warned of. NaN and all that fits come back right.
# Matters: a far hedge stands in front of the car, as a plausible number and in few pixels, so means and pictures
# look right. Clip, or test the largest depth, before the save. clickmend refuses depth that does not fit.
# Versions: netCDF4 1.7.5.1.post1 numcodecs 0.16.6 numpy 2.2.6 xarray 2026.9.0 zarr 3.1.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check netCDF4==1.7.5.1.post1 \
  numcodecs==0.16.6 numpy==2.2.6 xarray==2026.9.0 zarr==3.1.6
cd "$place"
"$place/venv/bin/python" -W error::RuntimeWarning - <<'PYTHON'
import netCDF4
import numcodecs
import numpy as np
import xarray

depth = np.array([[1.5, 65.535, 70, np.nan]])
wrapped = [1.5, 65.535, 4.464, np.nan]
photo = xarray.Dataset({"depth": (("y", "x"), depth)})
packing = {"depth": {"dtype": "uint16", "scale_factor": 0.001, "_FillValue": 0}}
photo.to_netcdf("photo.nc", engine="netcdf4", encoding=packing)
photo.to_zarr("photo.zarr", encoding=packing)
for name, stored in (("NetCDF", xarray.open_dataset("photo.nc")), ("Zarr", xarray.open_zarr("photo.zarr"))):
    print("xarray", name, stored.depth.values)
    assert np.allclose(stored.depth.values, [wrapped], equal_nan=True)

with netCDF4.Dataset("plain.nc", "w") as file:
    file.createDimension("x", 3)
    variable = file.createVariable("depth", "u2", ("x",))
    variable.scale_factor = 0.001
    variable[:] = depth[0, :3]
with netCDF4.Dataset("plain.nc") as file:
    file.set_auto_mask(False)
    print("netCDF4", file["depth"][:])
    assert np.allclose(file["depth"][:], wrapped[:3])

codec = numcodecs.FixedScaleOffset(offset=0, scale=1000, dtype="f8", astype="u2")
back = codec.decode(codec.encode(depth[:, :3]))
print("numcodecs", back)
assert np.allclose(back, wrapped[:3])
print("still so")
PYTHON
