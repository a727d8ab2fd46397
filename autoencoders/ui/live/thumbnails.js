// Pictures that grow out of the points as one zooms in: originals where the data is on the server's
// disk, else decodings. They are asked for at rest only and drawn with the ground, so that nothing
// of them lies on the way of the decoded picture.
import { PictureCanvas } from "./sheet.js";

const REST = 180; // Milliseconds without a change of view before pictures are chosen.
const MOST = 96; // Pictures on the map at a time, and in one request.
const KEPT = 1000; // Pictures kept, so that going back asks nothing.
const LARGEST = 68; // Pixels of a side.
const SMALLEST = 12; // Smaller than this, a point says as much.
const BEGIN = 38; // Pixels between points, if they stood evenly, where thumbnails begin...
const END = 110; // ...and where they are full grown.
const GROWTH = 220; // Milliseconds in which a picture grows out of its point.
const ROOM = 3; // Pixels between two pictures.

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Thumbnails {
  /** `changed()` asks for the ground to be drawn again; `seen()` says whether points are drawn at all. */
  constructor({ plane, palette, routes, changed, seen }) {
    Object.assign(this, { plane, palette, routes, changed, seen });
    this.kept = new Map();
    this.chosen = [];
    this.born = new Map();
    this.follow = () => this.moved();
    plane.addEventListener("change", this.follow);
  }

  setPoints(points) {
    this.points = points;
    this.moved();
  }

  /** Other pictures stand for the same points now. */
  forget() {
    if (this.points?.original) return;
    this.kept.clear();
    this.moved();
  }

  /** Side of a picture in pixels: it depends on the zoom alone, and grows smoothly with it. */
  side() {
    const apart = (this.plane.width * this.plane.depth) / Math.sqrt(this.points.count);
    const t = Math.min(Math.max((apart - BEGIN) / (END - BEGIN), 0), 1);
    return LARGEST * t * (2 - t);
  }

  /** The view or the points have changed; the timer that waits for rest is set once. */
  moved() {
    this.movedAt = performance.now();
    this.asking?.abort();
    this.asking = null;
    if (this.points) this.timer ??= setTimeout(() => this.checkRest(), REST);
  }

  checkRest() {
    const left = REST - (performance.now() - this.movedAt);
    this.timer = left > 1 ? setTimeout(() => this.checkRest(), left) : null;
    if (this.timer === null) this.rest();
  }

  /** At rest: choose pictures that do not overlap, and ask for those that are not here. */
  async rest() {
    this.chosen = this.choose();
    this.show();
    const missing = this.chosen.filter((i) => !this.kept.has(i));
    if (!missing.length) return;
    const { signal } = (this.asking = new AbortController());
    try {
      const { arrays } = await this.routes.thumbnails(missing, signal);
      if (!signal.aborted) this.keep(missing, arrays.images);
    } catch (error) {
      // Points stay points; the map says elsewhere when the server is gone.
      if (error.name !== "AbortError") console.warn("No thumbnails:", error);
    }
  }

  keep(indices, { shape, data }) {
    const [, height, width, channels] = shape;
    const size = height * width * channels;
    indices.forEach((index, k) => {
      const canvas = document.createElement("canvas");
      new PictureCanvas(canvas, [height, width, channels]).draw(data, k * size);
      this.kept.set(index, canvas);
    });
    while (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
    this.show();
  }

  /** Let what is chosen and here be seen, growing where it was not seen before. */
  show() {
    const now = performance.now();
    const before = this.born;
    const there = this.chosen.filter((i) => this.kept.has(i));
    this.born = new Map(there.map((i) => [i, before.get(i) ?? (calm.matches ? -Infinity : now)]));
    this.plane.surface.dataset.thumbnails = String(there.length);
    this.changed();
  }

  /** Indices of points in view whose pictures leave each other room; those shown before go first. */
  choose() {
    const side = this.side();
    if (side < SMALLEST || !this.seen()) return [];
    const { plane, points } = this;
    const [x0, x1, y0, y1] = plane.extent;
    const inView = points.inside([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]);
    const order = [...this.born.keys(), ...inView.sort((a, b) => shuffled(a) - shuffled(b))];
    const cells = new Map(); // A picture a cell as large as a picture: only neighbours can overlap.
    const apart = side + ROOM;
    const taken = new Set();
    for (const i of order) {
      if (taken.size >= MOST) break;
      const [x, y] = [plane.pixelX(points.codes[2 * i]), plane.pixelY(points.codes[2 * i + 1])];
      const outside = x < 0 || y < 0 || x > plane.width || y > plane.height;
      if (taken.has(i) || outside || !points.visible(i) || crowded(cells, x, y, apart)) continue;
      cells.set(`${Math.floor(x / apart)},${Math.floor(y / apart)}`, [x, y]);
      taken.add(i);
    }
    return [...taken];
  }

  /** The point whose picture is drawn at a code, the one on top where two overlap; -1 for none. */
  at(x, y) {
    if (!this.seen()) return -1;
    const { plane, points } = this;
    const half = this.side() / 2;
    const [px, py] = [plane.pixelX(x), plane.pixelY(y)];
    const covers = (i) =>
      Math.abs(plane.pixelX(points.codes[2 * i]) - px) <= half && Math.abs(plane.pixelY(points.codes[2 * i + 1]) - py) <= half;
    return [...this.born.keys()].findLast(covers) ?? -1;
  }

  /** Draw into a context whose unit is a pixel of the page. */
  drawOn(context, strength) {
    if (!this.born.size || strength === 0) return;
    const { plane, points, palette } = this;
    const full = this.side();
    const now = performance.now();
    let growing = false;
    context.globalAlpha = strength;
    for (const [i, born] of this.born) {
      const age = Math.min((now - born) / GROWTH, 1);
      growing ||= age < 1;
      const side = full * age * (2 - age);
      const canvas = this.kept.get(i);
      if (side < 2 || !canvas) continue;
      const x = plane.pixelX(points.codes[2 * i]);
      const y = plane.pixelY(points.codes[2 * i + 1]);
      drawFramed(context, canvas, x - side / 2, y - side / 2, side, palette.color(points.labels[i]));
    }
    context.globalAlpha = 1;
    if (growing) this.changed();
  }

  close() {
    this.plane.removeEventListener("change", this.follow);
    this.asking?.abort();
    clearTimeout(this.timer);
  }
}

/** A place in an order that has nothing to do with the data's own, always the same. */
function shuffled(i) {
  return Math.imul(i + 1, 0x9e3779b1) >>> 0;
}

function crowded(cells, x, y, apart) {
  const [column, row] = [Math.floor(x / apart), Math.floor(y / apart)];
  for (let r = row - 1; r <= row + 1; r++) {
    for (let c = column - 1; c <= column + 1; c++) {
      const other = cells.get(`${c},${r}`);
      if (other && Math.abs(other[0] - x) < apart && Math.abs(other[1] - y) < apart) return true;
    }
  }
  return false;
}

function drawFramed(context, canvas, left, top, side, color) {
  const frame = Math.min(2.5, side / 10);
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(left - frame, top - frame, side + 2 * frame, side + 2 * frame, frame + 1);
  context.fill();
  context.drawImage(canvas, left, top, side, side);
}
