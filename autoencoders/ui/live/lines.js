// A small map with paths on it: where each way leads, and where the picture now shown lies.
import { element } from "./element.js";

const DOT = 1.6; // Pixels of a point of the data.

export class Lines {
  constructor(palette) {
    this.palette = palette;
    this.paths = new Map();
    this.canvas = element("canvas", { class: "hg-lines-canvas" });
    this.dot = element("i", { class: "hg-lines-dot", "data-testid": "path-dot" });
    this.node = element(
      "div",
      { class: "hg-lines", role: "img", "aria-label": "The paths on the map", "data-testid": "path-map" },
      this.canvas,
      this.dot,
    );
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.node);
  }

  /** `places`: Float32Array of (x, y) of the data. */
  setData(places) {
    this.places = places;
    this.draw();
  }

  setPath(kind, places) {
    this.paths.set(kind, places);
    this.draw();
  }

  clear() {
    this.paths.clear();
    this.draw();
  }

  choose(kind) {
    this.chosen = kind;
    this.draw();
  }

  /** A square around the data and every path. */
  bounds() {
    let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const places of [this.places ?? [], ...this.paths.values()]) {
      for (let k = 0; k < places.length; k += 2) {
        x0 = Math.min(x0, places[k]);
        x1 = Math.max(x1, places[k]);
        y0 = Math.min(y0, places[k + 1]);
        y1 = Math.max(y1, places[k + 1]);
      }
    }
    const half = (Math.max(x1 - x0, y1 - y0) || 1) * 0.53;
    return [(x0 + x1) / 2, (y0 + y1) / 2, half];
  }

  draw() {
    const side = this.node.clientWidth;
    if (!side || !this.places) return;
    const scale = devicePixelRatio || 1;
    this.canvas.width = this.canvas.height = Math.round(side * scale);
    const context = this.canvas.getContext("2d");
    context.scale(scale, scale);
    const [cx, cy, half] = this.bounds();
    this.toPixels = (x, y) => [
      ((x - cx + half) / (2 * half)) * side,
      ((cy - y + half) / (2 * half)) * side,
    ];
    const { places, palette } = this;
    context.fillStyle = palette.soft;
    context.globalAlpha = 0.35;
    const every = Math.max(1, Math.floor(places.length / 2 / 4000));
    for (let k = 0; k < places.length; k += 2 * every) {
      const [x, y] = this.toPixels(places[k], places[k + 1]);
      context.fillRect(x - DOT / 2, y - DOT / 2, DOT, DOT);
    }
    context.globalAlpha = 1;
    for (const kind of this.paths.keys()) if (kind !== this.chosen) this.line(context, kind);
    if (this.paths.has(this.chosen)) this.line(context, this.chosen);
    if (this.at) this.point(...this.at);
  }

  line(context, kind) {
    const path = this.paths.get(kind);
    const chosen = kind === this.chosen;
    context.beginPath();
    for (let k = 0; k < path.length; k += 2) {
      const [x, y] = this.toPixels(path[k], path[k + 1]);
      if (k) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
    context.strokeStyle = this.palette.page;
    context.lineWidth = chosen ? 6 : 4;
    context.stroke();
    context.strokeStyle = this.color(kind);
    context.lineWidth = chosen ? 3 : 1.5;
    context.stroke();
  }

  color(kind) {
    return this.palette.colors[KINDS.indexOf(kind) % this.palette.colors.length];
  }

  /** Mark the place that is shown; runs on every frame. */
  point(x, y) {
    this.at = [x, y];
    if (!this.toPixels) return;
    const [px, py] = this.toPixels(x, y);
    this.dot.style.transform = `translate(${px}px, ${py}px)`;
  }

  close() {
    this.sizes.disconnect();
  }
}

export const KINDS = ["straight", "spherical", "density", "geodesic"];
