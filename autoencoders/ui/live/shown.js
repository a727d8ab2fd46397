// The one code that is shown: blended on every frame, looked up when slow, exact at rest.

const REST = 120; // Milliseconds without movement before the exact picture is asked for.
const PAUSE = 40; // Milliseconds after which even a fast pointer's point is looked up.
const SLOW = 3; // Pixels a frame: a pointer no faster than this is looking at single points.
const NEAR = 11; // Pixels within which a point counts as under the pointer.

export class Shown {
  /** `parts`: viewer, markers, panel, plane, routes, chart and say(text). */
  constructor(parts) {
    Object.assign(this, parts);
    const [x0, x1, y0, y1] = this.plane.bounds;
    this.z = [(x0 + x1) / 2, (y0 + y1) / 2];
    this.points = null;
    this.near = -1;
    this.checkRest = this.checkRest.bind(this);
    this.checkPause = this.checkPause.bind(this);
  }

  /** Show the picture at a code, and all that is known about the place. */
  at(x, y) {
    this.z[0] = x;
    this.z[1] = y;
    this.viewer.blend(x, y);
    this.viewer.settle();
    this.markers.set("crosshair", x, y);
    this.lookAround();
    this.moved();
  }

  /**
   * The same under a hovering pointer, on every frame. Nothing is sent, and nothing but the picture
   * changes on every frame: the pointer's own cursor marks the place, and single points are looked
   * up when it is slow enough for them to be read.
   */
  under(x, y) {
    const far = Math.abs(x - this.z[0]) + Math.abs(y - this.z[1]) > SLOW * this.plane.unit;
    this.z[0] = x;
    this.z[1] = y;
    this.viewer.blend(x, y);
    if (!this.hovering) this.beginHover();
    if (far) this.pauseTimer ??= setTimeout(this.checkPause, PAUSE);
    else this.lookAround();
    this.moved();
  }

  again() {
    this.at(this.z[0], this.z[1]);
  }

  beginHover() {
    this.hovering = true;
    this.markers.set("crosshair", null);
    this.markers.set("ring", null);
    this.near = -2;
  }

  checkPause() {
    const left = PAUSE - (performance.now() - this.movedAt);
    this.pauseTimer = left > 1 ? setTimeout(this.checkPause, left) : null;
    if (this.pauseTimer === null) this.lookAround();
  }

  /** Find the point that is shown, if there is one, and say what is known about it. */
  lookAround() {
    if (!this.points) return;
    const [x, y] = this.z;
    const near = this.points.nearest(x, y, this.chart.painted ? NEAR * this.plane.unit : Infinity);
    if (near === this.near) return;
    this.near = near;
    this.panel.show(near);
    if (near < 0) this.markers.set("ring", null);
    else this.markers.set("ring", this.points.codes[2 * near], this.points.codes[2 * near + 1]);
  }

  /** Look again although nothing moved: other points are visible now, or in other colours. */
  lookAgain() {
    this.near = -2;
    this.panel.forget();
    this.lookAround();
  }

  /** Note a movement; the timer that waits for rest is set once, not on every frame. */
  moved() {
    this.movedAt = performance.now();
    this.resting?.abort();
    this.resting = null;
    this.restTimer ??= setTimeout(this.checkRest, REST);
  }

  checkRest() {
    const left = REST - (performance.now() - this.movedAt);
    this.restTimer = left > 1 ? setTimeout(this.checkRest, left) : null;
    if (this.restTimer === null) this.rest();
  }

  /** At rest: the exact picture of what is shown, and the pictures of the point it lies on. */
  async rest() {
    if (this.closed || !this.viewer.sheet) return;
    this.hovering = false;
    this.viewer.settle();
    this.lookAround();
    this.markers.set("crosshair", this.z[0], this.z[1]);
    const { signal } = (this.resting = new AbortController());
    try {
      const { header, arrays } = await this.chart.exact(this.viewer.code(), this.near, signal);
      if (!signal.aborted) this.viewer.exact(arrays.images.data, header);
      await this.panel.complete(signal);
    } catch (error) {
      if (error.name !== "AbortError" && this.routes.online) this.say(error.message);
    }
  }

  close() {
    this.closed = true;
    this.resting?.abort();
    clearTimeout(this.restTimer);
    clearTimeout(this.pauseTimer);
  }
}
