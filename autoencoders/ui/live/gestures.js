// What hands do on the plane: mouse, touch, pen and keyboard, turned into a few plain calls.

const STILL = { mouse: 5, pen: 7, touch: 11 }; // Pixels a press may wander and still be a click.
const REACH = { mouse: 15, pen: 18, touch: 28 }; // Pixels from which a marker can be grabbed.
const TWICE = 350; // Milliseconds between the taps of a double tap.
const NUDGE = 1 / 200; // Part of the view that an arrow key moves.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function typing(target) {
  return (
    target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]")
  );
}

/**
 * Calls on `hands`: stir(), probe(x, y, touch), leave(), click(x, y), doubleClick(), grab(px, py, reach) -> marker,
 * drag(marker, x, y), drop(marker), tap(marker), outline(polygon), select(polygon),
 * nudge(dx, dy, star), enter(star), escape(), and mode() -> "probe" | "pan" | "lasso" | "box".
 */
export class Gestures {
  constructor(surface, plane, hands) {
    Object.assign(this, { surface, plane, hands });
    this.pointers = new Map();
    this.action = null;
    this.last = { x: 0, y: 0 };
    this.code = [0, 0];
    this.frame = this.frame.bind(this);
    this.stop = new AbortController();
    this.listen();
  }

  listen() {
    const { surface } = this;
    const options = { signal: this.stop.signal };
    const on = (name, handler) => surface.addEventListener(name, handler.bind(this), options);
    on("pointerdown", this.down);
    on("pointermove", this.move);
    on("pointerup", this.up);
    on("pointercancel", this.cancel);
    on("click", this.click);
    on("pointerenter", () => (this.inside = true));
    on("pointerleave", this.leave);
    on("keydown", this.key);
    on("focus", () => this.surface.classList.add("hg-keyed"));
    on("contextmenu", (event) => this.action && event.preventDefault());
    on("auxclick", (event) => event.preventDefault());
    surface.addEventListener("wheel", this.wheel.bind(this), { ...options, passive: false });
    addEventListener("keydown", this.space.bind(this), options);
    addEventListener("keyup", (event) => event.code === "Space" && this.setSpace(false), options);
    addEventListener("blur", () => this.setSpace(false), options);
  }

  close() {
    this.stop.abort();
    cancelAnimationFrame(this.waiting);
  }

  space(event) {
    if (event.code !== "Space" || typing(event.target)) return;
    const focused = event.target === this.surface;
    if (!focused && (!this.inside || event.target?.closest?.("button, [role=button], summary, a")))
      return;
    event.preventDefault(); // The page would scroll.
    this.setSpace(true);
  }

  setSpace(held) {
    this.spaceHeld = held;
    this.surface.classList.toggle("hg-panning", held || this.action === "pan");
  }

  begin(action, event) {
    this.action = action;
    this.begun = { x: event.clientX, y: event.clientY };
    this.wandered = false;
    this.surface.classList.toggle("hg-panning", action === "pan");
  }

  /** Take the keys without the ring that tells people who use only keys where they are. */
  takeKeys() {
    this.surface.focus({ preventScroll: true });
    this.surface.classList.remove("hg-keyed");
  }

  down(event) {
    this.takeKeys();
    this.inside = true;
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.surface.setPointerCapture(event.pointerId);
    if (this.pointers.size === 2) return this.beginPinch();
    if (this.pointers.size > 2) return;
    this.last = { x: event.clientX, y: event.clientY };
    this.kind = event.pointerType;
    if (event.button === 1 || (event.button === 0 && this.spaceHeld)) {
      event.preventDefault();
      return this.begin("pan", event);
    }
    if (event.button !== 0) return;
    const mode = this.hands.mode();
    if (event.shiftKey || mode === "lasso") return this.beginShape("lasso", event);
    if (mode === "box") return this.beginShape("box", event);
    const { left, top } = this.plane.place();
    this.marker = this.hands.grab(
      event.clientX - left,
      event.clientY - top,
      REACH[event.pointerType] ?? 15,
    );
    if (this.marker !== null) return this.begin("marker", event);
    this.begin(mode === "pan" ? "pan" : "press", event);
    if (this.action === "press") this.request();
  }

  beginShape(action, event) {
    this.begin(action, event);
    this.polygon = [this.plane.codeAt(event.clientX, event.clientY, [0, 0])];
    this.hands.outline(null);
  }

  beginPinch() {
    if (this.action === "lasso" || this.action === "box") this.hands.outline(null);
    if (this.action === "marker" && this.wandered) this.hands.drop(this.marker);
    this.action = "pinch";
    this.wandered = true;
    this.pinch = this.measurePinch();
  }

