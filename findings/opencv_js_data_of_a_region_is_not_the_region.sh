#!/usr/bin/env bash
# A region, a column and two columns of a class map in OpenCV for JavaScript, taken out by roi, col and colRange and read by
# their data, as every example reads a Mat; and the data of a small Mat, kept while a large one is made.
#
# Guessed: data has the numbers of the region, or refuses where they do not lie one after the other; data that was kept is
# still there.
# True:    data is as many numbers as the region has, one after the other from its first pixel on: they are those of the
# first rows of the whole map, beyond the region's right edge. The column 1, 5, 9 is 1, 2, 3. Its length is right.
# clone() gives the region, ucharAt too. And once the memory grows, an array that was kept has the length 0.
# Matters: a crop around an object shows other pixels than the object's, with plausible classes; a mask that was kept is
# undefined everywhere, which counts as background. Write roi(…).clone().data, and ask for data anew each time.
# Versions: @techstark/opencv-js 4.5.2
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @techstark/opencv-js@4.5.2
cat > find.cjs <<'JAVASCRIPT'
const assert = require("node:assert/strict");
const cv = require("@techstark/opencv-js");

function check() {
  const map = cv.matFromArray(3, 4, cv.CV_8UC1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const region = map.roi(new cv.Rect(1, 1, 2, 2));
  console.log("region 5 6 9 10 as data:", [...region.data].join(" "));
  assert.deepEqual([...region.data], [5, 6, 7, 8]);
  assert.deepEqual([...region.clone().data], [5, 6, 9, 10]);
  assert.equal(region.ucharAt(1, 1), 10);
  assert.deepEqual([...map.col(1).data], [1, 2, 3]);
  assert.deepEqual([...map.colRange(1, 3).data], [1, 2, 3, 4, 5, 6]);
  const floats = cv.matFromArray(3, 2, cv.CV_32FC1, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual([...floats.col(0).data32F], [0, 1, 2]);

  const kept = map.data;
  assert.equal(kept.length, 12);
  const large = new cv.Mat(3000, 3000, cv.CV_32FC4);
  console.log("kept", kept.length, "asked again", map.data.length);
  assert.equal(kept.length, 0);
  assert.equal(kept[5], undefined);
  assert.equal(map.data[5], 5);
  large.delete();
  console.log("still so");
  process.exit(0);
}

const started = setInterval(() => {
  if (cv.Mat) {
    clearInterval(started);
    check();
  }
}, 50);
JAVASCRIPT
node find.cjs
