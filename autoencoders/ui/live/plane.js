// The part of the plane now in view: code units to pixels and back, zooming and panning.

const DEEPEST = 80; // The most one can zoom in.
const GLIDE = 220; // Milliseconds of an animated change of view.

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Emits "change" whenever the view or the size on the page changes. */
export class Plane extends EventTarget {
  /** `bounds` [x0, x1, y0, y1] is what the sheets cover; the view never leaves it. */
  constructor(surface, bounds) {
    super();
    this.surface = surface;
    this.bounds = bounds;
    this.extent = bounds.slice();
    this.width = 1;
    this.height = 1;
    this.rect = null;
    this.forget = () => (this.rect = null);
    addEventListener("scroll", this.forget, { capture: true, passive: true });
    addEventListener("resize", this.forget, { passive: true });
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(surface);
    this.announce();
  }

  close() {
    removeEventListener("scroll", this.forget, { capture: true });
    removeEventListener("resize", this.forget);
    this.observer.disconnect();
    cancelAnimationFrame(this.glide);
  }

  measure() {
    const { clientWidth, clientHeight } = this.surface;
    this.rect = null;
    if (!clientWidth || (clientWidth === this.width && clientHeight === this.height)) return;
    this.width = clientWidth;
    this.height = clientHeight;
    this.dispatchEvent(new Event("change"));
  }

  announce() {
    this.surface.dataset.extent = JSON.stringify(this.extent.map((v) => Number(v.toPrecision(9))));
    this.dispatchEvent(new Event("change"));
  }

  /** Where the surface stands in the window; read again only after something moved it. */
  place() {
    this.rect ??= this.surface.getBoundingClientRect();
    return this.rect;
  }

  /** Write the code under a place of the window into `out` [x, y], held inside the view. */
  codeAt(clientX, clientY, out) {
    const { left, top, width, height } = this.place();
    const [x0, x1, y0, y1] = this.extent;
    out[0] = x0 + Math.min(Math.max((clientX - left) / width, 0), 1) * (x1 - x0);
    out[1] = y1 - Math.min(Math.max((clientY - top) / height, 0), 1) * (y1 - y0);
    return out;
  }

  pixelX(x) {
    return ((x - this.extent[0]) / (this.extent[1] - this.extent[0])) * this.width;
  }

  pixelY(y) {
    return ((this.extent[3] - y) / (this.extent[3] - this.extent[2])) * this.height;
  }

  /** Code units that one pixel is wide. */
  get unit() {
    return (this.extent[1] - this.extent[0]) / this.width;
  }

  /** How far one has zoomed in: 1 shows everything. */
  get depth() {
    return (this.bounds[1] - this.bounds[0]) / (this.extent[1] - this.extent[0]);
  }

  contains(x, y) {
    const [x0, x1, y0, y1] = this.extent;
    return x >= x0 && x <= x1 && y >= y0 && y <= y1;
  }

  /** Where the view rests, once it has glided there. */
  get goal() {
    return this.aim ?? this.extent;
  }

  /** Stop gliding. */
  halt() {
    cancelAnimationFrame(this.glide);
    this.aim = null;
  }

  /** Show `extent`, pushed back inside the bounds. */
  look(extent) {
    this.extent = this.within(extent);
    this.announce();
  }

  within(extent) {
    const [X0, X1, Y0, Y1] = this.bounds;
    const wide = Math.min(extent[1] - extent[0], X1 - X0);
    const high = Math.min(extent[3] - extent[2], Y1 - Y0);
    const x0 = Math.min(Math.max(extent[0], X0), X1 - wide);
    const y0 = Math.min(Math.max(extent[2], Y0), Y1 - high);
    return [x0, x0 + wide, y0, y0 + high];
  }

  /** Show `extent` at once, whatever was gliding. */
  jump(extent) {
    this.halt();
    this.look(extent);
  }

  /** The view magnified by `factor` while (x, y) stays where it is. */
  zoomed(factor, x, y) {
    const allowed = Math.min(Math.max(this.depth * factor, 1), DEEPEST) / this.depth;
    const [x0, x1, y0, y1] = this.extent;
    return [
      x - (x - x0) / allowed,
      x + (x1 - x) / allowed,
      y - (y - y0) / allowed,
      y + (y1 - y) / allowed,
    ];
  }

  zoom(factor, x, y) {
    this.halt();
    this.look(this.zoomed(factor, x, y));
  }

  /** Move the view so that what lay under one place lies (dx, dy) pixels further. */
  pan(dx, dy) {
    this.halt();
    const [x0, x1, y0, y1] = this.extent;
    const x = (dx / this.width) * (x1 - x0);
    const y = (dy / this.height) * (y1 - y0);
    this.look([x0 - x, x1 - x, y0 + y, y1 + y]);
  }

  /** Glide to `target`, or jump where motion is unwelcome. */
  glideTo(wanted) {
    this.halt();
    if (calm.matches) return this.look(wanted);
    const target = (this.aim = this.within(wanted));
    const from = this.extent;
    const begun = performance.now();
    const step = (now) => {
      const t = Math.min(Math.max((now - begun) / GLIDE, 0), 1);
      const eased = 1 - (1 - t) ** 3;
      this.look(from.map((value, k) => value + (target[k] - value) * eased));
      if (t < 1) this.glide = requestAnimationFrame(step);
      else this.aim = null;
    };
    this.glide = requestAnimationFrame(step);
  }

  zoomMiddle(factor) {
    const [x0, x1, y0, y1] = this.extent;
    this.glideTo(this.zoomed(factor, (x0 + x1) / 2, (y0 + y1) / 2));
  }

  reset() {
    this.glideTo(this.bounds);
  }

  /** Make sure that a code can be seen, moving the view only if it must. */
  reveal(x, y) {
    if (this.contains(x, y)) return;
    const [x0, x1, y0, y1] = this.extent;
    const [w, h] = [(x1 - x0) / 2, (y1 - y0) / 2];
    this.glideTo([x - w, x + w, y - h, y + h]);
  }
}
