#!/usr/bin/env bash
# Depth and ids as NumPy arrays in big-endian order, as FITS, PFM and TIFF readers give them, packed by ormsgpack
# (OPT_SERIALIZE_NUMPY) and by orjson, from which it was made.
#
# Guessed: the numbers, or an error, as orjson raises for that order and both raise for arrays that are not row by row.
# True:    orjson refuses them. ormsgpack takes the bytes for those of the machine: the ids 1 and 300 become 256 and 11265,
# 1 m is 4.6e-41. Of bytes and of the machine's own order all is right.
# Matters: labels sent to a page are others, and depth is all but 0, for files of one origin only; nothing is raised, and
# the list has the right form. Turn arrays into the machine's order before (array.astype(array.dtype.newbyteorder("="))).
# Versions: numpy 2.4.6 orjson 3.13.0 ormsgpack 1.13.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 orjson==3.13.0 ormsgpack==1.13.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import orjson
import ormsgpack


def through_ormsgpack(array):
    return ormsgpack.unpackb(ormsgpack.packb(array, option=ormsgpack.OPT_SERIALIZE_NUMPY))


def refuses(pack, array, option):
    try:
        pack(array, option=option)
    except TypeError:
        return True
    return False


for kind, numbers, found in (("u2", [1, 300], [256, 11265]), ("i4", [1, 7], [2**24, 7 * 2**24])):
    print(numbers, "become", through_ormsgpack(np.array(numbers, ">" + kind)))
    assert through_ormsgpack(np.array(numbers, ">" + kind)) == found
    assert through_ormsgpack(np.array(numbers, "<" + kind)) == numbers
assert max(through_ormsgpack(np.array([1, 2, 3], ">f4"))) < 1e-40
assert refuses(orjson.dumps, np.array([1, 300], ">u2"), orjson.OPT_SERIALIZE_NUMPY)

turned = np.arange(6).reshape(2, 3).T
assert refuses(ormsgpack.packb, turned, ormsgpack.OPT_SERIALIZE_NUMPY)
print("still so")
PYTHON
