// Undo and redo on the map: the pin, stars that were moved, and how much of the individuals is shown.
import { Past } from "./past.js";

const RUN = 700; // Milliseconds between two nudges that are one step.

export class MapEdits {
  /** `parts`: root, pin, plane, uploads, hands() and detail(), the slider or null. */
  constructor(parts) {
    Object.assign(this, parts);
    this.past = new Past((state) => this.show(state), this.root);
    this.nudgedAt = -Infinity;
  }

  get buttons() {
    return [this.past.undo, this.past.redo];
  }

  state() {
    const { pin, uploads } = this;
    const detail = this.detail();
    return { pin: pin.code && [...pin.code], stars: uploads.moves(), ...(detail ? { detail: detail.value } : {}) };
  }

  /** The pin that Python wants is there: the first state, or a step, as that of a link that was followed. */
  begin() {
    this.begun = true;
    this.note();
  }

  /** A step was taken. */
  note() {
    this.nudgedAt = -Infinity;
    this.past.note(this.state());
  }

  /** The step before was none. */
  takeBack() {
    this.past.takeBack();
  }

  /** An arrow key: those that follow each other are one step. */
  nudged() {
    const now = performance.now();
    if (now - this.nudgedAt < RUN) this.past.amend(this.state());
    else this.past.note(this.state());
    this.nudgedAt = now;
  }

  /** A state comes back. Stars whose pictures were removed meanwhile stay away. */
  show({ pin, stars, detail }) {
    this.nudgedAt = -Infinity;
    const slider = this.detail();
    if (slider && detail !== slider.value) slider.set(detail);
    const moved = this.uploads.arrange(stars);
    const same = JSON.stringify(pin) === JSON.stringify(this.pin.code);
    if (!same) {
      this.hands().chooseStar(null);
      if (pin) this.pin.set(pin[0], pin[1], true);
      else this.pin.set(null);
    }
    if (moved) this.hands().visitStar(moved);
  }

  close() {
    this.past.close();
  }
}
