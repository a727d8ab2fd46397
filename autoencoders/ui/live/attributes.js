// The Attributes page, the smile lab: a slider for each direction, alive on every frame of a drag.
import { Edit, PERSON } from "./edit.js";
import { EditDrag } from "./edit_drag.js";
import { EditStage } from "./edit_stage.js";
import { element, iconButton } from "./element.js";
import { KeepPerson } from "./keep_person.js";
import { OwnDirection } from "./own_direction.js";
import { Palette } from "./palette.js";
import { Past } from "./past.js";
import { Relations } from "./relations.js";
import { Routes } from "./routes.js";
import { Sliders } from "./sliders.js";
import { dressed } from "./stylesheet.js";
import { Looks, TrayBar, keyOf, tray } from "./tray.js";

await dressed("attributes.css");

const SEVERAL = 8;
const SHARE = 0.5; // Of the residual in pixels, to begin with.

export class Attributes {
  constructor(data, base) {
    this.model = data.model;
    this.routes = new Routes(base, data.model);
    this.looks = new Looks(this.routes);
    this.edit = new Edit(this.model.base_size);
    this.root = element("div", { class: "hg-root hg-page hg-lab", "data-testid": "live-root" });
    this.palette = new Palette(this.root);
    this.state = { item: null, values: {}, held: [], share: SHARE };
    this.build();
    this.past = new Past((state) => this.show(state), this.root);
    this.past.onchange = () => this.refreshPast();
    this.start();
  }

  build() {
    const { model, routes, looks } = this;
    const say = (text) => this.say(text);
    const grab = (key, how) => this.drag.grab(key, how);
    const move = (key, value) => this.move(key, value);
    this.bar = new TrayBar({ model, routes, looks, say, onpick: (item) => this.pick(item) });
    this.stage = new EditStage({ model, onothers: () => this.others(), onadd: () => this.bar.field.click() });
    this.sliders = new Sliders({
      ongrab: grab,
      oninput: move,
      onrest: () => this.settle(),
      onhold: (key, held) => this.hold(key, held),
      ondrop: (key) => this.drop(key),
    });
    this.keep = new KeepPerson({
      stacked: model.stacked,
      ongrab: grab,
      onperson: (value) => move(PERSON, value),
      onshare: (value) => this.shareBy(value),
      onrest: () => this.settle(),
    });
    this.relations = new Relations();
    this.drag = new EditDrag({
      routes,
      edit: this.edit,
      stage: this.stage,
      sliders: this.sliders,
      scene: () => this.scene,
      onactive: (key) => this.relations.show(key),
      say,
    });
    this.status = element("p", { class: "hg-note", role: "status", hidden: true, "data-testid": "page-status" });
    const quiet = (testid) => ({ "data-testid": testid, class: "hg-button hg-quiet" });
    this.undo = iconButton("back", "Undo (Ctrl+Z)", () => this.past.go(-1), quiet("undo"));
    this.redo = iconButton("forward", "Redo (Ctrl+Shift+Z)", () => this.past.go(1), quiet("redo"));
    const zero = element("button", { type: "button", ...quiet("zero"), onclick: () => this.zero() }, "All to 0");
    const head = element("header", {}, element("h3", {}, "Attributes"), zero, this.undo, this.redo);
    this.knobs = element("section", { class: "hg-card hg-lab-knobs", "aria-label": "Attributes" }, head, this.status, this.sliders.node);
    this.below = element("div");
    this.root.append(
      element("div", { class: "hg-lab-main" }, this.stage.node, this.knobs, this.keep.node, this.relations.node),
      this.bar.node,
      this.below,
    );
    this.root.addEventListener("dragover", (event) => event.preventDefault());
    this.root.addEventListener("drop", (event) => this.dropped(event));
  }

  async start() {
    try {
      const filled = this.bar.start();
      const lab = await this.routes.lab();
      if (this.closed) return;
      this.furnish(lab);
      // The large picture first; the others take a moment longer.
      for (const item of [...tray.items.slice(0, 1), this.point(lab.header.first)]) {
        if (!this.subject) await this.pick(item);
      }
      await this.choose([...lab.arrays.several.data].map((number) => this.point(number)));
      this.drag.refresh();
      await filled;
      this.root.dataset.ready = "true";
      await this.own.takeGroups();
    } catch (error) {
      this.say(error.message);
    }
  }

