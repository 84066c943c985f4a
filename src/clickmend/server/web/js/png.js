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
  for (let i = 0; i < data.length; i++) data[i] = (plain[2 * i] << 8) | plain[2 * i + 1];
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
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    for (let x = 0; x < stride; x++) {
      const left = x < size ? 0 : plain[to + x - size];
      const up = y === 0 ? 0 : plain[to + x - stride];
      const corner = x < size || y === 0 ? 0 : plain[to + x - stride - size];
      plain[to + x] = rows[from + x] + guess(filter, left, up, corner);
    }
  }
  return plain;
}

/**
 * @param {number} filter
 * @param {number} left
 * @param {number} up
 * @param {number} corner
 */
function guess(filter, left, up, corner) {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
