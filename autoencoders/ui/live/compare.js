// The Compare page: two models under one pointer, and the dial through the sizes of a code.
import { Address } from "./address.js";
import { CompareCard, factsTable } from "./compare_card.js";
import { Half } from "./compare_half.js";
import { CompareHands } from "./compare_hands.js";
import { Link, NOTHING } from "./compare_link.js";
import { sceneOf, stateOf } from "./compare_scene.js";
import { Dial } from "./dial.js";
import { element } from "./element.js";
import { Legend } from "./legend.js";
import { Palette } from "./palette.js";
import { Past } from "./past.js";
import { Routes } from "./routes.js";
import { dressed } from "./stylesheet.js";
import { Looks } from "./tray.js";
import { TrayBar } from "./tray_bar.js";

await dressed("compare.css");

const MODES = { two: "Two models", dial: "The dial" };
const KINDS = { reads: "What one draws, the other reads", same: "The same test picture" };
const START = { kind: "reads", pinned: NOTHING, items: null, at: 0.5 };
const left = new Map(); // By model, what was shown when it was closed.
const FIRST = 7; // The test picture whose place a comparison opens at.

export class Compare {
  constructor(data, base) {
    Object.assign(this, { data, base });
    this.model = data.model;
    this.routes = new Routes(base, data.model);
    this.two = this.model.halves.length > 0;
    this.root = element("div", { class: "hg-root hg-page", "data-testid": "live-root" });
    this.palette = new Palette(this.root);
    this.id = `${this.model.name}/${this.model.digest}`;
    this.address = new Address(() => this.described());
    this.state = { ...START, mode: this.two ? "two" : "dial", ...this.before() };
    this.past = new Past((state) => this.show(state), this.root);
    this.build();
    this.root.addEventListener(
      "transitionrun",
      (event) => event.target === this.root && this.themeMayHaveChanged(),
    );
    this.start();
  }

  /** What was shown of this model beside another one: it stays, but for what was pinned on that one's map. */
  before() {
    const { state, heard } = left.get(this.id) ?? {};
    if (!state || (state.mode === "two" && !this.two)) return {};
    this.address.heard = heard;
    return { ...state, pinned: state.pinned.side ? NOTHING : state.pinned };
  }

  build() {
    const say = (text) => this.say(text);
    const { model, routes } = this;
    this.status = element("p", { class: "hg-note", role: "status", "data-testid": "page-status", hidden: true });
    this.modes = this.choice(MODES, "mode", "What to compare", (mode) => this.step({ mode }));
    this.dial = new Dial({ model, routes, say, onstep: (change) => this.turned(change), onsettled: (at) => this.amend({ at }) });
    this.bar = new TrayBar({ model, routes, looks: new Looks(routes), say, onpick: (item) => this.pick(item) });
    this.bar.feel(this.root);
    this.pair = element("div", { class: "hg-compare-two" });
    if (this.two) this.buildTwo(say);
    else this.pair.append(element("p", { class: "hg-card", "data-testid": "alone" }, model.alone));
    this.root.append(
      element("div", { class: "hg-row" }, this.modes, element("span", {}, this.past.undo, this.past.redo)),
      this.status,
      this.pair,
      this.dial.node,
      this.bar.node,
    );
  }

  buildTwo(say) {
    const { model, base, palette } = this;
    const hands = (half) => new CompareHands(half, () => this.link);
    this.halves = ["A", "B"].map(
      (letter, k) => new Half({ model: model.halves[k], letter, base, palette, plotly: this.data.plotly_version, hands, say }),
    );
    const [a, b] = this.halves;
    this.card = new CompareCard(model.halves);
    this.link = new Link({ halves: this.halves, card: this.card, say, onpin: (pinned, nudged) => this.pinned(pinned, nudged) });
    this.kinds = this.choice(KINDS, "link", "How the maps are linked", (kind) => this.step({ kind, pinned: NOTHING }));
    this.legend = new Legend(palette, () => this.filterChanged());
    this.pair.append(
      element("div", { class: "hg-duel" }, a.map, element("div", { class: "hg-duel-pictures" }, a.shown, b.shown), b.map),
      element("div", { class: "hg-under" }, this.kinds, this.legend.node),
      element("p", { class: "hg-how", id: "hg-how-compare" }, "Move over either map: both follow. Click pins, arrows nudge, wheel or pinch zooms, Space-drag pans, double click shows everything, Escape frees."),
      element("div", { class: "hg-compare-below" }, this.card.node, factsTable(model.halves)),
    );
  }

  choice(words, name, label, choose) {
    const button = ([value, text]) =>
      element("button", { type: "button", class: "hg-button", role: "radio", "data-testid": `${name}-${value}`, "data-value": value, onclick: () => choose(value) }, text);
    return element("div", { class: "hg-modes", role: "radiogroup", "aria-label": label }, ...Object.entries(words).map(button));
  }

