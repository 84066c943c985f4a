#!/usr/bin/env bash
# A click (KeyPoints) on the one pixel of a mask, both turned by 180 degrees by torchvision's transforms (v2), both
# mirrored left to right and top to bottom, which is the same, and both enlarged three times.
#
# Guessed: the click is on the pixel after each of them, and turning gives what mirroring twice gives.
# True:    mirrored twice it is on the pixel, turned it is one to the right and below. Mirroring counts from the middles
# of pixels, turning from the picture's edge. Enlarged, it is on the first pixel of the 3×3 and not on the middle one.
# Boxes and masks are right each time.
# Matters: of the clicks on thin objects some are beside them after a turn, and a model that is trained on them learns to
# miss by a pixel. Carry a click as a box around its pixel, and take the middle.
# Versions: torch 2.15.0 torchvision 0.29.2
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.15.0 torchvision==0.29.2
"$place/venv/bin/python" - <<'PYTHON'
import torch
from torchvision.transforms.v2 import functional
from torchvision.tv_tensors import BoundingBoxes, KeyPoints, Mask

size = (10, 12)
click = KeyPoints(torch.tensor([[3.0, 4.0]]), canvas_size=size)
box = BoundingBoxes(torch.tensor([[3.0, 4.0, 4.0, 5.0]]), format="XYXY", canvas_size=size)
mask = Mask(torch.zeros(1, *size, dtype=torch.uint8))
mask[0, 4, 3] = 1


def pixel(mask):
    """The middle pixel (x, y) of the object."""
    rows, columns = mask[0].nonzero().float().T
    return [columns.mean().item(), rows.mean().item()]


def mirrored_twice(what):
    return functional.vertical_flip(functional.horizontal_flip(what))


def turned(what):
    return functional.rotate(what, 180)


def enlarged(what):
    return functional.resize(what, [30, 36])


for step, of_mask, of_click in (
    (mirrored_twice, [8, 5], [8, 5]),
    (turned, [8, 5], [9, 6]),
    (enlarged, [10, 13], [9, 12]),
):
    print(step.__name__, "pixel", pixel(step(mask)), "click", step(click)[0].tolist())
    assert pixel(step(mask)) == of_mask
    assert torch.allclose(step(click)[0], torch.tensor(of_click, dtype=torch.float32), atol=1e-4)
    x0, y0, x1, y1 = step(box)[0].tolist()
    middle = [(x0 + x1) / 2 - 0.5, (y0 + y1) / 2 - 0.5]
    assert torch.allclose(torch.tensor(middle), torch.tensor(pixel(step(mask))), atol=1e-4)
print("still so")
PYTHON