  point(number) {
    return { kind: "point", model: this.model.name, number };
  }

  furnish({ header, arrays }) {
    const size = this.model.base_size;
    const row = ({ data }, i) => data.slice(i * size, (i + 1) * size);
    this.note = header.note;
    this.count = header.count;
    const stored = header.directions.map((one, i) => ({
      ...one,
      key: one.name,
      title: one.name.replaceAll("_", " "),
      vector: row(arrays.vectors, i),
      axis: row(arrays.axes, i),
      left: row(arrays.vectors, i),
    }));
    this.edit.directions = stored;
    this.own = new OwnDirection({
      model: this.model,
      routes: this.routes,
      directions: stored,
      attributes: header.attributes.map((name) => ({ name, title: name.replaceAll("_", " ") })),
      code: () => this.edit.code(this.subject, {}),
      onmade: (made) => this.add(made),
    });
    this.below.replaceWith(this.own.node);
    this.refreshSliders();
  }

  /** Directions that were made or opened stand above the stored ones. */
  add(made) {
    const fresh = made.map((one) => ({
      ...one,
      key: `own-${(this.made = (this.made ?? 0) + 1)}`,
      title: one.name.replaceAll("_", " "),
      left: one.vector,
      own: true,
    }));
    this.edit.directions = [...fresh, ...this.edit.directions];
    this.refreshSliders();
    this.drag.activate(fresh[0].key);
    this.drag.prefetch();
    this.sliders.rows.get(fresh[0].key).node.scrollIntoView({ block: "nearest" });
  }

  drop(key) {
    this.edit.directions = this.edit.directions.filter((one) => one.key !== key);
    const { [key]: gone, ...values } = this.state.values;
    this.drag.active = null;
    this.step({ values, held: this.state.held.filter((other) => other !== key) });
    this.refreshSliders();
  }

  refreshSliders() {
    this.sliders.setDirections(this.edit.directions);
    if (!this.drag.active) this.drag.activate(this.edit.favourite);
    this.refreshState();
    return this.measure();
  }

  /** Ask how the directions stand to each other, and what holding some still leaves of the rest. */
  async measure() {
    const { directions } = this.edit;
    const turn = (this.measuring = {});
    this.relations.setMeasured(directions, null, this.note);
    if (!directions.length) return;
    const held = this.state.held.map((key) => directions.findIndex((one) => one.key === key));
    try {
      const found = await this.routes.post("attributes/measured", {
        vectors: directions.map(({ vector }) => [...vector]),
        axes: directions.map(({ axis }) => [...axis]),
        scales: directions.map(({ scale }) => scale),
        held: held.filter((k) => k >= 0),
      });
      if (turn !== this.measuring) return;
      this.take(found, directions);
    } catch (error) {
      this.say(error.message);
    }
  }

  take(found, directions) {
    const { header, arrays } = found;
    const size = this.model.base_size;
    const { held } = this.state;
    directions.forEach((one, k) => {
      one.left = arrays.vectors.data.slice(k * size, (k + 1) * size);
      const kept = held.includes(one.key);
      const length = Math.round(100 * header.length[k]);
      const price =
        header.problems[k] ??
        (held.length && !kept ? `Price: ${length} % of its length left, ${Math.round(100 * header.effect[k])} % of its effect.` : null);
      this.sliders.setHeld(one.key, kept, price);
    });
    this.relations.setMeasured(directions, found, this.note);
    this.relations.show(this.drag.active);
  }

  /** Hold a direction still while others move, or let it go. */
  async hold(key, held) {
    const others = this.state.held.filter((other) => other !== key);
    this.step({ held: held ? [...others, key] : others });
    await this.measure();
    this.drag.refresh();
  }

  /** Choose the several pictures beside the large one. */
  async choose(items) {
    const looks = (await this.looks.of(items)).filter((look) => !look.problem);
    this.several = await this.subjects(looks);
    this.severalKey = JSON.stringify(items);
    if (this.scene) this.drag.score(); // The large picture may have been there before them.
  }

