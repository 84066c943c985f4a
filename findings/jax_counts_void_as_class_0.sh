#!/usr/bin/env bash
# How often each class occurs (jnp.bincount of JAX) in a map in which -1 stands for no label; and bytes added up one
# after the other (jnp.cumsum).
#
# Guessed: -1 is refused, as by NumPy, or left out, as classes beyond length and the -1 of segment_sum are. Bytes are
# widened, as NumPy does, and as JAX's own sum does.
# True:    -1 counts as class 0: of (-1, -1, 0, 1) there are three of class 0; with weights too, and under jit with a
# length. The running sum of 200 and 200 in bytes is 144, while the sum is 400; so it is for jnp.dot, as in NumPy.
# Matters: a map that is mostly unlabelled is mostly background: class weights, frequencies and a confusion matrix of
# class · n + prediction are wrong without a word. An integral image of a mask, by cumsum, wraps at each 256. Leave -1
# out by weights, and widen before.
# Versions: numpy 2.4.6 jax 0.10.2
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 jax==0.10.2
"$place/venv/bin/python" - <<'PYTHON'
import functools

import jax
import jax.numpy as jnp
import numpy as np

classes = np.array([-1, -1, 0, 1])
counts = jnp.bincount(classes)
jitted = jax.jit(functools.partial(jnp.bincount, length=2))(classes)
weighted = jnp.bincount(classes, weights=jnp.array([10.0, 10, 1, 1]))
segments = jax.ops.segment_sum(jnp.ones(4), classes, 2)
print("counted", counts, jitted, "weighted", weighted, "segment_sum", segments)
assert counts.tolist() == jitted.tolist() == [3, 1] and weighted.tolist() == [21, 1]
assert segments.tolist() == [1, 1] and jnp.bincount(np.array([0, 7]), length=2).tolist() == [1, 0]
left_out = jnp.bincount(classes, weights=(classes >= 0).astype(int))
assert left_out.tolist() == [1, 1]
try:
    np.bincount(classes)
except ValueError as error:
    print("NumPy:", error)
else:
    raise AssertionError("NumPy took it")

mask = np.array([200, 200], np.uint8)
print("running sum", jnp.cumsum(mask), "sum", jnp.sum(mask), "NumPy", np.cumsum(mask))
assert jnp.cumsum(mask).tolist() == [200, 144] and int(jnp.sum(mask)) == 400 and np.cumsum(mask).tolist() == [200, 400]
print("still so")
PYTHON
