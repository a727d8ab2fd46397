// A small map that stays as it is: the test points faint, holes hatched, and dots that move on it.
import { element } from "./element.js";
import { Ground } from "./ground.js";
import { Plane } from "./plane.js";
import { Dots } from "./dots.js";
import { drawNames, namesOf } from "./ticks.js";
import { Veil } from "./veil.js";

const FAINT = 0.8; // Between points and paint, of which there is none: how faint the points are.
const REACH = 16; // Pixels within which a dot counts as under the pointer.

export class DotMap {
  /** `parts`: palette, bounds, label; onhover(i, -1 for none), onclick(i); radius of a dot; `named`:
   *  the labels' names stand whole above the faint points; `line`: of a code of one number. */
  constructor(parts) {
    Object.assign(this, { radius: 5.5, onhover() {}, onclick() {}, fade: FAINT }, parts);
    this.dots = null;
    this.lit = -1;
    this.groundCanvas = element("canvas", { class: "hg-ground", "aria-hidden": "true" });
    this.canvas = element("canvas", { class: "hg-dots", "aria-hidden": "true" });
    this.surface = element("div", {
      class: "hg-surface",
      "data-testid": "latent-map",
      role: "img",
      "aria-label": this.label,
      onpointermove: (event) => this.hover(event),
      onpointerleave: () => this.onhover(-1),
      onclick: (event) => this.click(event),
    });
    this.node = element("div", { class: "hg-stage hg-dot-map" }, this.groundCanvas, this.canvas, this.surface);
    this.plane = new Plane(this.surface, this.bounds);
    this.ground = new Ground(this.groundCanvas, this.plane, this.palette, {
      drawOn() {}, // Nothing is painted here.
      highest: this.line ? 0 : Infinity,
    });
    this.ground.setFade(this.fade);
    this.follow = () => this.drawDots();
    this.plane.addEventListener("change", this.follow);
  }

  /** Draw the points; null: none. */
  setPoints(points) {
    this.points = points;
    if (!points) {
      this.ground.scatter = null;
      this.names = this.ground.names = [];
      this.drawDots();
      return this.ground.schedule();
    }
    this.ground.scatter = new Dots({
      plane: this.plane,
      points,
      palette: this.palette,
      onchange: () => this.ground.schedule(),
    });
    const names = points.coloured.title === "label" ? namesOf(points) : [];
    if (this.named) this.names = names;
    else this.ground.names = names;
    this.ground.schedule();
    this.drawDots();
  }

  /** Hatch where there is no data. */
  setEmptiness(emptiness) {
    this.ground.veil = new Veil(this.plane, this.palette, emptiness);
    this.ground.veil.renew();
    this.ground.schedule();
  }

  /** Small pictures [{canvas, x, y}] that stand at their places. */
  setLandmarks(landmarks) {
    this.landmarks = landmarks;
    this.drawDots();
  }

  renew() {
    this.ground.veil?.renew();
    this.ground.schedule();
  }

  /** `places` (x, y) after (x, y); `lost(i)` says whether dot i has left the data. Every frame. */
  setDots(places, lost = () => false) {
    Object.assign(this, { dots: places, lost });
    this.drawDots();
  }

  light(i) {
    if (i === this.lit) return;
    this.lit = i;
    this.drawDots();
  }

  drawDots() {
    const { plane, canvas, dots } = this;
    const scale = devicePixelRatio || 1;
    const [wide, high] = [Math.round(plane.width * scale), Math.round(plane.height * scale)];
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, plane.width, plane.height);
    for (const { canvas: picture, x, y } of this.landmarks ?? []) {
      const side = plane.width / 9;
      context.drawImage(picture, plane.pixelX(x) - side / 2, plane.pixelY(y) - side / 2, side, side);
    }
    drawNames(context, plane, this.palette, this.names ?? [], 1);
    if (!dots) return;
    const count = dots.length / 2;
    for (let i = 0; i < count; i++) if (i !== this.lit) this.drawDot(context, i, this.radius);
    if (this.lit >= 0 && this.lit < count) this.drawDot(context, this.lit, this.radius + 4);
  }

  /** A place of the plane in pixels, kept at its edge when it lies beyond. */
  pixels(i) {
    const { plane, dots } = this;
    const inside = (value, size) => Math.min(Math.max(value, 3), size - 3);
    return [inside(plane.pixelX(dots[2 * i]), plane.width), inside(plane.pixelY(dots[2 * i + 1]), plane.height)];
  }

  drawDot(context, i, radius) {
    const [x, y] = this.pixels(i);
    mark(context, x, y, radius, this.lost(i), this.palette);
  }

  /** The dot under the pointer, -1 for none. */
  under({ clientX, clientY }) {
    if (!this.dots) return -1;
    // Read anew: what stands above this map may have grown since.
    const { left, top } = this.surface.getBoundingClientRect();
    let [best, least] = [-1, REACH];
    for (let i = 0; i < this.dots.length / 2; i++) {
      const [x, y] = this.pixels(i);
      const distance = Math.hypot(x - clientX + left, y - clientY + top);
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  }

  hover(event) {
    this.onhover(this.under(event));
  }

  click(event) {
    const i = this.under(event);
    if (i >= 0) this.onclick(i);
  }

  recolor() {
    this.ground.scatter?.recolor();
    this.renew();
    this.drawDots();
  }

  close() {
    this.plane.removeEventListener("change", this.follow);
    this.plane.close();
    this.ground.close();
  }
}

/** The sign of a drawn code: full where there is data, hollow where there is none. */
export function mark(context, x, y, radius, lost, palette) {
  const accent = palette.accent;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = lost ? palette.page : accent;
  context.fill();
  context.lineWidth = lost ? 2.5 : 1.5;
  context.strokeStyle = lost ? accent : palette.page;
  context.stroke();
}
