// The interpolation page: pictures in a row, and one slider that drags through all of them.
import { Address } from "./address.js";
import { Besides } from "./besides.js";
import { element } from "./element.js";
import { Films } from "./films.js";
import { Flick } from "./flick.js";
import { KINDS, Lines } from "./lines.js";
import { laidOut } from "./morph_layout.js";
import { MODES, WANTED, sceneOf, stateFrom, takenFrom } from "./morph_scene.js";
import { Palette } from "./palette.js";
import { Past } from "./past.js";
import { Player } from "./player.js";
import { Routes } from "./routes.js";
import { Sheet } from "./sheet.js";
import { Slots } from "./slots.js";
import { Square } from "./square.js";
import { STILL, Takeaway, pictureOf } from "./takeaway.js";
import { Looks, keyOf, tray } from "./tray.js";
import { TrayBar } from "./tray_bar.js";

const KEPT = 4; // Sets of strips.

export class Morph {
  constructor(data, base) {
    this.model = data.model;
    this.routes = new Routes(base, data.model);
    this.looks = new Looks(this.routes);
    this.root = element("div", { class: "hg-root hg-page", "data-testid": "live-root" });
    this.palette = new Palette(this.root);
    this.state = { mode: "row", items: [], path: "straight", even: true, at: 0.5, place: [0.5, 0.5] };
    this.strips = new Map();
    this.kept = new Map();
    this.address = new Address(() => this.described());
    this.past = new Past((state) => this.show(state), this.root);
    this.build();
    this.root.addEventListener(
      "transitionrun",
      (event) => event.target === this.root && this.themeMayHaveChanged(),
    );
    this.start();
  }

  build() {
    const { model, routes, looks, palette } = this;
    const say = (text) => this.say(text);
    this.bar = new TrayBar({ model, routes, looks, say, onpick: (item) => this.pick(item) });
    this.bar.feel(this.root);
    this.status = element("p", { class: "hg-note", role: "status", "data-testid": "page-status" });
    this.slots = new Slots(model, looks, (items) => this.step({ items }));
    this.player = new Player({
      slot: "morph",
      image: model.image,
      label: "From picture to picture",
      exact: (t, signal) => routes.exact([this.baseAt(t)], signal),
      codeAt: (t) => this.textAt(t),
      onmove: (t) => this.follow(t),
    });
    this.player.onrest = () => this.amend({ at: this.player.t });
    this.square = new Square({ model, routes, say, onrest: () => this.amend({ place: this.square.at }) });
    this.besides = new Besides(model, routes);
    this.lines = new Lines(palette);
    this.takeaway = new Takeaway({
      routes,
      asked: () => takenFrom(this.state, this.player.t),
      seen: () => ({ pins: this.flick.parts }),
    });
    this.flick = new Flick({
      root: this.root,
      capture: () => this.remembered(),
      recall: ({ state }) => this.past.goTo(state),
      onchange: () => this.address.report(),
      portray: (state) => pictureOf(routes, takenFrom(state, state.at)),
    });
    this.tools = element("div", { class: "hg-keep" }, this.flick.node, this.takeaway.node);
    this.films = new Films(model, (kind) => this.lines.color(kind), (path) => this.step({ path }));
    this.even = element("input", {
      type: "checkbox",
      checked: true,
      "data-testid": "even",
      onchange: () => this.step({ even: this.even.checked }),
    });
    this.modes = element("div", { class: "hg-modes", role: "radiogroup", "aria-label": "Arrangement" });
    this.arrange();
  }

  arrange() {
    this.plane = element("p", { class: "hg-how" });
    Object.assign(this, laidOut(this));
    this.refreshModes();
  }

  async start() {
    const [places] = await Promise.all([this.loadPlaces(), this.bar.start()]);
    if (this.closed) return;
    if (places) this.lines.setData(places);
    if (!this.state.items.length && !this.heard) {
      const first = [...tray.items, ...this.bar.starters].filter((item) => this.usable(item));
      this.step({ items: first.slice(0, 2) });
      this.player.goTo(0.5);
    } else await this.refresh();
    this.root.dataset.ready = "true";
  }

  async loadPlaces() {
    try {
      const { header, arrays } = await this.routes.places();
      this.plane.textContent = header.words;
      return arrays.places.data;
    } catch (error) {
      this.say(error.message);
      return null;
    }
  }

  usable(item) {
    const look = this.looks.at(item);
    return look && !look.problem;
  }

  /** A picture of the tray was clicked: it joins the row, or takes the last place of a full one. */
  pick(item) {
    const most = WANTED[this.state.mode][1];
    const { items } = this.state;
    const key = keyOf(item);
    if (items.length && keyOf(items.at(-1)) === key) return this.say("That picture is the last one already.");
    const kept = items.length < most ? items : items.slice(0, most - 1);
    this.step({ items: [...kept, item] });
  }

  /** Change the state, as a step that can be undone. */
  step(change) {
    this.state = { ...this.state, at: this.player.t, ...change };
    this.past.note(this.state);
    this.refresh();
  }

  /** Change what belongs to the step that is shown. */
  amend(change) {
    this.state = { ...this.state, ...change };
    this.past.amend(this.state);
    this.address.report();
  }

  /** A state comes back. */
  show(state) {
    this.state = state;
    this.player.goTo(state.at);
    this.square.seek(...state.place);
    this.refresh();
  }

  /** What is shown now, to come back to. */
  remembered() {
    const square = this.state.mode === "square";
    if (!(square ? this.square.sheet : this.used)) return null;
    const state = { ...this.state, at: this.player.t, place: this.square.at };
    const picture = square ? this.square.canvas : this.player.canvas;
    return { state, picture, parts: sceneOf(state, state.items.map((item) => this.looks.at(item))) };
  }

