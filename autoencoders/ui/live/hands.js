// What each gesture does: the calls of gestures.js, passed on to pin, stars, gallery and view.

export class Hands {
  /**
   * `parts`: shown, pin, markers, plane, toolbar, uploads, gallery, viewer, groups, edits (which
   * notes the steps that are taken) and pictureAt(x, y) -> the point whose thumbnail is there or -1.
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.first = null; // The click that may be the first of two.
    this.star = null; // The chosen star: where the picture returns to when the pointer leaves.
  }

  mode() {
    return this.toolbar.mode;
  }

  /** Something moves; the frame that shows it is still to come. */
  stir() {
    this.shown.movedAt = performance.now();
  }

  probe(x, y, touch) {
    if (touch) this.shown.at(x, y);
    else this.shown.under(x, y);
  }

  leave() {
    const home = this.star ? this.uploads.codeOf(this.star) : this.pin.code;
    if (home) this.shown.at(home[0], home[1]);
    else this.shown.hovering = false;
  }

  click(x, y) {
    this.first = { pin: this.pin.code, followed: false };
    this.chooseStar(null);
    const pictured = this.pictureAt(x, y);
    this.pin.set(...(pictured < 0 ? [x, y] : this.shown.points.codeOf(pictured)));
    this.edits.note();
  }

  /** The first click of a double click has set a pin, which nobody wanted. */
  doubleClick() {
    if (this.first) {
      this.pin.set(...(this.first.pin ?? [null]));
      this.edits.takeBack();
    }
    this.first = null;
    this.plane.reset();
  }

  grab(px, py, reach) {
    return this.markers.under(px, py, reach);
  }

  drag(marker, x, y) {
    this.first = null;
    if (marker === "pin") return this.pin.set(x, y);
    this.chooseStar(marker);
    this.uploads.move(marker, [x, y]);
    this.shown.at(x, y);
  }

  drop(marker) {
    if (marker !== "pin") this.uploads.moved(marker);
    this.edits.note();
  }

  /** The second click of two meets the pin that the first one set. */
  tap(marker) {
    if (this.first?.followed) this.first = null;
    else if (this.first) this.first.followed = true;
    if (marker === "pin") return this.shown.at(...this.pin.code);
    this.chooseStar(marker);
    this.shown.at(...this.uploads.codeOf(marker));
  }

  chooseStar(id) {
    this.star = id;
    this.markers.chooseStar(id);
    this.uploads.choose(id);
  }

  /** Choose a star and make sure that it is seen. */
  visitStar(id) {
    const code = this.uploads.codeOf(id);
    this.chooseStar(id);
    this.plane.reveal(code[0], code[1]);
    this.shown.at(code[0], code[1]);
  }

  /** Pin a code and make sure that it is seen. */
  visit([x, y]) {
    this.chooseStar(null);
    this.pin.set(x, y, true);
    this.edits.note();
  }

  outline(polygon, closed = false) {
    this.markers.outlineOf(polygon, closed);
  }

  select(polygon) {
    this.markers.outlineOf(polygon, true);
    const { points } = this.shown;
    if (!points) return;
    const inside = points.inside(polygon);
    this.gallery.show(points, inside, this.viewer.sheet);
    this.groups.offer(inside);
  }

  clearChoice() {
    this.markers.outlineOf(null);
    this.gallery.clear();
    this.groups.offer([]);
  }

  nudge(dx, dy, star) {
    const [x0, x1, y0, y1] = this.plane.bounds;
    const from = star ? this.uploads.codeOf(star) : (this.pin.code ?? this.shown.z);
    const x = Math.min(Math.max(from[0] + dx, x0), x1);
    const y = Math.min(Math.max(from[1] + dy, y0), y1);
    this.plane.reveal(x, y);
    if (star) {
      this.drag(star, x, y);
      this.uploads.moved(star);
    } else if (this.pin.code) this.pin.set(x, y);
    else this.shown.at(x, y);
    this.edits.nudged();
  }

  enter(star) {
    if (star) this.tap(star);
    else this.stand([...this.shown.z]);
  }

  /** Pin a place, or free the pin (null). */
  stand(code) {
    this.pin.set(...(code ?? [null]));
    this.edits.note();
  }

  escape() {
    if (this.markers.polygon || !this.gallery.node.hidden) return this.clearChoice();
    this.chooseStar(null);
    this.stand(null);
  }
}
