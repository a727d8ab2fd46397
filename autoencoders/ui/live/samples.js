// Test pictures in the place of sheets, for a map whose places have no pictures of their own.
import { Sheet } from "./sheet.js";

export class Samples {
  /** `strip`: reconstructions of the points `chosen` (Int32Array), in their order. */
  constructor(points, chosen, strip) {
    Object.assign(this, { points, chosen, strip });
    this.header = strip.header;
    this.word = `nearest of ${chosen.length} test pictures`;
  }

  static async open(points, routes) {
    const { header, arrays } = await routes.samples();
    return new Samples(points, arrays.chosen.data, await Sheet.open(header.strip, arrays.sheet.data));
  }

  /** The picture of the sample that lies nearest to (x, y); nothing is blended. */
  blendAt(x, y) {
    const { codes } = this.points;
    let best = 0;
    let least = Infinity;
    for (let k = 0; k < this.chosen.length; k++) {
      const i = 2 * this.chosen[k];
      const distance = (codes[i] - x) ** 2 + (codes[i + 1] - y) ** 2;
      if (distance < least) [least, best] = [distance, k];
    }
    return this.strip.blendFrame(best);
  }
}