  async start() {
    await Promise.all([this.two ? this.loadTwo() : null, this.bar.start()]);
    if (this.closed) return;
    if (this.wanted) this.follow(this.wanted);
    else this.past.note(this.state);
    await this.refresh();
    this.started = true;
  }

  /** Resolves as soon as both maps can be used; what makes them finer goes on coming. */
  async loadTwo() {
    const failed = (error) => {
      this.failed = `The maps did not arrive: ${error.message}`;
      this.say(this.failed);
      this.woken?.();
    };
    for (const half of this.halves) half.load(() => this.more()).catch(failed);
    this.link.load().catch(failed);
    await this.begin();
  }

  /** As soon as both halves have a first sheet and their points, a place is shown. */
  async begin() {
    const there = () => this.halves.every(({ sheet, scatter }) => sheet && scatter);
    while (!this.closed && !this.failed && !there()) await new Promise((wake) => (this.woken = wake));
    if (this.closed || !there()) return;
    const [a, b] = this.halves;
    if (a.points.labelNames.join() === b.points.labelNames.join()) b.points.hidden = a.points.hidden;
    this.legend.setPoints(a.points);
    this.link.point(a, ...a.points.codeOf(Math.min(FIRST, a.points.count - 1)));
  }

  /** A finer sheet has come: what is shown as a blend is drawn again. */
  more() {
    this.woken?.();
    if (this.link.near < 0 && this.halves.some(({ state }) => state === "blend")) this.link.again();
  }

  /** Change the state, as a step that can be undone. */
  step(change) {
    this.note(change);
    this.refresh();
  }

  note(change) {
    this.state = { ...this.state, ...change };
    this.past.note(this.state);
    this.address.report();
  }

  /** A pin was set, or nudged: a run of nudges is one step. */
  pinned(pinned, nudged) {
    if (nudged && this.nudging) this.amend({ pinned });
    else this.note({ pinned });
    this.nudging = nudged;
  }

  /** Change what belongs to the step that is shown. */
  amend(change) {
    this.state = { ...this.state, ...change };
    this.past.amend(this.state);
    this.address.report();
  }

  turned(change) {
    if ("items" in change) return this.step(change);
    this.note(change);
  }

  /** A state comes back. */
  show(state) {
    this.state = state;
    this.refresh();
  }

  pick(item) {
    this.bar.pause();
    if (this.state.mode === "dial") return this.step({ items: this.dial.with(item) });
    this.link.pick(item);
    this.note({ pinned: { ...NOTHING, item } });
  }

  async refresh() {
    const { mode, kind, pinned, items, at } = this.state;
    mark(this.modes, mode);
    this.pair.hidden = mode !== "two";
    this.dial.node.hidden = mode !== "dial";
    this.say(this.failed ?? "");
    if (mode === "dial") await this.turn(items, at);
    else if (this.two && !this.failed) await this.compare(kind, pinned);
    this.address.report();
    this.root.dataset.ready = "true";
  }

  async turn(items, at) {
    if (!this.dial.steps.length) return;
    if (this.dial.player.t !== at) this.dial.player.goTo(at);
    await this.dial.use(items);
  }

  async compare(kind, pinned) {
    for (const half of this.halves) half.resized();
    await this.link.show(kind, pinned);
    // The maps stay as they were linked where the models know no test picture in common.
    this.state = { ...this.state, kind: this.link.kind };
    mark(this.kinds, this.link.kind);
  }

  follow(scene) {
    this.state = stateOf(scene, this.state, this.model);
    this.past.note(this.state);
    if (this.started) this.refresh();
  }

  described() {
    if (!this.started) return null;
    const items = this.state.items ?? this.dial.items;
    return sceneOf({ ...this.state, items }, this.model, this.two ? [...this.halves[0].z] : null);
  }

  filterChanged() {
    for (const half of this.halves) half.filterChanged();
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  hear(data, report) {
    const scene = this.address.hear(data, report);
    if (!scene) return;
    this.wanted = scene;
    if (this.started) this.follow(scene);
  }

  pause() {
    this.dial.pause();
    this.bar.pause();
    this.address.pause();
  }

  themeMayHaveChanged() {
    if (!this.palette.read() || !this.two) return;
    for (const half of this.halves) half.recolor();
    if (this.halves[0].points) this.legend.refresh();
  }

  resized() {
    for (const half of this.halves ?? []) half.resized();
  }

  close() {
    this.closed = true;
    this.woken?.();
    left.set(this.id, { state: this.state, heard: this.address.heard });
    for (const part of [...(this.halves ?? []), this.link, this.dial, this.bar, this.past, this.address, this.routes]) part?.close();
    this.root.remove();
  }
}

function mark(group, value) {
  for (const button of group.children) button.setAttribute("aria-checked", String(button.dataset.value === value));
}
