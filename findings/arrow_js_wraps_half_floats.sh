#!/usr/bin/env bash
# Depths and mattes as half floats in a column of Apache Arrow for JavaScript: written from numbers and taken out again.
#
# Guessed: what is too large becomes infinity and what is too small 0, as in NumPy's half floats;
# toArray gives numbers, as it does for all other kinds.
# True:    from 66000 on the number wraps: 70000 (70 m in millimetres) becomes 2.13 and a million 3.81. Next to nothing,
# 1e-9, becomes 0.00004. 65520 alone is infinity. toArray gives the bits: 0.5 is 14336; taken one by one they are numbers.
# Matters: far is near, and a matte's faint edge is brighter than what is next to it. Arrays taken out whole keep the
# order of sizes and look right when they are scaled for display. Clip before, and take the elements one by one.
# Versions: apache-arrow 21.2.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund apache-arrow@21.2.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { Float16, Table, tableFromIPC, tableToIPC, vectorFromArray } from "apache-arrow";

/** The numbers as a column of half floats that was written and read. */
const again = (numbers) =>
  tableFromIPC(tableToIPC(new Table({ depth: vectorFromArray(numbers, new Float16()) }))).getChild("depth");

const numbers = [1.5, 65504, 65520, 66000, 70000, 1e6, 1e-9];
const found = [...again(numbers)];
numbers.forEach((number, place) => console.log(number, "becomes", found[place]));
assert.deepEqual(found.slice(0, 3), [1.5, 65504, Infinity]);
assert.deepEqual(found.slice(3, 6).map((number) => number.toFixed(2)), ["2.01", "2.13", "3.81"]);
assert.ok(found[6] > 4e-5 && found[6] < 5e-5);
assert.ok([...again([1e-7])][0] < found[6]);

const array = again([0.5, 1.5]).toArray();
console.log("whole:", array);
assert.equal(array.constructor.name, "Uint16Array");
assert.deepEqual([...array], [14336, 15872]);
assert.deepEqual([...vectorFromArray([0.5, 1.5]).toArray()], [0.5, 1.5]);
console.log("still so");
JAVASCRIPT
node find.mjs
