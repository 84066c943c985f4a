#!/usr/bin/env bash
# A matte that is opaque everywhere, and a picture of one grey, blurred by dm-pix (gaussian_blur, for JAX).
#
# Guessed: the same numbers again, for the border is repeated or mirrored, as in OpenCV, SciPy and torchvision.
# True:    beyond the picture there is 0: with a kernel of 3 and a sigma of 1 the border becomes .726 of what it was, the
# corners .527. With a kernel of 9 and a sigma of 3 the corner is .332. The help names the padding SAME, and no option
# for what is beyond.
# Matters: where a network is trained on blurred pictures each has a dark frame, and a feathered matte lets the
# background in at the edges of the picture. Pad by jnp.pad with mode="edge" before, and cut after.
# Versions: dm-pix 0.4.5 jax 0.10.2 numpy 2.3.5
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check dm-pix==0.4.5 jax[cpu]==0.10.2 numpy==2.3.5
"$place/venv/bin/python" - <<'PYTHON'
import dm_pix
import jax.numpy as jnp
import numpy as np

opaque = jnp.ones((12, 12, 1))
blurred = np.asarray(dm_pix.gaussian_blur(opaque, sigma=1.0, kernel_size=3))[..., 0]
print(np.round(blurred[:3, :3], 3))
assert np.allclose(blurred[1:-1, 1:-1], 1)
assert np.allclose(blurred[0, 1:-1], 0.726, atol=0.001)
assert np.allclose(blurred[0, 0], 0.527, atol=0.001)
wide = np.asarray(dm_pix.gaussian_blur(opaque, sigma=3.0, kernel_size=9))[0, 0, 0]
print("corner of a wide blur", wide)
padded = jnp.pad(opaque, ((4, 4), (4, 4), (0, 0)), mode="edge")
right = np.asarray(dm_pix.gaussian_blur(padded, sigma=3.0, kernel_size=9))[4:-4, 4:-4]
assert np.allclose(right, 1)
assert np.isclose(wide, 0.332, atol=0.001)
print("still so")
PYTHON
