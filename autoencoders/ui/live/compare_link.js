// What links two maps: one reads what the other draws, or both show the same test picture.
import { Field } from "./field.js";
import { OfflineError } from "./routes.js";
import { Points } from "./points.js";
import { Sheet } from "./sheet.js";

const REST = 140; // Milliseconds without movement before the exact pictures are asked for.
export const NOTHING = { side: 0, place: null, item: null };

export class Link {
  /** `parts`: halves [A, B], card, say(text) and onpin(pinned, nudged), called with each step of the pin. */
  constructor(parts) {
    Object.assign(this, parts);
    this.kind = "reads";
    this.pinned = NOTHING;
    this.side = 0;
    this.aim = null; // Where the pointer, or the keys, have come to on the map of `side`.
    this.fields = [null, null];
    this.redrawn = [null, null]; // Sheets of what the other model makes of what this one draws.
    this.common = null;
    this.near = -1;
    this.out = [0, 0];
    this.checkRest = this.checkRest.bind(this);
  }

  async load() {
    await this.loadField(0);
    await this.loadField(1);
    await this.loadRedrawn(0);
    await this.loadRedrawn(1);
  }

  /** The map of a longer code shows a plane of it: what it makes of a picture has a sheet of its own. */
  async loadRedrawn(side) {
    const { model } = this.halves[1 - side];
    if (model.chart !== "plane") return;
    for (const grid of model.sheets) {
      const { header, payload } = await this.halves[side].routes.packedSheet(this.path(side, `sheets/${grid}`));
      const sheet = await Sheet.open(header, payload);
      if (this.closed) return;
      this.redrawn[side] = sheet;
      if (side === this.side && this.near < 0 && this.halves[1 - side].state === "blend") this.again();
    }
  }

  path(side, what) {
    const [one, two] = [this.halves[side].model, this.halves[1 - side].model];
    const names = [one.name, one.digest, two.name, two.digest].map(encodeURIComponent);
    return `compare/${names.join("/")}/${what}`;
  }

  async loadField(side) {
    const { header, arrays } = await this.halves[side].routes.packed(this.path(side, "field"));
    const [x0, x1] = this.halves[1 - side].model.extent;
    this.fields[side] = new Field(header.extent, arrays.places, x1 - x0);
    if (side === this.side && this.aim) this.again();
  }

  /** The test pictures that both models know, as points of either map. */
  async loadCommon() {
    if (this.common) return this.common;
    const { arrays } = await this.halves[0].routes.packed(this.path(0, "pairs"));
    const rows = arrays.rows.data;
    this.rows = [0, 1].map((side) => rows.filter((_, k) => k % 2 === side));
    this.common = this.halves.map((half, side) => chosen(half.points, this.rows[side]));
    for (const half of this.halves) half.loadSamples().then(() => this.near >= 0 && half.state === "blend" && this.ringAgain());
    return this.common;
  }

  /** The pointer is at a place of one map: both pictures follow, and nothing is sent. */
  point(half, x, y) {
    this.side = this.halves.indexOf(half);
    this.aim = [x, y];
    if (this.kind === "same" && this.common) this.nearest(half, x, y);
    else this.read(half, x, y);
    this.moved();
  }

  read(half, x, y) {
    const other = this.halves[1 - this.side];
    for (const one of this.halves) one.markers.set("ring", null);
    this.near = -1;
    half.markers.set("crosshair", null); // the pointer's own cursor marks the place
    half.blend(x, y);
    const field = this.fields[this.side];
    if (!field) return other.setState("empty", "waiting for what it reads");
    const [u, v] = field.at(x, y, this.out);
    const sheet = this.redrawn[this.side];
    other.blend(u, v, sheet?.blendAt(x, y));
    other.markers.set("crosshair", u, v);
  }

  nearest(half, x, y) {
    const near = this.common[this.side].nearest(x, y, Infinity);
    half.markers.set("crosshair", null);
    if (near < 0 || near === this.near) return;
    this.near = near;
    this.ringAgain();
    this.halves[1 - this.side].markers.set("crosshair", null);
  }

