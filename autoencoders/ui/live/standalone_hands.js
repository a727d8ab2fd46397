// What gestures do on a map without a server: show the picture at a place, and pin it.

const NEAR = 11; // Pixels within which a point counts as under the pointer.

const REST = 120; // Milliseconds after which the numbers are brought up to date.

export class StandaloneHands {
  /** `parts`: plane, markers, toolbar, viewer, points, and near, the node that names a point. */
  constructor(parts) {
    Object.assign(this, parts);
    this.z = [0, 0];
    this.pin = null;
  }

  mode() {
    return this.toolbar.mode;
  }

  stir() {}

  /** Blend the picture at a code: on every frame. */
  at(x, y) {
    this.z = [x, y];
    this.viewer.blend(x, y);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.viewer.settle(), REST);
    const index = this.points.nearest(x, y, NEAR * this.plane.unit);
    if (index === this.index) return;
    this.index = index;
    const { points } = this;
    this.near.textContent =
      index < 0
        ? "No test picture lies right here: what you see exists only in the model."
        : `${points.labelName(points.labels[index])} · test picture #${points.ids[index]}`;
    if (index < 0) this.markers.set("ring", null);
    else this.markers.set("ring", ...points.codeOf(index));
  }

  probe(x, y) {
    this.at(x, y);
  }

  leave() {
    if (this.pin) this.at(...this.pin);
  }

  click(x, y) {
    this.before = this.pin;
    this.stand([x, y]);
  }

  doubleClick() {
    this.stand(this.before);
    this.plane.reset();
  }

  stand(code) {
    this.pin = code ?? null;
    this.markers.set("pin", ...(this.pin ?? [null]));
    this.viewer.free.hidden = !this.pin;
    if (this.pin) this.at(...this.pin);
  }

  grab(px, py, reach) {
    return this.markers.under(px, py, reach);
  }

  drag(marker, x, y) {
    this.stand([x, y]);
  }

  drop() {}

  tap() {
    this.leave();
  }

  outline() {}

  select() {}

  nudge(dx, dy) {
    const [x0, x1, y0, y1] = this.plane.bounds;
    const [x, y] = this.pin ?? this.z;
    const to = [Math.min(Math.max(x + dx, x0), x1), Math.min(Math.max(y + dy, y0), y1)];
    this.plane.reveal(...to);
    if (this.pin) this.stand(to);
    else this.at(...to);
  }

  enter() {
    this.stand(this.z);
  }

  escape() {
    this.stand(null);
  }
}
