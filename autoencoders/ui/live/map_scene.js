// What of the map beside its pin stands in the address: view, colouring, paint, detail, pins A and B.
import { Address } from "./address.js";

const FULL = 1.0001; // Of the depth of a view: everything is in it.
const DIGITS = 5; // Significant digits of a side of the view.

export class MapScene {
  /** `parts`: plane, flick, fade, detail (or null) and detailFirst, colourBy, ground, say(text). */
  constructor(parts) {
    Object.assign(this, parts);
    this.address = new Address(() => this.described());
    this.fadeFirst = this.fade.value;
    this.follow = () => this.changed();
    this.plane.addEventListener("change", this.follow);
  }

  /** Something that the address holds has changed, or perhaps has. */
  changed() {
    if (!this.started) return;
    const text = JSON.stringify(this.described());
    if (text === this.last) return;
    this.last = text;
    this.address.report();
  }

  described() {
    const { plane, fade, detail, colourBy, flick } = this;
    const [x0, x1] = plane.goal;
    const all = (plane.bounds[1] - plane.bounds[0]) / (x1 - x0) < FULL;
    const view = all ? null : plane.goal.map((side) => Number(side.toPrecision(DIGITS)));
    return {
      view,
      colour: this.wanted ?? colourBy.title,
      fade: fade.value === this.fadeFirst ? null : Number(fade.value),
      detail: detail && detail.value !== this.detailFirst ? detail.value : null,
      pins: flick.parts,
    };
  }

  /** A rerun of the script: a link that was followed is shown. */
  hear(data, report) {
    const scene = this.address.hear(data, report);
    if (scene) this.show(scene);
    if (!this.started) this.last = JSON.stringify(this.described());
    this.started = true;
  }

  show({ view, colour, fade, detail, pins }) {
    const { plane } = this;
    if (view || plane.depth > FULL) plane.jump(view ?? plane.bounds);
    this.setFade(fade ?? Number(this.fadeFirst));
    if (this.detail) this.setDetail(detail ?? this.detailFirst);
    this.wanted = colour;
    if (this.points) this.setPoints(this.points);
    this.flick.restore(pins, ({ codes }) => codes[0] && [...codes[0]]);
  }

  setFade(value) {
    this.fade.value = String(value);
    this.ground.setFade(Number(this.fade.value));
  }

  setDetail(value) {
    const near = Math.round(4 * value) / 4; // Sheets come in steps of a quarter.
    if (near !== this.detail.value) this.detail.set(near);
  }

  /** The points are there, and with them everything that they can be coloured by. */
  setPoints(points) {
    this.points = points;
    const { wanted } = this;
    this.wanted = null;
    if (wanted === null || wanted === undefined || this.colourBy.choose(wanted)) return;
    this.say(`The link colours the points by “${wanted}”, which this model does not know.`);
  }

  pause() {
    this.address.pause();
  }

  close() {
    this.plane.removeEventListener("change", this.follow);
    this.address.close();
  }
}
