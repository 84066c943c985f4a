/** The photo as the stage shows it, which is scaled anew only when the view moves. */

export class Ground {
  #canvas = document.createElement("canvas");
  /** What it was drawn from. @type {unknown[]} */
  #drawn = [];

  /**
   * Draw the photo where a context is set to draw it.
   * @param {CanvasRenderingContext2D} context
   * @param {ImageBitmap} photo
   */
  draw(context, photo) {
    const { width, height } = context.canvas;
    const { a: scale, e: left, f: top } = context.getTransform();
    const from = [photo, width, height, scale, left, top, context.imageSmoothingEnabled];
    if (from.some((part, i) => part !== this.#drawn[i])) {
      this.#drawn = from;
      [this.#canvas.width, this.#canvas.height] = [width, height]; // clears it, too
      const own = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
      own.imageSmoothingEnabled = context.imageSmoothingEnabled;
      own.imageSmoothingQuality = context.imageSmoothingQuality;
      own.setTransform(scale, 0, 0, scale, left, top);
      own.drawImage(photo, 0, 0);
    }
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#canvas, 0, 0);
    context.restore();
  }
}
