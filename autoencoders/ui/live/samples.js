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

  /** The picture of the visible sample that lies nearest to (x, y); nothing is blended. */
  blendAt(x, y) {
    const { points } = this;
    const { codes } = points;
    let best = 0;
    let least = Infinity;
    for (let k = 0; k < this.chosen.length; k++) {
      const i = this.chosen[k];
      const [dx, dy] = [codes[2 * i] - x, codes[2 * i + 1] - y];
      const distance = dx * dx + dy * dy;
      if (distance < least && points.visible(i)) [least, best] = [distance, k];
    }
    return this.strip.blendFrame(best);
  }
}