  measurePinch() {
    const [a, b] = this.pointers.values();
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) || 1 };
  }

  move(event) {
    const pointer = this.pointers.get(event.pointerId);
    if (pointer) {
      pointer.x = event.clientX;
      pointer.y = event.clientY;
      const limit = STILL[event.pointerType] ?? 5;
      if (Math.hypot(event.clientX - this.begun?.x, event.clientY - this.begun?.y) > limit)
        this.wandered = true;
    } else if (event.pointerType === "touch") return;
    this.kind = event.pointerType;
    this.next = event;
    this.hands.stir();
    this.request();
  }

  /** The next frame takes whatever place is the latest by then. */
  request() {
    this.waiting ||= requestAnimationFrame(this.frame);
  }

  frame() {
    this.waiting = 0;
    const event = this.next;
    const x = event ? event.clientX : this.last.x;
    const y = event ? event.clientY : this.last.y;
    if (this.action === "pinch") return this.followPinch();
    if (this.action === "pan") this.plane.pan(x - this.last.x, y - this.last.y);
    else if (this.action === "marker") this.followMarker(x, y);
    else if (this.action === "lasso" || this.action === "box") this.followShape(x, y);
    else {
      const [cx, cy] = this.plane.codeAt(x, y, this.code);
      this.hands.probe(cx, cy, this.kind === "touch");
    }
    this.last.x = x;
    this.last.y = y;
    this.next = null;
  }

  followMarker(x, y) {
    if (!this.wandered) return;
    const [cx, cy] = this.plane.codeAt(x, y, this.code);
    this.hands.drag(this.marker, cx, cy);
  }

  followShape(x, y) {
    const here = this.plane.codeAt(x, y, [0, 0]);
    if (this.action === "box") {
      const [from] = this.polygon;
      this.polygon = [from, [here[0], from[1]], here, [from[0], here[1]]];
    } else this.polygon.push(here);
    this.hands.outline(this.polygon, this.action === "box");
  }

  followPinch() {
    if (this.pointers.size < 2) return;
    const now = this.measurePinch();
    const before = this.pinch;
    this.plane.pan(now.x - before.x, now.y - before.y);
    const [x, y] = this.plane.codeAt(now.x, now.y, this.code);
    this.plane.zoom(now.apart / before.apart, x, y);
    this.pinch = now;
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    const { action } = this;
    if (action === "pinch") {
      if (this.pointers.size === 0) this.finish();
      return; // The finger that stays does nothing until it is lifted as well.
    }
    if (this.waiting) {
      cancelAnimationFrame(this.waiting);
      this.next = event;
      this.frame();
    }
    if (action === "marker")
      this.wandered ? this.hands.drop(this.marker) : this.hands.tap(this.marker);
    else if (action === "lasso" || action === "box") this.endShape();
    this.still = !this.wandered && event.button === 0 ? action : null;
    this.finish();
  }

  endShape() {
    if (this.polygon.length > 2 && this.wandered) this.hands.select(this.polygon);
    else this.hands.outline(null);
  }

  /** The browser counts the clicks of a mouse; taps are counted here as well. */
  click(event) {
    const { still } = this;
    this.still = null;
    if (still !== "press" && still !== "pan" && still !== "marker") return;
    const tapped =
      event.pointerType === "touch" && this.tapped && event.timeStamp - this.tapped < TWICE;
    this.tapped = tapped ? 0 : event.timeStamp;
    if (event.detail === 2 || tapped) return this.hands.doubleClick();
    if (still === "marker") return; // Already tapped; only its second click is of interest here.
    const [cx, cy] = this.plane.codeAt(event.clientX, event.clientY, this.code);
    this.hands.click(cx, cy);
  }

  finish() {
    this.action = null;
    this.marker = null;
    this.surface.classList.toggle("hg-panning", Boolean(this.spaceHeld));
  }

  cancel(event) {
    this.pointers.delete(event.pointerId);
    if (this.action === "lasso" || this.action === "box") this.hands.outline(null);
    if (this.action === "marker") this.hands.drop(this.marker);
    this.finish();
  }

  leave(event) {
    this.inside = false;
    if (this.pointers.size) return;
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    this.next = null;
    if (event.pointerType !== "touch") this.hands.leave();
  }

  wheel(event) {
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0018));
    // Nothing left to zoom out of: the page may scroll on.
    if (factor < 1 && this.plane.depth <= 1.0001 && !event.ctrlKey) return;
    event.preventDefault();
    const [x, y] = this.plane.codeAt(event.clientX, event.clientY, this.code);
    this.plane.zoom(factor, x, y);
  }

  key(event) {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    this.surface.classList.add("hg-keyed");
    const star = event.target.dataset?.star ?? null;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const [x0, x1] = this.plane.extent;
      const step = (x1 - x0) * NUDGE * (event.shiftKey ? 10 : 1);
      this.hands.nudge(arrow[0] * step, arrow[1] * step, star);
    } else if (event.key === "Enter") this.hands.enter(star);
    else if (event.key === "Escape") this.hands.escape();
    else if (event.key === "+" || event.key === "=") this.plane.zoomMiddle(2);
    else if (event.key === "-") this.plane.zoomMiddle(0.5);
    else if (event.key === "0") this.plane.reset();
    else return;
    event.preventDefault();
  }
}
