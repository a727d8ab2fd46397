// What the map draws: a code itself, a line of one number, a plane of a longer code, or test pictures laid out by UMAP.
import { Samples } from "./samples.js";

const WAITING = {
  code: "Decoding the plane…",
  line: "Decoding the line…",
  plane: "Decoding the plane…",
  umap: "UMAP lays the test pictures out; the first time this takes a minute or two…",
};

export class Chart {
  /** `model.chart` is "code", "line", "plane" or "umap". */
  constructor(model, routes) {
    Object.assign(this, { kind: model.chart, routes });
    this.waiting = WAITING[this.kind];
    this.painted = this.kind !== "umap"; // Whether a place has a picture of its own.
  }

  /** The points have arrived; resolves to what takes the place of sheets where there are none. */
  async use(points, arrays) {
    this.centre = arrays.centre?.data;
    this.axes = arrays.axes?.data;
    return this.painted ? null : Samples.open(points, this.routes);
  }

  /** The exact picture of a place; where places have none, that of the point nearest to it. */
  exact(place, near, signal) {
    const { routes } = this;
    return this.painted || near < 0
      ? routes.decode([place], signal)
      : routes.decodePoints([near], signal);
  }

  /** The whole code of a place; null where it is not known yet. */
  codeOf([x, y]) {
    if (this.kind === "code") return [x, y];
    if (this.kind === "line") return [x];
    if (!this.axes) return null;
    const size = this.centre.length;
    return Array.from(this.centre, (middle, k) =>
      Math.fround(middle + x * this.axes[k] + y * this.axes[size + k]),
    );
  }
}
