#!/usr/bin/env bash
# A map cut to its first two columns and made six columns wide again (resize), in Zarr, TensorStore and HDF5; its chunks
# are four columns wide.
#
# Guessed: the four new columns hold the fill value, 0, as from HDF5.
# True:    in Zarr and TensorStore the two columns that lie in a chunk with the kept ones come back as they were: 1 2 3
# 4 0 0. Only whole chunks outside are thrown away. h5py gives 1 2 0 0 0 0. One row more than before by append is right,
# and the column behind it is the old one again once the map is widened.
# Matters: labels of a part that was cut off are there again where a new part should be empty, up to a chunk's width; in
# a test with small chunks, or with sizes that fill them, all is right. Write the fill value before resizing to less.
# Versions: numpy 2.4.6 h5py 3.16.0 tensorstore 0.1.86 zarr 3.1.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 h5py==3.16.0 \
  tensorstore==0.1.86 zarr==3.1.6
"$place/venv/bin/python" - <<'PYTHON'
import h5py
import numpy as np
import tensorstore
import zarr

WHOLE = np.arange(1, 7, dtype=np.uint8)


def zarr_array(chunks=(4,)):
    array = zarr.create_array(zarr.storage.MemoryStore(), shape=(6,), chunks=chunks, dtype="u1", fill_value=0)
    array[:] = WHOLE
    return array


def by_zarr(chunks=(4,)):
    array = zarr_array(chunks)
    array.resize((2,))
    array.resize((6,))
    return array[:].tolist()


def by_tensorstore(driver):
    spec = {"driver": driver, "kvstore": {"driver": "memory"}}
    layout = tensorstore.ChunkLayout(chunk_shape=[4])
    kind = {"dtype": tensorstore.uint8, "shape": [6], "chunk_layout": layout, "fill_value": 0}
    array = tensorstore.open(spec, create=True, **kind).result()
    array.write(WHOLE).result()
    for columns in (2, 6):
        array = array.resize(exclusive_max=[columns]).result()
    return array.read().result().tolist()


def by_hdf5():
    with h5py.File("map.h5", "w", driver="core", backing_store=False) as file:
        array = file.create_dataset("map", data=WHOLE, chunks=(4,), maxshape=(None,), fillvalue=0)
        array.resize((2,))
        array.resize((6,))
        return array[:].tolist()


found = by_zarr(), by_tensorstore("zarr"), by_tensorstore("zarr3"), by_hdf5(), by_zarr(chunks=(2,))
print("zarr, tensorstore (2 and 3), h5py, zarr with chunks of two:", *found)
assert found[0] == found[1] == found[2] == [1, 2, 3, 4, 0, 0]
assert found[3] == found[4] == [1, 2, 0, 0, 0, 0]

array = zarr_array()
array.resize((2,))
array.append(np.array([9], np.uint8))
assert array[:].tolist() == [1, 2, 9]
array.resize((5,))
print("appended and widened:", array[:])
assert array[:].tolist() == [1, 2, 9, 4, 0]
print("still so")
PYTHON
