/** Reads the PNG files that it is sent, one message each. */

import { readGrey } from "./png.js";

const here = /** @type {Worker} */ (/** @type {unknown} */ (self));

here.addEventListener("message", async ({ data: { number, file } }) => {
  try {
    const plane = await readGrey(file);
    here.postMessage({ number, plane }, [plane.data.buffer]);
  } catch (error) {
    here.postMessage({ number, failed: error instanceof Error ? error.message : String(error) });
  }
});
