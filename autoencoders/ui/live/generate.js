// The page "generate": a plain and a variational autoencoder drawn from by the same chance.
import { Address } from "./address.js";
import { DrawControls, GridControls, HOTTEST } from "./draw_controls.js";
import { DrawnHalf } from "./drawn_half.js";
import { element } from "./element.js";
import { Manifold } from "./manifold.js";
import { Palette } from "./palette.js";
import { Past } from "./past.js";
import { dressed } from "./stylesheet.js";
import { tray } from "./tray.js";

await dressed("generate.css");

const REST = 140; // Milliseconds without movement before the exact pictures are asked for.
const START = { seed: 1, temperature: 1, against: "" };

export class Generate {
  constructor(data, base) {
    Object.assign(this, { data, base, model: data.model });
    this.partners = data.model.partners;
    this.state = { ...START, against: this.partners[0]?.name ?? "" };
    this.halves = new Map(); // By the side of the page: plain, variational.
    this.manifolds = new Map();
    this.root = element("div", { class: "hg-root hg-page", "data-testid": "live-root" });
    this.palette = new Palette(this.root);
    this.address = new Address(() => this.described());
    this.past = new Past((state) => this.show(state), this.root);
    this.draw = this.draw.bind(this);
    this.build();
    this.root.addEventListener(
      "transitionrun",
      (event) => event.target === this.root && this.themeMayHaveChanged(),
    );
    // A link is heard of at once: what it asks for is drawn first.
    queueMicrotask(() => this.turn || this.closed || this.show(this.state));
  }

  build() {
    this.status = element("p", { class: "hg-note", role: "status", hidden: true, "data-testid": "page-status" });
    this.pair = element("div", { class: "hg-drawn-two" });
    this.grids = element("div", { class: "hg-drawn-two" });
    this.controls = new DrawControls({
      partners: this.partners,
      past: this.past,
      onheat: (temperature) => this.heat(temperature),
      onstep: (change) => this.step(change),
      say: (text) => this.say(text),
    });
    this.gridControls = new GridControls(() => this.showGrids());
    this.root.append(this.controls.node, this.status, this.pair, this.gridControls.node, this.grids);
  }

  /** Bring page and state together: the halves that are not there yet, their draws, their grids. */
  async show(state) {
    this.state = { ...state };
    this.past.note(this.state);
    this.controls.show(state);
    this.standBeside();
    const turn = (this.turn = {});
    const loads = [...this.halves.values()].map((half) => half.load(state.seed));
    const failed = (await Promise.allSettled(loads)).find(({ reason }) => reason);
    if (this.closed || turn !== this.turn) return;
    this.say(failed ? failed.reason.message : "");
    this.arrangeGrids();
    this.request();
    this.root.dataset.ready = "true";
  }

  /** The chosen model and the one beside it, each on its own side. */
  standBeside() {
    const partner = this.partners.find(({ name }) => name === this.state.against);
    const wanted = [this.model, partner].filter(Boolean);
    for (const [side, half] of this.halves) {
      if (wanted.some(({ name }) => name === half.model.name)) continue;
      this.manifolds.get(side)?.close();
      this.manifolds.delete(side);
      half.close();
      this.halves.delete(side);
    }
    for (const model of wanted) if (!this.halves.has(model.side)) this.halves.set(model.side, this.half(model));
    const nodes = ["plain", "variational"].map((side) => this.halves.get(side)?.node).filter(Boolean);
    if (nodes.some((node, i) => this.pair.children[i] !== node)) this.pair.replaceChildren(...nodes);
    this.pair.classList.toggle("hg-alone", nodes.length < 2);
    this.grids.classList.toggle("hg-alone", nodes.length < 2);
  }

  half(model) {
    const half = new DrawnHalf({
      model,
      base: this.base,
      palette: this.palette,
      say: (text) => this.say(text),
      // The same numbers were drawn for both: picture i here is picture i there.
      onlight: (i) => this.halves.forEach((other) => other.light(i)),
      onkeep: (item) => this.keep(item),
    });
    half.onpoints = () => this.manifolds.get(model.side)?.map.setPoints(half.points);
    return half;
  }

