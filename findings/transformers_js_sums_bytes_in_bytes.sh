#!/usr/bin/env bash
# Greys and masks as tensors of bytes in transformers.js: their mean and sum; floats turned into booleans; and floats
# turned into half floats in a Node.js that has none of its own (before 24).
#
# Guessed: the mean of 200 and 100 is 150, for its tensors are made after PyTorch's, which refuses a mean of bytes and
# sums them in 64 bits; true is 1; half floats are half floats.
# True:    the mean is 22 and the sum 44: sums go into the tensor's own bytes and wrap. As booleans .5 is false and -2
# is 254, for the numbers are put into bytes as they are. As half floats 1.5 gets the bits of the whole number 1, and
# read again it is .00000006; without a word, while a tensor that a network gave as half floats is read right.
# Matters: coverage and mean grey of a mask are a number like any other, and wrong from two white pixels on; masks of
# values other than 0 and 1 compare unequal to true; a matte sent to a network in half precision is all but 0. Turn
# into float32 before sums, and compare with 0 by gt.
# Versions: @huggingface/transformers 4.3.2
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @huggingface/transformers@4.3.2
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { Tensor } from "@huggingface/transformers";

const bytes = new Tensor("uint8", Uint8Array.from([200, 100]), [1, 2]);
console.log("bytes: mean", bytes.mean(1).data[0], "sum", bytes.sum(1).data[0]);
assert.equal(bytes.mean(1).data[0], 22);
assert.equal(bytes.sum(1).data[0], 44);
assert.equal(bytes.to("float32").mean(1).data[0], 150);

const floats = new Tensor("float32", Float32Array.from([0, 0.5, 1, -2]), [4]);
console.log("booleans", [...floats.to("bool").data]);
assert.deepEqual([...floats.to("bool").data], [0, 0, 1, 254]);
assert.equal(floats.to("bool").type, "bool");

if (typeof Float16Array === "undefined") {
  const half = new Tensor("float32", Float32Array.from([1.5]), [1]).to("float16");
  console.log("half floats: bits", half.data[0], "read", half.to("float32").data[0]);
  assert.equal(half.data[0], 1);
  assert.ok(half.to("float32").data[0] < 1e-7);
  const given = new Tensor("float16", Uint16Array.from([15872]), [1]);
  assert.equal(given.to("float32").data[0], 1.5);
}
console.log("still so");
JAVASCRIPT
node find.mjs