  async others() {
    const draw = () => this.point(Math.floor(Math.random() * this.count));
    try {
      await this.choose(Array.from({ length: Math.min(SEVERAL, this.count) }, draw));
      this.drag.refresh();
    } catch (error) {
      this.say(error.message);
    }
  }

  /** Of each look its base code, and what the map of a stacked model keeps of it. */
  async subjects(looks) {
    const bases = looks.map(({ base }) => [...base]);
    if (!this.model.stacked) return bases.map((base) => ({ base, mapped: base }));
    const { arrays } = await this.routes.post("attributes/mapped", { bases });
    const size = this.model.base_size;
    return bases.map((base, i) => ({ base, mapped: [...arrays.mapped.data.slice(i * size, (i + 1) * size)] }));
  }

  pick(item) {
    this.step({ item }, false);
    return this.refreshItem();
  }

  /** Show the picture of the state: its look is known, or asked for. */
  async refreshItem() {
    const { item } = this.state;
    const turn = (this.turn = {});
    try {
      const [look] = await this.looks.of([item]);
      if (look.problem) return this.say(look.problem);
      const [subject] = await this.subjects([look]);
      if (turn !== this.turn || this.closed) return;
      Object.assign(this, { subject, look });
      this.say("");
      this.stage.use(look);
      this.refreshState();
      await this.drag.refresh();
    } catch (error) {
      this.say(error.message);
    }
  }

  /** Sliders and shares as the state has them. */
  refreshState() {
    const { values, share } = this.state;
    for (const { key } of this.edit.directions) this.sliders.set(key, values[key] ?? 0);
    const original = Boolean(this.look?.original);
    this.keep.set({ person: values[PERSON] ?? 1, share, original });
    this.stage.setShare(share);
    if (this.scene) this.drag.score();
    this.refreshPast();
  }

  /** What is dragged: pictures, and everything that a strip depends on. */
  get scene() {
    const { subject, several, severalKey, state } = this;
    if (!subject || !several) return null;
    const { values, held } = state;
    return { subject, several, values, about: [keyOf(state.item), severalKey, held, this.made ?? 0] };
  }

  /** A slider moves: on every frame of a drag. */
  move(key, value) {
    this.state = { ...this.state, values: { ...this.state.values, [key]: value } };
    this.drag.move(key);
  }

  /** The residual in pixels is added here, whatever is shown: nothing to wait for. */
  shareBy(share) {
    this.state = { ...this.state, share };
    this.stage.setShare(share);
  }

  /** A slider was let go: that is a step. */
  settle() {
    this.step({}, false);
    this.refreshPast();
    this.drag.letGo();
  }

  /** Change the state, as a step that can be undone. */
  step(change, refresh = true) {
    this.state = { ...this.state, ...change };
    this.past.note(this.state);
    if (refresh) {
      this.refreshState();
      this.drag.refresh();
    }
    this.report?.(this.state);
  }

  /** A state comes back. */
  async show(state) {
    const held = this.state.held.join() !== state.held.join();
    this.state = state;
    this.stage.unsettle();
    if (held) await this.measure();
    await this.refreshItem();
  }

  zero() {
    const { [PERSON]: kept } = this.state.values;
    this.step({ values: kept === undefined ? {} : { [PERSON]: kept } });
  }

  refreshPast() {
    this.undo.disabled = !this.past?.canUndo;
    this.redo.disabled = !this.past?.canRedo;
  }

  dropped(event) {
    const files = [...event.dataTransfer.files];
    if (!files.length) return;
    event.preventDefault();
    const saved = files.filter(({ name }) => name.toLowerCase().endsWith(".npz"));
    for (const file of saved) this.own?.open(file);
    this.bar.take(files.filter((file) => !saved.includes(file)));
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  hear(data, report) {
    this.report = report;
    if (data.problem) this.say(data.problem);
    if (this.root.dataset.ready) this.own.takeGroups();
  }

  pause() {}

  resized() {}

  close() {
    this.closed = true;
    for (const part of [this.drag, this.bar, this.past, this.routes]) part.close();
    this.root.remove();
  }
}
