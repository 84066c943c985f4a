/** Grey PNG files, read to the last bit: a canvas would round 16 bits to 8. */

/** @import { Plane } from "./types.js" */

const SIGNATURE_BYTES = 8;
const CHUNK_BYTES = 12;
const GREY = 0;
const DEPTH_AT = 24;

/**
 * @param {Blob} file
 * @returns {Promise<[number, number] | null>} Width and height; null when it is no PNG.
 */
export async function sizeOfPng(file) {
  const start = await file.slice(0, DEPTH_AT).arrayBuffer();
  const view = new DataView(start);
  const isPng = start.byteLength === DEPTH_AT && view.getUint32(0) === 0x89504e47;
  return isPng ? [view.getUint32(DEPTH_AT - 8), view.getUint32(DEPTH_AT - 4)] : null;
}

/**
 * @param {Blob} file
 * @returns {Promise<boolean>} Whether it is a PNG with 16 bits per number.
 */
export async function isSixteenBit(file) {
  const start = new Uint8Array(await file.slice(0, DEPTH_AT + 1).arrayBuffer());
  return start[1] === 0x50 && start[2] === 0x4e && start[3] === 0x47 && start[DEPTH_AT] === 16;
}

/**
 * @param {Blob} file A grey PNG with 8 or 16 bits, not interlaced.
 * @returns {Promise<Plane>}
 */
export async function readGrey(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const packed = [];
  let [width, height, depth, kind] = [0, 0, 0, -1];
  /** @type {number | undefined} */
  let perMetre;
  for (let at = SIGNATURE_BYTES; at + CHUNK_BYTES <= bytes.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === "IHDR") {
      width = view.getUint32(at + 8);
      height = view.getUint32(at + 12);
      [depth, kind] = [bytes[at + 16], bytes[at + 17]];
    }
    if (name === "tEXt") {
      const [word, text] = String.fromCharCode(...bytes.subarray(at + 8, at + 8 + length)).split("\0");
      if (word === "units_per_m") perMetre = Number(text);
    }
    if (name === "IDAT") packed.push(bytes.subarray(at + 8, at + 8 + length));
    at += CHUNK_BYTES + length;
  }
  if (kind !== GREY || (depth !== 8 && depth !== 16)) throw new Error("This is no grey PNG with 8 or 16 bits.");
  const size = depth / 8;
  const rows = await inflated(packed);
  const plain = unfiltered(rows, width * size, height, size);
  if (size === 1) return { width, height, data: plain };
  const data = new Uint16Array(width * height);
  for (let i = 0, at = 0; i < data.length; i++, at += 2) data[i] = (plain[at] << 8) | plain[at + 1];
  return { width, height, data, perMetre };
}

/** @param {Uint8Array<ArrayBuffer>[]} packed */
async function inflated(packed) {
  const stream = new Blob(packed).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Undo what each row was filtered with.
 * @param {Uint8Array} rows Each row with the number of its filter before it.
 * @param {number} stride Bytes in a row.
 * @param {number} height
 * @param {number} size Bytes of a number.
 */
function unfiltered(rows, stride, height, size) {
  const plain = new Uint8Array(stride * height);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1) + 1;
    const row = plain.subarray(y * stride, (y + 1) * stride);
    row.set(rows.subarray(from, from + stride));
    const filter = rows[from - 1];
    if (filter === 1 && size === 1) for (let x = 0, left = 0; x < stride; x++) row[x] = left += row[x];
    else if (filter === 1) for (let x = size; x < stride; x++) row[x] += row[x - size];
    else if (filter === 2) for (let x = 0; x < stride; x++) row[x] += above[x];
    else if (filter === 3) for (let x = 0; x < stride; x++) row[x] += ((x < size ? 0 : row[x - size]) + above[x]) >> 1;
    else if (filter === 4) undoPaeth(row, above, size);
    above = row;
  }
  return plain;
}

/**
 * @param {Uint8Array} row
 * @param {Uint8Array} above
 * @param {number} size Bytes of a number.
 */
function undoPaeth(row, above, size) {
  for (let x = 0; x < size; x++) row[x] += above[x];
  for (let x = size; x < row.length; x++) {
    const [left, up, corner] = [row[x - size], above[x], above[x - size]];
    const toLeft = Math.abs(up - corner);
    const toUp = Math.abs(left - corner);
    const toCorner = Math.abs(left + up - 2 * corner);
    row[x] += toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
  }
}
