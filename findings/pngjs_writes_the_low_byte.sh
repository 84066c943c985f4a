#!/usr/bin/env bash
# A PNG of 16 bits (ids, or depth in millimetres), read by pngjs with skipRescale so that all 16 bits come, and written
# again as it was read.
#
# Guessed: 16 bits again, for the object that was read and is written says depth 16 and holds a Uint16Array; or an error.
# True:    8 bits, and of each number the low byte: 300 becomes 44, 65280 becomes 0. Nothing is raised. The numbers are
# right with bitDepth: 16 given again, in three channels with alpha.
# Matters: without skipRescale numbers lose their low byte and still look alike; so here they keep it, and the picture is
# noise where depth is smooth. Ids below 256 come back right, so a small test passes.
# Versions: fast-png 8.0.0 pngjs 7.0.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund fast-png@8.0.0 pngjs@7.0.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { decode, encode } from "fast-png";
import { PNG } from "pngjs";

const numbers = [7, 300, 65280, 65535];
const file = encode({ width: 4, height: 1, data: Uint16Array.from(numbers), depth: 16, channels: 1 });
const read = PNG.sync.read(Buffer.from(file), { skipRescale: true });
const first = ({ data, channels }) => [...data].filter((_, place) => place % channels === 0);
assert.deepEqual([read.depth, read.data.constructor.name], [16, "Uint16Array"]);
assert.deepEqual(first({ data: read.data, channels: 4 }), numbers);

const written = decode(PNG.sync.write(read));
console.log(numbers, "are", first(written), "in", written.depth, "bits");
assert.equal(written.depth, 8);
assert.deepEqual(first(written), numbers.map((number) => number % 256));

const named = decode(PNG.sync.write(read, { bitDepth: 16 }));
assert.deepEqual([named.depth, named.channels, first(named)], [16, 4, numbers]);
console.log("still so");
JAVASCRIPT
node find.mjs