  refreshModes() {
    this.modes.replaceChildren(
      ...Object.entries(MODES).map(([mode, words]) =>
        element(
          "button",
          {
            type: "button",
            class: "hg-button",
            role: "radio",
            "aria-checked": String(mode === this.state.mode),
            "data-testid": `mode-${mode}`,
            onclick: () => this.step({ mode, items: this.state.items.slice(0, WANTED[mode][1]) }),
          },
          words,
        ),
      ),
    );
  }

  async refresh() {
    const { items, mode } = this.state;
    const turn = (this.turn = {});
    this.even.checked = this.state.even;
    this.refreshModes();
    this.address.report();
    this.takeaway.offer(mode === "square" ? [...STILL, "html"] : undefined);
    try {
      await this.looks.of(items);
    } catch (error) {
      return this.say(error.message);
    }
    if (turn !== this.turn || this.closed) return;
    this.slots.show(items, mode === "analogy" ? ["A", "B", "C"] : []);
    const [least] = WANTED[mode];
    const missing = least - items.length;
    const enough = missing <= 0;
    (mode === "square" ? this.square.side : this.main).append(this.tools);
    this.stage.hidden = mode === "square" || !enough;
    this.square.node.hidden = mode !== "square" || !enough;
    if (!enough) {
      const count = missing === 1 ? "one more picture" : `${missing} more pictures`;
      return this.say(`Choose ${count} from the tray.`);
    }
    this.say("");
    if (mode === "square") return this.square.use(items);
    await this.loadStrips(turn);
  }

  /** Fetch the chosen way first, then the others for their filmstrips. */
  async loadStrips(turn) {
    const { items, even, path, mode } = this.state;
    const key = JSON.stringify([items, even, mode]);
    if (key !== this.stripsOf) {
      this.stripsOf = key;
      this.strips = this.keptStrips(key);
      this.lines.clear();
      this.besides.load({ items, analogy: mode === "analogy" }).then(() => {
        if (turn === this.turn && this.used) this.follow(this.player.t);
      });
    }
    this.lines.choose(path);
    for (const kind of [path, ...KINDS.filter((other) => other !== path)]) {
      if (!this.strips.has(kind)) {
        try {
          const strip = await this.fetchStrip(kind);
          if (turn !== this.turn || this.closed) return;
          this.strips.set(kind, strip);
        } catch (error) {
          if (turn !== this.turn) return;
          this.say(error.message);
          continue;
        }
      }
      this.lines.setPath(kind, this.strips.get(kind).arrays.places.data);
      if (kind === path) this.useStrip();
      this.films.show(this.strips, path);
    }
  }

  /** The strips of some pictures, those of the last few kept: pins go back and forth. */
  keptStrips(key) {
    const strips = this.kept.get(key) ?? new Map();
    this.kept.delete(key);
    this.kept.set(key, strips);
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
    return strips;
  }

  async fetchStrip(path) {
    const { header, arrays } = await this.routes.morph({ ...takenFrom(this.state, this.player.t), path });
    const sheet = await Sheet.open(header.strip, arrays.sheet.data);
    return { header, arrays, sheet };
  }

  get strip() {
    return this.strips.get(this.state.path);
  }

  useStrip() {
    this.used = this.strip;
    const { sheet, arrays } = this.used;
    this.player.use(sheet, arrays.stops.data);
    this.root.dataset.strip = this.state.path;
  }

  /** Base code at a place of the slider, between the frames' codes. */
  baseAt(t) {
    const { data, shape } = this.used.arrays.bases;
    const [frames, size] = shape;
    const at = t * (frames - 1);
    const i = Math.min(Math.floor(at), frames - 2);
    const part = at - i;
    return Array.from(
      { length: size },
      (_, k) => (1 - part) * data[i * size + k] + part * data[(i + 1) * size + k],
    );
  }

  textAt(t) {
    return JSON.stringify(this.baseAt(t).map((value) => Math.round(value * 1e4) / 1e4));
  }

  /** What follows the slider on every frame. */
  follow(t) {
    const { places, ends, stops } = this.used.arrays;
    const frames = places.shape[0];
    const at = t * (frames - 1);
    const i = Math.min(Math.floor(at), frames - 2);
    const part = at - i;
    const along = (k) =>
      (1 - part) * places.data[2 * i + k] + part * places.data[2 * i + 2 + k];
    this.lines.point(along(0), along(1));
    this.besides.draw(ends, stops.data, t);
  }

  themeMayHaveChanged() {
    if (!this.palette.read()) return;
    this.lines.draw();
    this.films.show(this.strips, this.state.path);
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  /** A rerun of the script: a link that was followed, and where to report the scene. */
  hear(data, report) {
    const scene = this.address.hear(data, report);
    if (!scene) return;
    const state = stateFrom(scene, this.model.name);
    this.heard = state.items.length > 0 || scene.left_out > 0;
    this.player.goTo(state.at);
    this.square.seek(...state.place);
    this.flick.restore(scene.pins, (parts) => stateFrom(parts, this.model.name));
    this.step({ ...state, items: this.heard ? state.items : this.state.items });
  }

  /** The parts of the scene, once every picture of it has been looked at. */
  described() {
    const looks = this.state.items.map((item) => this.looks.at(item));
    if (!looks.every((look) => look && !look.problem)) return null;
    return { ...sceneOf({ ...this.state, at: this.player.t }, looks), pins: this.flick.parts };
  }

  pause() {
    this.bar.pause();
    this.player.pause();
    this.address.pause();
  }

  resized() {
    this.lines.draw();
  }

  close() {
    this.closed = true;
    for (const part of [this.player, this.square, this.lines, this.bar, this.past, this.address, this.flick, this.routes])
      part.close();
    this.root.remove();
  }
}
