#!/usr/bin/env bash
# A mask turned by 90 and 180 degrees, and enlarged, by the rotate and affine of PaddlePaddle's vision transforms, as
# a NumPy array (which OpenCV turns), as a Pillow image and as a tensor.
#
# Guessed: the same pixels at their new places, from all three.
# True:    from the image and the tensor, yes. rotate turns an array about half its width and height, counted in
# pixels, which is half a pixel away from its middle: by 180 degrees all moves a pixel down and right, by 90 a pixel
# down, and the first row and column are 0. affine turns and enlarges an array about its upper left corner: by 180
# degrees the object is gone.
# Matters: an object and its mask come apart if one is an array and the other an image, by a pixel or wholly, and the
# same program gives other results when a reader changes.
# Versions: numpy 2.4.6 opencv-python-headless 5.0.0.93 paddlepaddle 3.3.1 pillow 13.0.0 setuptools 84.2.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93 \
  paddlepaddle==3.3.1 pillow==13.0.0 setuptools==84.2.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import paddle
from paddle.vision.transforms import affine, rotate
from PIL import Image

mask = np.zeros((100, 100), np.uint8)
mask[20:40, 30:60] = 1


def corner(turned):
    """The first row and column of the object."""
    return np.argwhere(np.asarray(turned)).min(0).tolist()


for angle, right, found in ((90, [40, 20], [41, 20]), (180, [60, 40], [61, 41])):
    planes = paddle.to_tensor(np.stack([mask] * 3).astype(np.float32))
    corners = {
        "array": corner(rotate(mask, angle)),
        "image": corner(rotate(Image.fromarray(mask), angle)),
        "tensor": corner(rotate(planes, angle).numpy()[0]),
    }
    print(f"{angle} degrees, the object begins at", corners, "rightly at", right)
    assert corners["array"] == found
    assert corners["image"] == corners["tensor"] == right == corner(np.rot90(mask, angle // 90))
enlarged = {
    "array": affine(mask, 0.0, [0, 0], 2.0, [0, 0]),
    "image": affine(Image.fromarray(mask), 0.0, [0, 0], 2.0, [0, 0]),
}
print("enlarged, the object begins at", {name: corner(picture) for name, picture in enlarged.items()})
assert corner(enlarged["image"]) == [0, 10]
assert corner(enlarged["array"])[0] in (39, 40)
assert not affine(mask, 180.0, [0, 0], 1.0, [0, 0]).any()
assert np.asarray(affine(Image.fromarray(mask), 180.0, [0, 0], 1.0, [0, 0])).sum() == mask.sum()

full = rotate(np.ones((4, 5), np.uint8), 180)
assert not full[0].any()
assert not full[:, 0].any()
assert full.sum() == 12
print("still so")
PYTHON
