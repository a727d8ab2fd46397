// The page "generate": a plain and a variational autoencoder drawn from by the same chance.
import { Address } from "./address.js";
import { DrawnHalf } from "./drawn_half.js";
import { element, iconButton } from "./element.js";
import { Manifold } from "./manifold.js";
import { Palette } from "./palette.js";
import { Past } from "./past.js";
import { dressed } from "./stylesheet.js";
import { tray } from "./tray.js";

await dressed("generate.css");

const REST = 140; // Milliseconds without movement before the exact pictures are asked for.
const HOTTEST = 2; // As generate_routes.py has it.
const LARGEST_SEED = 2 ** 31 - 1;
const START = { seed: 1, temperature: 1, against: "" };
const SIDES = [5, 25, 15]; // Of a grid: least, most, as the page opens.

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
    this.root.append(this.buildControls(), this.status, this.pair, this.buildGridControls(), this.grids);
  }

  buildControls() {
    this.slider = element("input", {
      type: "range",
      min: "0",
      max: String(HOTTEST),
      step: "0.01",
      value: "1",
      "aria-label": "Temperature",
      "data-testid": "temperature",
      oninput: () => this.heat(Number(this.slider.value)),
      onchange: () => this.step({}),
    });
    this.reading = element("output", { class: "hg-reading-number", "data-testid": "temperature-now" }, "1.00");
    this.field = element("input", {
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": "Seed",
      "data-testid": "seed",
      onchange: () => this.typeSeed(),
    });
    this.again = iconButton("dice", "Draw again: another seed", () => this.drawAgain(), { "data-testid": "again", class: "hg-button hg-primary" }, "Draw again");
    this.choice = element(
      "select",
      {
        class: "hg-select",
        "aria-label": "Model beside it",
        "data-testid": "against",
        onchange: () => this.step({ against: this.choice.value }),
      },
      this.partners.map(({ name }) => element("option", { value: name }, name)),
    );
    const beside = element("label", { class: "hg-field", hidden: !this.partners.length }, element("span", {}, "beside"), this.choice);
    return element(
      "section",
      { class: "hg-card hg-draw-controls", "aria-label": "What is drawn" },
      element(
        "label",
        { class: "hg-heat" },
        element("span", {}, "temperature"),
        element("span", { class: "hg-track" }, this.slider, element("span", { class: "hg-marks", "aria-hidden": "true" }, element("i", { style: "left:50%" }))),
        this.reading,
      ),
      element("label", { class: "hg-field" }, element("span", {}, "seed"), this.field),
      this.again,
      element("span", { class: "hg-past" }, this.past.undo, this.past.redo),
      beside,
    );
  }

  buildGridControls() {
    const [least, most, first] = SIDES;
    this.side = element("input", {
      type: "range",
      min: String(least),
      max: String(most),
      step: "1",
      value: String(first),
      "aria-label": "Pictures along each side of the grid",
      "data-testid": "grid-side",
      oninput: () => this.showGrids(),
    });
    this.sideNow = element("output", { class: "hg-reading-number" }, `${first} × ${first}`);
    this.how = element(
      "select",
      { class: "hg-select", "aria-label": "How the grid is laid", "data-testid": "grid-how", onchange: () => this.showGrids() },
      element("option", { value: "even" }, "evenly over the map"),
      element("option", { value: "quantiles" }, "by the quantiles of what is drawn from"),
    );
    this.gridControls = element(
      "section",
      { class: "hg-card hg-draw-controls", "aria-label": "Grid of the manifold", hidden: true },
      element("h2", {}, "Grid of the manifold"),
      element("label", { class: "hg-heat" }, element("span", {}, "pictures"), this.side, this.sideNow),
      this.how,
      element(
        "p",
        { class: "hg-how" },
        "Every picture is the code at its place. By quantiles, each stands for as much of the prior as the next, as in Kingma and Welling (2014).",
      ),
    );
    return this.gridControls;
  }

  /** Bring page and state together: the halves that are not there yet, their draws, their grids. */
  async show(state) {
    this.state = { ...state };
    this.past.note(this.state);
    this.slider.value = String(state.temperature);
    this.writeReading();
    this.field.value = String(state.seed);
    this.field.removeAttribute("aria-invalid");
    this.choice.value = state.against;
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
    const nodes = ["plain", "variational"].map((side) => this.manifolds.get(side)?.node).filter(Boolean);
    if (nodes.some((node, i) => this.grids.children[i] !== node)) this.grids.replaceChildren(...nodes);
    this.gridControls.hidden = !nodes.length;
    this.showGrids();
  }

  showGrids() {
    const side = Number(this.side.value);
    this.sideNow.textContent = `${side} × ${side}`;
    for (const manifold of this.manifolds.values()) {
      if (manifold.how !== this.how.value || manifold.side !== side) manifold.show(this.how.value, side);
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
    this.writeReading();
    for (const half of this.halves.values()) half.show(this.state.temperature / HOTTEST);
  }

  writeReading() {
    this.reading.textContent = this.state.temperature.toFixed(2);
  }

  checkRest() {
    const left = REST - (performance.now() - this.movedAt);
    const busy = left > 1 || this.waiting;
    this.timer = busy ? setTimeout(() => this.checkRest(), Math.max(left, REST / 2)) : null;
    if (!busy) this.rest();
  }

  rest() {
    if (this.closed) return;
    this.past.amend(this.state);
    this.address.report();
    const { signal } = (this.resting = new AbortController());
    for (const half of this.halves.values()) half.rest(this.state.temperature, signal);
  }

  /** A change that can be undone. */
  step(change) {
    this.show({ ...this.state, ...change });
  }

  drawAgain() {
    this.step({ seed: crypto.getRandomValues(new Uint16Array(1))[0] });
  }

  typeSeed() {
    const text = this.field.value.trim();
    const seed = Number(text);
    if (/^\d+$/.test(text) && seed <= LARGEST_SEED) return this.step({ seed });
    this.field.setAttribute("aria-invalid", "true");
    this.say(`A seed is a whole number from 0 to ${LARGEST_SEED.toLocaleString("en")}.`);
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
