#!/usr/bin/env bash
# A class map in which an object of class 5 stands inside a ring of class 3 with background between them, as a window's
# cross or a person within a frame does, cleaned by MONAI's FillHoles.
#
# Guessed: the background between them becomes class 3, and class 5 stays: a hole is background, and 5 is none.
# True:    all within the ring becomes class 3, the object is gone; by default and when class 3 alone is asked for. The
# tensor that was given is changed as well, not only the one that comes back. If class 5 alone is asked for, nothing
# changes. The help calls a hole a background pixel.
# Matters: a step that is to mend specks deletes whole objects, and only those that are enclosed by one other class.
# Fill a copy, and keep what was not background: torch.where(map > 0, map, filled).
# Versions: monai 1.6.1 numpy 2.4.6 scipy 1.17.1 torch 2.15.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check monai==1.6.1 numpy==2.4.6 scipy==1.17.1 \
  torch==2.15.0
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from monai.transforms import FillHoles

classes = torch.zeros(1, 9, 9, dtype=torch.uint8)
classes[0, 1:8, 1:8] = 3
classes[0, 2:7, 2:7] = 0
classes[0, 3:6, 3:6] = 5
print(classes[0])
whole = torch.zeros_like(classes)
whole[0, 1:8, 1:8] = 3
for asked in (None, [3]):
    given = classes.clone()
    found = FillHoles(applied_labels=asked)(given)
    print(asked, found[0])
    assert (torch.as_tensor(found) == whole).all() and (given == whole).all()
assert (torch.as_tensor(FillHoles(applied_labels=[5])(classes.clone())) == classes).all()
kept = torch.where(classes > 0, classes, torch.as_tensor(FillHoles()(classes.clone())))
assert (kept == 5).sum() == 9 and (kept == 3).sum() == 40
print("still so")
PYTHON
