// The points of a moment of the training, pixel by pixel: where the "graphics card" is software,
// thousands of little squares cost less this way than as many calls to the canvas.

export class Swarm {
  /** `scale`: how much larger than usual the points are. */
  constructor(canvas, scale = 1) {
    this.canvas = canvas;
    this.scale = scale;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
  }

  /**
   * Draw `count` points: `at(i, place)` writes the place of a point, shares from the top left, and
   * returns its colour [r, g, b]. `side` is the canvas's, in its own pixels.
   */
  draw(side, count, at) {
    if (!this.image || this.canvas.width !== side) {
      this.canvas.width = this.canvas.height = side;
      this.image = this.context.createImageData(side, side);
      this.words = new Uint32Array(this.image.data.buffer);
    }
    const { words } = this;
    words.fill(0);
    const size = Math.max(2, Math.round((this.scale * side) / 150));
    const place = [0, 0];
    for (let i = 0; i < count; i++) {
      const [red, green, blue] = at(i, place);
      const word = (230 << 24) | (blue << 16) | (green << 8) | red; // Little-endian: ABGR.
      const left = Math.round(place[0] * side - size / 2);
      const top = Math.round(place[1] * side - size / 2);
      if (left < 0 || top < 0 || left + size > side || top + size > side) continue;
      for (let y = top; y < top + size; y++) words.fill(word, y * side + left, y * side + left + size);
    }
    this.context.putImageData(this.image, 0, 0);
  }
}
