/** From the PNG of a mask to what is drawn over the photo. */

import { exactPath, smoothPath, traceLoops } from "./contour.js";

/** @import { MaskPicture } from "./types.js" */

const TINT = [47, 109, 246];

/**
 * @param {Blob} png A mask as the server writes it: 255 is object, 0 is not.
 * @returns {Promise<MaskPicture>}
 */
export async function maskPicture(png) {
  const bitmap = await createImageBitmap(png, { colorSpaceConversion: "none" });
  const { width, height } = bitmap;
  const tint = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    tint.getContext("2d", { willReadFrequently: true })
  );
  context.drawImage(bitmap, 0, 0);
  bitmap.close();

  const pixels = context.getImageData(0, 0, width, height);
  const mask = new Uint8Array(width * height);
  for (let i = 0, p = 0; i < mask.length; i++, p += 4) {
    mask[i] = pixels.data[p] > 127 ? 1 : 0;
    pixels.data.set(TINT, p);
    pixels.data[p + 3] = mask[i] * 255;
  }
  context.putImageData(pixels, 0, 0);
  const loops = traceLoops(mask, width, height);
  return { empty: !loops.length, tint, smooth: smoothPath(loops), exact: exactPath(loops) };
}
