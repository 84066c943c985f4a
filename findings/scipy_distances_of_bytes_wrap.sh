#!/usr/bin/env bash
# Two colours as they come from a photo, (200, 10) and (100, 20) of bytes, and how far apart they are by
# scipy.spatial.distance: the functions of two vectors, and cdist of two lists.
#
# Guessed: the same from both, 100.5 by euclidean and 110 by cityblock, for a distance is a float; sqeuclidean says
# 10100.
# True:    cdist is right. Of two vectors the difference is taken in bytes and wraps: 265.5 one way and 156.3 the other,
# cityblock 346 and 166, chebyshev 246 and 156; minkowski likewise. By cosine the two have no distance at all, for .011.
# sqeuclidean, canberra and braycurtis are right. Nothing is raised.
# Matters: the nearest colour of a palette, or the superpixel most like a click, is another one, and a distance is not
# the same both ways. What was tried on lists or by cdist was right. Turn colours into floats first.
# Versions: numpy 2.4.6 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from scipy.spatial import distance

first, second = np.array([200, 10], np.uint8), np.array([100, 20], np.uint8)
for name, one_way, other_way in (
    ("euclidean", 265.5485, 156.3202),
    ("minkowski", 265.5485, 156.3202),
    ("cityblock", 346, 166),
    ("chebyshev", 246, 156),
    ("cosine", 0, 0),
    ("sqeuclidean", 10100, 10100),
    ("canberra", 2 / 3, 2 / 3),
    ("braycurtis", 1 / 3, 1 / 3),
):
    measure = getattr(distance, name)
    found = [float(measure(first, second)), float(measure(second, first))]
    true = float(distance.cdist([first], [second], name)[0, 0])
    print(name, "of vectors", found, "cdist", true, "of floats", measure(first.astype(float), second.astype(float)))
    np.testing.assert_allclose(found, [one_way, other_way], rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(true, measure(first.astype(float), second.astype(float)), rtol=1e-9, atol=1e-12)
print("still so")
PYTHON
