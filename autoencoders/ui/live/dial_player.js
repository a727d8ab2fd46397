// The dial: a slider through the sizes of a code. At a mark its picture is exact, between two a blend.
import { Player } from "./player.js";

const MAGNET = 0.015; // Of the whole way: so near to a mark the dial is on it.
const numbers = (size) => (size === 1 ? "1 number" : `${size} numbers`);

export class DialPlayer extends Player {
  /** Besides `Player`'s parts: `sizes`, growing, and onsettled(). */
  constructor(parts) {
    super({ ...parts, exact: null, codeAt: (t) => JSON.stringify([Number(this.sizeAt(t).toPrecision(4))]) });
    const [least, most] = [Math.log2(this.sizes[0]), Math.log2(this.sizes.at(-1))];
    this.at = this.sizes.map((size) => (Math.log2(size) - least) / (most - least));
    this.slider.addEventListener("keydown", (event) => this.jump(event));
  }

  /** The strip has a frame for each size; the dial is spaced by how often the numbers double. */
  use(sheet) {
    const last = sheet.header.frames - 1;
    const spaced = { header: sheet.header, blendFrame: (at) => sheet.blendFrame(this.frameAt(at / last)) };
    super.use(spaced, this.at);
  }

  /** Place in the strip, 0 to its last frame, of a place on the dial. */
  frameAt(t) {
    const { at } = this;
    let k = 0;
    while (k < at.length - 2 && t > at[k + 1]) k++;
    return k + Math.min(Math.max((t - at[k]) / (at[k + 1] - at[k]), 0), 1);
  }

  /** How many numbers a place on the dial stands for; between two sizes as the dial is spaced. */
  sizeAt(t) {
    const { sizes } = this;
    return sizes[0] * (sizes.at(-1) / sizes[0]) ** t;
  }

  /** Which size the dial stands at; -1 between two. */
  get mark() {
    return this.at.findIndex((place) => Math.abs(place - this.t) < 1e-6);
  }

  get nearest() {
    const away = this.at.map((place) => Math.abs(place - this.t));
    return away.indexOf(Math.min(...away));
  }

  seek(t) {
    const near = this.at?.find((place) => Math.abs(place - t) < MAGNET);
    super.seek(this.exactly || near === undefined ? t : near);
    if (Number(this.slider.value) !== this.t) this.slider.value = String(this.t);
  }

  /** Arrows go in steps so small that a mark would hold them back. */
  key(event) {
    this.exactly = true;
    super.key(event);
    this.exactly = false;
  }

  jump(event) {
    const way = { PageUp: 1, PageDown: -1 }[event.key];
    const end = { Home: 0, End: this.at.length - 1 }[event.key];
    if (!way && end === undefined) return;
    event.preventDefault();
    const inside = this.at.findLastIndex((place) => place <= this.t + 1e-6);
    const next = way > 0 ? inside + 1 : this.mark < 0 ? inside : inside - 1;
    this.goToMark(end ?? Math.min(Math.max(next, 0), this.at.length - 1));
  }

  goToMark(k) {
    this.pause();
    this.goTo(this.at[k]);
    this.onrest?.();
  }

  draw(now) {
    super.draw(now);
    if (this.sheet && this.mark >= 0) super.setState("exact", `exact · ${numbers(this.sizes[this.mark])}`);
  }

  setState(state, text) {
    super.setState(state, state === "blend" ? this.between() : text);
  }

  between() {
    const k = Math.min(Math.floor(this.frameAt(this.t)), this.sizes.length - 2);
    return `live blend · ${this.sizes[k]} to ${numbers(this.sizes[k + 1])}`;
  }

  rest() {
    this.onsettled?.();
  }
}
