#!/usr/bin/env bash
# Connected components of a row of floats, .5 .5 0 1.2 1.9 and 2.5, as a soft matte or a map of depth steps is, by
# scikit-image, cc3d and SciPy.
#
# Guessed: the same components from the first two, whose helps say that neighbours of one component have the same value;
# SciPy, as its help says, joins all that is not 0.
# True:    three answers. cc3d compares the numbers: four components. scikit-image cuts them to whole numbers first and
# compares those: .5 is background, 1.2 and 1.9 are one component. SciPy joins all three of the right. Nothing is raised
# and no warning given.
# Matters: in a matte all but what is fully opaque disappears, and steps of depth below a metre merge, in the library
# that most code for labels takes. Multiply and round first, or threshold.
# Versions: connected-components-3d 4.1.1 numpy 2.4.6 scikit-image 0.26.0 scipy 1.15.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check connected-components-3d==4.1.1 numpy==2.4.6 scikit-image==0.26.0 scipy==1.15.3
"$place/venv/bin/python" - <<'PYTHON'
import cc3d
import numpy as np
from scipy import ndimage
from skimage import measure

row = np.array([[0.5, 0.5, 0, 1.2, 1.9, 2.5]], np.float32)
found = {
    "scikit-image": measure.label(row, connectivity=1),
    "cc3d": cc3d.connected_components(row, connectivity=4),
    "SciPy": ndimage.label(row)[0],
}
for name, components in found.items():
    print(name, components.ravel())
assert found["scikit-image"].tolist() == [[0, 0, 0, 1, 1, 2]]
assert found["cc3d"].tolist() == [[1, 1, 0, 2, 3, 4]]
assert found["SciPy"].tolist() == [[1, 1, 0, 2, 2, 2]]
print("still so")
PYTHON