  arrangeGrids() {
    for (const [side, half] of this.halves) {
      if (this.manifolds.has(side) || !half.header?.sheets) continue;
      const manifold = new Manifold({ half, palette: this.palette, onkeep: (item) => this.keep(item) });
      this.manifolds.set(side, manifold);
    }
    const halves = ["plain", "variational"].map((side) => this.halves.get(side)).filter(Boolean);
    const key = halves.map(({ model }) => [model.name, this.manifolds.has(model.side)]).join();
    if (key !== this.gridsOf) this.grids.replaceChildren(...halves.map(({ model }) => this.manifolds.get(model.side)?.node ?? without(model)));
    this.gridsOf = key;
    this.gridControls.node.hidden = this.grids.hidden = !this.manifolds.size;
    this.showGrids();
  }

  showGrids() {
    const { how, side } = this.gridControls;
    for (const manifold of this.manifolds.values()) {
      if (manifold.how !== how || manifold.side !== side) manifold.show(how, side);
    }
  }

  /** The slider moved: pictures follow on the next frame. */
  heat(temperature) {
    this.state.temperature = temperature;
    this.request();
  }

  request() {
    this.movedAt = performance.now();
    this.resting?.abort();
    this.waiting ||= requestAnimationFrame(this.draw);
    this.timer ??= setTimeout(() => this.checkRest(), REST);
  }

  draw() {
    this.waiting = 0;
    this.controls.read(this.state.temperature);
    for (const half of this.halves.values()) half.show(this.state.temperature / HOTTEST);
  }

  checkRest() {
    const left = REST - (performance.now() - this.movedAt);
    const busy = left > 1 || this.waiting;
    this.timer = busy ? setTimeout(() => this.checkRest(), Math.max(left, REST / 2)) : null;
    if (!busy) this.rest();
  }

  rest() {
    if (this.closed) return;
    this.address.report();
    const { signal } = (this.resting = new AbortController());
    for (const half of this.halves.values()) half.rest(this.state.temperature, signal);
  }

  /** A change that can be undone. */
  step(change) {
    this.show({ ...this.state, ...change });
  }

  keep(item) {
    const there = tray.has(item);
    tray.add(item);
    this.say(there ? "That picture is in the tray already." : "It is in the tray now: other pages find it there.");
  }

  described() {
    const { seed, temperature, against } = this.state;
    const first = this.partners[0]?.name ?? "";
    return this.root.dataset.ready ? { seed, temperature, against: against === first ? "" : against } : null;
  }

  /** Show what a link asks for. */
  follow({ seed, temperature, against }) {
    const known = this.partners.some(({ name }) => name === against);
    this.show({
      seed: seed ?? START.seed,
      temperature: Math.min(temperature ?? START.temperature, HOTTEST),
      against: known ? against : (this.partners[0]?.name ?? ""),
    });
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  hear(data, report) {
    if (data.problem) this.say(data.problem);
    const scene = this.address.hear(data, report);
    if (scene) this.follow(scene);
  }

  pause() {
    this.address.pause();
  }

  themeMayHaveChanged() {
    if (!this.palette.read()) return;
    for (const part of [...this.halves.values(), ...this.manifolds.values()]) part.recolor();
  }

  resized() {}

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    cancelAnimationFrame(this.waiting);
    this.resting?.abort();
    for (const part of [...this.manifolds.values(), ...this.halves.values(), this.past, this.address]) part.close();
    this.root.remove();
  }
}

/** Why a model has no grid. */
function without({ name, code_size }) {
  const numbers = code_size === 1 ? "one number" : `${code_size} numbers`;
  return element("p", { class: "hg-how" }, `The code of ${name} has ${numbers}; a grid of its manifold needs two.`);
}
