// What each gesture does on either map of a comparison: the calls of gestures.js, passed on.

export class CompareHands {
  /** `half`: whose map; `linked()`: what both maps follow, which is made after them. */
  constructor(half, linked) {
    Object.assign(this, { half, linked });
    this.first = null; // What was pinned before a click that may be the first of two.
  }

  get link() {
    return this.linked();
  }

  mode() {
    return "probe";
  }

  stir() {
    this.link.stir();
  }

  probe(x, y) {
    this.link.point(this.half, x, y);
  }

  leave() {
    this.link.goHome();
  }

  click(x, y) {
    this.first = this.link.pinned;
    this.link.pin(this.half, x, y);
  }

  doubleClick() {
    if (this.first !== null) this.link.takeBack(this.first);
    this.first = null;
    this.half.plane.reset();
  }

  grab(px, py, reach) {
    return this.half.markers.at.pin && this.half.markers.under(px, py, reach) === "pin" ? "pin" : null;
  }

  drag(_, x, y) {
    this.link.movePin(this.half, x, y);
  }

  drop() {
    this.link.keepPin();
  }

  tap() {
    this.link.goHome();
  }

  nudge(dx, dy) {
    const { plane, z } = this.half;
    const [x0, x1, y0, y1] = plane.bounds;
    const from = this.link.aimOf(this.half) ?? z;
    const x = Math.min(Math.max(from[0] + dx, x0), x1);
    const y = Math.min(Math.max(from[1] + dy, y0), y1);
    plane.reveal(x, y);
    this.link.nudge(this.half, x, y);
  }

  enter() {
    this.link.pin(this.half, ...(this.link.aimOf(this.half) ?? this.half.z));
  }

  escape() {
    this.link.free();
  }

  outline() {}
  select() {}
}
