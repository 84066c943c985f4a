#!/usr/bin/env bash
# Arrays that are views of others, written with safetensors.numpy and read back.
#
# Guessed: they come back as they are, or an error asks for contiguous memory, as its torch side does.
# True:    the bytes are taken in the order of memory and the shape is kept: a transposed array comes
# back with its values mixed, every second value of an array as its first half. Nothing is raised.
# Matters: weights that were transposed for another library are ruined on their way to a file, and
# nothing says so. clickmend writes weights through torch, made contiguous before.
# Versions: numpy 2.2.6 safetensors 0.8.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 safetensors==0.8.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from safetensors.numpy import load, save

table = np.arange(6, dtype=np.float32).reshape(2, 3)
row = np.arange(12, dtype=np.float32)
back = load(save({"turned": table.T, "half": row[::2], "plain": table}))
assert (back["plain"] == table).all()
assert back["turned"].shape == (3, 2)
assert back["turned"].ravel().tolist() == [0, 1, 2, 3, 4, 5]
assert table.T.ravel().tolist() == [0, 3, 1, 4, 2, 5]
assert back["half"].tolist() == [0, 1, 2, 3, 4, 5]
print("still so")
PYTHON
