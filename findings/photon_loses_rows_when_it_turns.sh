#!/usr/bin/env bash
# A picture of different greys turned by 90, 180 and 270 degrees by photon (Rust, for browsers and Node.js), and a
# grey wall that goes through its box blur.
#
# Guessed: the same pixels at their new places, for quarter turns need no new ones; the wall stays as it is.
# True:    pixels are missing and the rest is moved: of 5×4 pixels turned by 180 degrees 9 are left, with two columns
# and a row of nothing (black, and transparent) at the right and below. Of 100×100 only one is at its place, and 298
# are empty. By -90 degrees the picture is a row higher too. After the box blur the outermost pixels are black and
# transparent; so it is with sharpening, embossing and the reduction of noise. Turning by 0 and 360, and mirroring
# both ways, are right.
# Matters: a mask and its photo turned by two tools are off by a pixel, thin things vanish, and a frame is cut out of
# every matte. Mirror and transpose instead.
# Versions: @silvia-odwyer/photon-node 0.3.4
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @silvia-odwyer/photon-node@0.3.4
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import photon from "@silvia-odwyer/photon-node";

function picture(width, height, grey) {
  const pixels = Array.from({ length: width * height }, (_, place) => {
    const level = grey(place % width, Math.floor(place / width));
    return [level, level, level, 255];
  });
  return new photon.PhotonImage(Uint8Array.from(pixels.flat()), width, height);
}
const plane = (image, channel) => [...image.get_raw_pixels()].filter((_, place) => place % 4 === channel);

const greys = Array.from({ length: 20 }, (_, place) => place + 1);
for (const [angle, left] of [[90, 8], [180, 9], [270, 8], [0, 20], [360, 20]]) {
  const turned = photon.rotate(picture(5, 4, (x, y) => greys[5 * y + x]), angle);
  const found = new Set(plane(turned, 0).filter((grey) => grey > 0));
  console.log(`${angle} degrees: ${found.size} of 20 greys are left, ${turned.get_width()}×${turned.get_height()}`);
  assert.equal(found.size, left);
  assert.equal(plane(turned, 3).filter((alpha) => alpha === 0).length, 20 - left);
}
assert.equal(photon.rotate(picture(5, 4, () => 9), -90).get_height(), 6);

const level = (x, y) => ((x * 7 + y * 31) % 251) + 1;
const large = plane(photon.rotate(picture(100, 100, level), 180), 0);
const right = large.filter((grey, place) => grey === level(99 - (place % 100), 99 - Math.floor(place / 100)));
const gone = large.filter((grey) => grey === 0).length;
console.log(`100×100 by 180 degrees: ${right.length} at its place, ${gone} empty`);
assert.ok(right.length < 100 && gone > 100 && gone < 400);

const wall = picture(6, 6, () => 200);
photon.box_blur(wall);
console.log("a wall of 200, blurred, begins with", [...wall.get_raw_pixels().slice(0, 4)]);
assert.deepEqual([...wall.get_raw_pixels().slice(0, 4)], [0, 0, 0, 0]);
assert.equal(plane(wall, 3).filter((alpha) => alpha === 0).length, 20);
console.log("still so");
JAVASCRIPT
node find.mjs
