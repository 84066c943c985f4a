#!/usr/bin/env bash
# A PNG of 16 bits and one channel, the ids of objects or depth in millimetres, opened by sharp (Node.js) and saved as
# PNG again: as it is, mirrored, or made smaller by the nearest neighbour.
#
# Guessed: a PNG of 16 bits and one channel, for sharp itself tells that its input is grey16; 8 bits for its raw bytes.
# True:    a PNG of three channels of 8 bits, each the high byte: 300 and 7 become 1 and 0, 65535 becomes 255. TIFF is
# the same, and raw({depth: "ushort"}) gives the high bytes as 16 bits. The method for it is .toColourspace("grey16").
# Matters: the first 255 ids are background afterwards and the others merge by 256s; depth is in steps of 256 mm.
# What opens looks like the map, merely dark. Ids of 8 bits come out right, but three times.
# Versions: fast-png 8.0.0 sharp 0.35.5
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund fast-png@8.0.0 sharp@0.35.5
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { decode, encode } from "fast-png";
import sharp from "sharp";

const ids = Uint16Array.from([300, 7, 65535, 256, 0, 1000]);
const file = encode({ width: 3, height: 2, data: ids, depth: 16, channels: 1 });
const { space, depth } = await sharp(file).metadata();
assert.deepEqual([space, depth], ["grey16", "ushort"]);

const high = [1, 0, 255, 1, 0, 3];
const threeTimes = (numbers) => numbers.flatMap((number) => [number, number, number]);

async function png(pipeline) {
  const found = decode(await pipeline.png().toBuffer());
  return [found.depth, found.channels, [...found.data]];
}

const plain = await png(sharp(file));
console.log("as it is", plain);
assert.deepEqual(plain, [8, 3, threeTimes(high)]);
const mirrored = await png(sharp(file).flop());
assert.deepEqual(mirrored, [8, 3, threeTimes([255, 0, 1, 3, 0, 1])]);
const larger = await png(sharp(file).resize(6, 4, { kernel: "nearest" }));
assert.deepEqual(larger.slice(0, 2), [8, 3]);
assert.deepEqual([...new Set(larger[2])].sort(), [...new Set(high)].sort());

const tiff = await sharp(await sharp(file).tiff({ compression: "lzw" }).toBuffer()).metadata();
assert.deepEqual([tiff.depth, tiff.channels], ["uchar", 3]);
const raw = await sharp(file).raw({ depth: "ushort" }).toBuffer();
assert.deepEqual([...new Uint16Array(Uint8Array.from(raw).buffer)], threeTimes(high));

const kept = await png(sharp(file).toColourspace("grey16"));
console.log("with toColourspace", kept);
assert.deepEqual(kept, [16, 1, [...ids]]);
console.log("still so");
JAVASCRIPT
node find.mjs
