#!/usr/bin/env bash
# A label volume of 16 bits and a depth volume of floats in NRRD, with the bytes of each number in big-endian order, as the
# header says (endian: big), read by three's NRRDLoader (JavaScript).
#
# Guessed: the numbers, for the loader reads that line of the header; or the file is refused.
# True:    each number comes with its bytes turned round: the label 1 is 256, 7 is 1792, and 2 m is 9e-44. So it is for
# 16 and 32 bits, raw and packed by gzip. Little-endian files are right, so are bytes, and numbers as text.
# Matters: labels are still different from each other and 0 stays 0, so a volume coloured by label looks right, while its
# labels are other ones; depth is all but 0. Write little-endian, or look at the header and swap.
# Versions: three 0.187.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund three@0.187.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { NRRDLoader } from "three/examples/jsm/loaders/NRRDLoader.js";

const KINDS = {
  "unsigned short": [2, "setUint16"],
  "unsigned int": [4, "setUint32"],
  float: [4, "setFloat32"],
};

function read(kind, endian, encoding) {
  const [size, put] = KINDS[kind];
  const bytes = new DataView(new ArrayBuffer(8 * size));
  [0, 1, 2, 7, 300, 4, 5, 6].forEach((number, place) => bytes[put](place * size, number, endian === "little"));
  const header = `NRRD0004\ntype: ${kind}\ndimension: 3\nsizes: 2 2 2\nendian: ${endian}\nencoding: ${encoding}\n\n`;
  const data = Buffer.from(bytes.buffer);
  const file = Buffer.concat([Buffer.from(header), encoding === "gzip" ? gzipSync(data) : data]);
  return [...new NRRDLoader().parse(new Uint8Array(file).buffer).data];
}

const truth = [0, 1, 2, 7, 300, 4, 5, 6];
for (const encoding of ["raw", "gzip"]) {
  for (const kind of Object.keys(KINDS)) {
    assert.deepEqual(read(kind, "little", encoding), truth);
  }
  const labels = read("unsigned short", "big", encoding);
  console.log(encoding, labels.join(" "));
  assert.deepEqual(labels, [0, 256, 512, 1792, 11265, 1024, 1280, 1536]);
  assert.equal(read("unsigned int", "big", encoding)[1], 2 ** 24);
  assert.ok(Math.max(...read("float", "big", encoding)) < 1e-30);
}
console.log("still so");
JAVASCRIPT
node find.mjs
