#!/usr/bin/env bash
# The largest number in each object of a map of floats that are below 0 (logits, signed distances, heights, decibels),
# by mahotas (labeled.labeled_max), and the least by labeled_min.
#
# Guessed: what NumPy's max gives of each object, as the help says in these words.
# True:    2.2e-308, or 1.2e-38 of 32 bits: the smallest number above 0, not the lowest, is where the search begins. With
# one number above 0 in the object it is right, and so are whole numbers and labeled_min.
# Matters: "the best logit of the object" is 0 to any print, just on the other side of the threshold, in those objects
# alone that the network does not believe in. Take the least of the negative numbers.
# Versions: mahotas 1.4.19 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check mahotas==1.4.19 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import mahotas
import numpy as np

objects = np.array([[1, 1, 2, 2]])
logits = np.array([[-1, -2, -3, 4]])
for kind in (np.float32, np.float64):
    largest = mahotas.labeled.labeled_max(logits.astype(kind), objects)
    print(np.dtype(kind), largest[1:], f"{largest[1]:g}")
    assert largest[1] == np.finfo(kind).tiny and largest[2] == 4
    assert mahotas.labeled.labeled_min(logits.astype(kind), objects)[1:].tolist() == [-2, -3]
    assert (-mahotas.labeled.labeled_min(-logits.astype(kind), objects))[1:].tolist() == [-1, 4]
assert mahotas.labeled.labeled_max(logits, objects)[1:].tolist() == [-1, 4]
print("still so")
PYTHON
