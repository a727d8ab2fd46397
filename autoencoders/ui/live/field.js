// Where on its own map one model puts what another draws, between the places that were computed.

const JUMP = 0.25; // Of the other map's side: corners further apart are not the same way.

export class Field {
  /** `extent` of the map that is drawn; `places` {shape: [rows, cols, 2], data}; `side` of the other map. */
  constructor(extent, { shape, data }, side) {
    [this.rows, this.cols] = shape;
    Object.assign(this, { extent, data, jump: JUMP * side });
  }

  /**
   * Write the place on the other map for (x, y) into `out`: between four nodes where they lie near
   * each other, else that of the nearest one: half way over a jump lies nothing.
   */
  at(x, y, out) {
    const { rows, cols, data } = this;
    const [x0, x1, y0, y1] = this.extent;
    const u = Math.min(Math.max(((x - x0) / (x1 - x0)) * (cols - 1), 0), cols - 1);
    const v = Math.min(Math.max(((y1 - y) / (y1 - y0)) * (rows - 1), 0), rows - 1);
    const j = Math.min(Math.floor(u), cols - 2);
    const i = Math.min(Math.floor(v), rows - 2);
    const a = 2 * (i * cols + j);
    const b = a + 2 * cols;
    const [s, t] = [u - j, v - i];
    if (this.apart(a, b, 0) > this.jump || this.apart(a, b, 1) > this.jump) {
      const nearest = (t < 0.5 ? a : b) + (s < 0.5 ? 0 : 2);
      out[0] = data[nearest];
      out[1] = data[nearest + 1];
      return out;
    }
    for (let k = 0; k < 2; k++) {
      const above = (1 - s) * data[a + k] + s * data[a + 2 + k];
      const below = (1 - s) * data[b + k] + s * data[b + 2 + k];
      out[k] = (1 - t) * above + t * below;
    }
    return out;
  }

  apart(a, b, k) {
    const { data } = this;
    const [p, q, r, s] = [data[a + k], data[a + 2 + k], data[b + k], data[b + 2 + k]];
    return Math.max(p, q, r, s) - Math.min(p, q, r, s);
  }
}
