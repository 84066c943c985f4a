#!/usr/bin/env bash
# The loss of a pixel without a label, marked as -1 or as 255 beside three classes, by optax (for JAX):
# softmax_cross_entropy_with_integer_labels, the loss that its users take for class maps.
#
# Guessed: NaN for both, as JAX gives for what lies beyond an array, so that the mistake is seen; or 0, as from its own
# one_hot, which is 0 for all classes there.
# True:    255 and -100 are NaN. -1 is the last class: it is counted from the end, as in Python's lists. -3 is the
# first. With one_hot and softmax_cross_entropy the loss is 0 for all of them.
# Matters: -1 for "no label" is usual. The network is trained to see the last class wherever nobody looked, while the
# loss falls and nothing is raised. Mask the loss by hand: jnp.where(labels >= 0, loss, 0).
# Versions: jax 0.10.2 optax 0.2.8
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check jax[cpu]==0.10.2 optax==0.2.8
"$place/venv/bin/python" - <<'PYTHON'
import jax
import jax.numpy as jnp
import optax

scores = jnp.log(jnp.array([[0.7, 0.2, 0.1]]))


def loss(label, scores=scores):
    return optax.softmax_cross_entropy_with_integer_labels(scores, jnp.array([label]))[0]


for label in (0, 1, 2, -1, -3, -100, 255):
    print(label, "costs", loss(label))
assert loss(-1) == loss(2)
assert loss(-3) == loss(0)
assert jnp.isnan(loss(255)) and jnp.isnan(loss(-100))
pull = jax.grad(lambda scores: loss(-1, scores))(scores)[0]
print("a step raises the class", int(jnp.argmin(pull)))
assert int(jnp.argmin(pull)) == 2
for label in (-1, 255):
    assert optax.softmax_cross_entropy(scores, jax.nn.one_hot(jnp.array([label]), 3))[0] == 0
print("still so")
PYTHON
