#!/usr/bin/env bash
# A mask of 0 and 255, as bytes from a canvas or a file, made a tensor of booleans in TensorFlow.js:
# tf.tensor(bytes, shape, "bool").
#
# Guessed: whatever is not 0 is true, as it is where the same numbers come as a plain array, and where numbers are cast
# to booleans.
# True:    a Uint8Array is taken as it is, and 255 stays 255 in a tensor of the kind bool. Two such "trues" are not equal
# if one is 255 and one is 1, the sum of one object pixel is 255, and where() gives what stands for false. logicalAnd
# and logicalNot give what they should.
# Matters: an area is 255 times as large, an IoU of two good masks from two sources is 0, and where() cuts the object
# out instead of the background. Write tf.tensor(bytes, shape).cast("bool").
# Versions: @tensorflow/tfjs 4.22.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";

await tf.setBackend("cpu");
const numbers = (tensor) => [...tensor.dataSync()];
const bytes = Uint8Array.from([0, 255, 255, 0]);
const mask = tf.tensor(bytes, [4], "bool");
const plain = tf.tensor([...bytes], [4], "bool");
const cast = tf.tensor(bytes, [4]).cast("bool");
assert.equal(mask.dtype, "bool");
assert.deepEqual([numbers(plain), numbers(cast)], [[0, 1, 1, 0], [0, 1, 1, 0]]);

console.log("holds", numbers(mask), "adds up to", numbers(tf.sum(mask)), "equal", numbers(tf.equal(mask, plain)));
assert.deepEqual(numbers(mask), [0, 255, 255, 0]);
assert.deepEqual(numbers(tf.sum(mask)), [510]);
assert.deepEqual(numbers(tf.equal(mask, plain)), [1, 0, 0, 1]);
const [object, background] = [tf.fill([4], 7), tf.fill([4], 0)];
assert.deepEqual(numbers(tf.where(plain, object, background)), [0, 7, 7, 0]);
assert.deepEqual(numbers(tf.where(mask, object, background)), [0, 0, 0, 0]);
assert.deepEqual(numbers(tf.logicalNot(mask)), [1, 0, 0, 1]);
console.log("still so");
JAVASCRIPT
node find.mjs