  /** Ring the nearest test picture in both maps, and show what each makes of it. */
  ringAgain() {
    this.halves.forEach((half, side) => {
      const [u, v] = this.common[side].codeOf(this.near);
      half.blend(u, v, half.sampleOf(this.rows[side][this.near]));
      half.markers.set("ring", u, v);
    });
  }

  again() {
    if (this.aim) this.point(this.halves[this.side], ...this.aim);
  }

  /** The test picture that is ringed, as an item; null where none is. */
  get ringed() {
    if (this.near < 0) return null;
    return { kind: "point", model: this.halves[0].model.name, number: this.rows[0][this.near] };
  }

  aimOf(half) {
    return this.halves[this.side] === half ? this.aim : null;
  }

  stir() {
    this.movedAt = performance.now();
  }

  moved() {
    this.stir();
    this.resting?.abort();
    this.resting = null;
    this.restTimer ??= setTimeout(this.checkRest, REST);
  }

  checkRest() {
    const left = REST - (performance.now() - this.movedAt);
    this.restTimer = left > 1 ? setTimeout(this.checkRest, left) : null;
    if (this.restTimer === null && !this.closed) this.rest();
  }

  async rest() {
    if (!this.halves.every(({ sheet }) => sheet)) return;
    const { signal } = (this.resting = new AbortController());
    try {
      if (this.near >= 0) await this.restOnPicture(this.ringed, signal);
      else await this.restOnPlace(signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof OfflineError)) return this.say(error.message);
      for (const half of this.halves) half.setState("blend", "offline · live blend");
    }
  }

  /** The exact picture of the place, and what the other model makes of that very picture. */
  async restOnPlace(signal) {
    const { side, aim } = this;
    const [half, other] = [this.halves[side], this.halves[1 - side]];
    half.markers.set("crosshair", ...aim);
    const asked = { against: other.model.name, place: aim };
    const { header, arrays } = await half.routes.post("compare/place", asked, signal);
    if (signal.aborted) return;
    const { shape, data } = arrays.images;
    const place = [...arrays.place.data];
    half.exact(data, 0, aim, `exact · ${header.milliseconds.toFixed(1)} ms · ${header.device}`);
    other.exact(data, data.length / shape[0], place, `exact · encoded from ${half.letter}`);
    other.markers.set("crosshair", ...place);
    this.card.reading(half, other, header.difference, data);
  }

  async restOnPicture(item, signal) {
    const answer = await this.ask(item, signal);
    if (!signal.aborted) this.exact(item, answer);
  }

  ask(item, signal) {
    const [one, two] = this.halves;
    return one.routes.post("compare/picture", { against: two.model.name, item }, signal);
  }

  exact(item, { header, arrays }) {
    const { shape, data } = arrays.images;
    const size = data.length / shape[0];
    this.halves.forEach((half, side) => {
      const place = [...arrays.places.data.slice(2 * side, 2 * side + 2)];
      half.exact(data, side * size, place, `exact · ${header.milliseconds.toFixed(1)} ms · ${header.device}`);
      half.markers.set("ring", ...place);
      half.markers.set("crosshair", null);
    });
    this.card.picture(item, header, arrays);
  }

  /** A picture was picked: its codes stand in both maps, and both reconstructions are shown. */
  async pick(item) {
    this.pinned = { side: 0, place: null, item };
    this.aim = null; // A finer sheet that comes meanwhile must not bring the last place back.
    this.near = -1;
    this.resting?.abort();
    const { signal } = (this.resting = new AbortController());
    clearTimeout(this.restTimer);
    this.restTimer = null;
    try {
      const answer = await this.ask(item, signal);
      if (signal.aborted || this.closed) return;
      this.say("");
      this.picked = answer;
      this.near = -1;
      const at = answer.arrays.places.data;
      this.aim = [at[0], at[1]];
      this.side = 0;
      this.exact(item, answer);
      this.mark();
    } catch (error) {
      if (error.name !== "AbortError") this.say(error.message);
    }
  }

  /** Stand the pin, or the stars of a picked picture, where they belong. */
  mark() {
    const { side, place, item } = this.pinned;
    const at = item && this.picked?.arrays.places.data;
    this.halves.forEach((half, k) => {
      if (place && k === side) half.markers.set("pin", ...place);
      else half.markers.set("pin", null);
      half.markers.dropStar("pick");
      if (!at) return;
      half.markers.star("pick", [at[2 * k], at[2 * k + 1]], this.picked.header.name);
      const { node } = half.markers.stars.get("pick");
      node.removeAttribute("tabindex"); // It stays where its code is: nothing to move with keys.
      node.setAttribute("role", "img");
      node.setAttribute("aria-label", `Code of ${this.picked.header.name}`);
    });
  }

  pin(half, x, y) {
    this.point(half, x, y);
    if (this.kind === "same" && this.near >= 0) {
      this.pinned = { side: this.side, place: null, item: this.ringed };
      this.pick(this.ringed);
    } else {
      this.pinned = { side: this.side, place: [x, y], item: null };
      this.mark();
    }
    this.onpin(this.pinned);
  }

  /** The pin is dragged. */
  movePin(half, x, y) {
    this.point(half, x, y);
    this.pinned = { side: this.side, place: [x, y], item: null };
    half.markers.set("pin", x, y);
  }

  keepPin() {
    this.onpin(this.pinned);
  }

  /** Keys move the pin where there is one on this map, else only what is shown. */
  nudge(half, x, y) {
    if (this.pinned.place && this.halves[this.pinned.side] === half) {
      this.movePin(half, x, y);
      return this.onpin(this.pinned, true);
    }
    this.point(half, x, y);
    half.markers.set("crosshair", x, y);
  }

  free() {
    this.pinned = NOTHING;
    this.mark();
    this.onpin(this.pinned);
  }

  takeBack(pinned) {
    this.show(this.kind, pinned);
    this.onpin(pinned);
  }

  /** The pointer has left: back to what is pinned. */
  goHome() {
    const { side, place, item } = this.pinned;
    if (place) return this.point(this.halves[side], ...place);
    if (!item || !this.picked) return;
    const at = this.picked.arrays.places.data;
    clearTimeout(this.restTimer);
    this.restTimer = null;
    this.resting?.abort();
    this.near = -1;
    this.aim = [at[2 * this.side], at[2 * this.side + 1]];
    this.exact(item, this.picked);
  }

  /** Bring a state back: how the maps are linked, and what is pinned. */
  async show(kind, pinned) {
    await this.use(kind);
    this.pinned = pinned;
    if (pinned.item) return this.pick(pinned.item);
    this.mark();
    if (pinned.place) this.point(this.halves[pinned.side], ...pinned.place);
    else this.again();
  }

  /** Link the maps in another way; false where they cannot be. */
  async use(kind) {
    if (kind === "same") {
      const [points] = await this.loadCommon();
      if (!points.count) {
        this.kind = "reads";
        const [one, two] = this.halves;
        this.say(`${one.model.name} and ${two.model.name} were not measured on the same test pictures; one can only read what the other draws.`);
        return false;
      }
    }
    this.kind = kind;
    this.near = -1;
    return true;
  }

  close() {
    this.closed = true;
    this.resting?.abort();
    clearTimeout(this.restTimer);
  }
}

/** Some of a map's points, in the order of `rows`, hidden where they are hidden. */
function chosen(points, rows) {
  const codes = new Float32Array(2 * rows.length);
  rows.forEach((row, k) => codes.set(points.codes.subarray(2 * row, 2 * row + 2), 2 * k));
  const k = points.colourings.indexOf(points.coloured);
  const values = Int32Array.from(rows, (row) => points.labels[row]);
  const { values: _, ...way } = points.colourings[k];
  const some = new Points({ colourings: [way] }, { codes: { data: codes }, "colouring-0": { data: values } }, points.extent);
  some.hidden = points.hidden;
  return some;
}
