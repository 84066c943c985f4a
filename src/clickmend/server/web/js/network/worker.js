/** Runs a network beside the page, which stays free. Messages come and are answered one after the other. */

import { Answering } from "./answering.js";

/** @import { Network } from "./answering.js" */
/** @import { Told } from "./geometry.js" */

/** @typedef {{ open: { session: string, network: Network, photo: ImageBitmap } } | { answer: { number: number, marks: Told[] } }} Asked */
/** @typedef {{ ready: string } | { failed: string } | { answered: { number: number, mask: Uint8Array<ArrayBuffer>, took: number, looks: number } }} Said */

const FOLDER = new URL("../../onnxruntime/", import.meta.url);

/** @type {{ onnx: string, run: import("./answering.js").Ask } | null} */
let loaded = null;
/** @type {Answering | null} */
let answering = null;
let last = Promise.resolve();

self.addEventListener("message", ({ data }) => {
  last = last.then(() => take(data)).catch((error) => tell({ failed: error instanceof Error ? error.message : String(error) }));
});

/** @param {Asked} asked */
async function take(asked) {
  if ("open" in asked) {
    const { session, network, photo } = asked.open;
    const { width, height } = photo;
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d"));
    context.drawImage(photo, 0, 0);
    photo.close();
    const { data } = context.getImageData(0, 0, width, height);
    if (loaded?.onnx !== network.onnx) loaded = { onnx: network.onnx, run: await load(network.onnx) };
    answering = new Answering({ width, height, data }, network, loaded.run);
    await answering.ready();
    tell({ ready: session });
  } else if (answering) {
    const { number, marks } = asked.answer;
    const [began, looks] = [performance.now(), answering.looks];
    const mask = /** @type {Uint8Array<ArrayBuffer>} */ (await answering.answer(marks));
    tell({ answered: { number, mask, took: performance.now() - began, looks: answering.looks - looks } }, [mask.buffer]);
  }
}

/**
 * @param {Said} what
 * @param {Transferable[]} [transfer]
 */
function tell(what, transfer = []) {
  self.postMessage(what, { transfer });
}

/**
 * A network in ONNX Runtime, on one thread: more need a page that shares no window with others.
 * @param {string} onnx Its address.
 * @returns {Promise<import("./answering.js").Ask>}
 */
async function load(onnx) {
  const runtime = await import(new URL("ort.wasm.bundle.min.mjs", FOLDER).href);
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmPaths = { wasm: new URL("ort-wasm-simd-threaded.wasm", FOLDER).href };
  const file = await fetch(onnx);
  if (!file.ok) throw new Error(`the network is not there, status ${file.status}`);
  const session = await runtime.InferenceSession.create(new Uint8Array(await file.arrayBuffer()), { executionProviders: ["wasm"] });
  return async (photo, marks, width, height) => {
    const tensor = (/** @type {Float32Array} */ data) => new runtime.Tensor("float32", data, [1, data.length / (width * height), height, width]);
    const found = await session.run({ image: tensor(photo), beside: tensor(marks) }, ["answer"]);
    return found.answer.data;
  };
}
