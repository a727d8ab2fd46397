// The Attributes page, the smile lab: a slider for each direction, alive on every frame of a drag.
import { Address, itemOf } from "./address.js";
import { Edit, PERSON, titleOf } from "./edit.js";
import { EditDrag } from "./edit_drag.js";
import { named, omitted, sceneOf, stateFrom, takenFrom } from "./edit_scene.js";
import { EditStage } from "./edit_stage.js";
import { element } from "./element.js";
import { Flick } from "./flick.js";
import { Holding } from "./holding.js";
import { KeepPerson } from "./keep_person.js";
import { OwnDirection } from "./own_direction.js";
import { Past } from "./past.js";
import { Relations } from "./relations.js";
import { Routes } from "./routes.js";
import { Several } from "./several.js";
import { Sliders } from "./sliders.js";
import { dressed } from "./stylesheet.js";
import { Takeaway, pictureOf } from "./takeaway.js";
import { Looks, keyOf, tray } from "./tray.js";
import { TrayBar } from "./tray_bar.js";

await dressed("attributes.css");

const SHARE = 0.5; // Of the residual in pixels, to begin with.

export class Attributes {
  constructor(data, base) {
    this.model = data.model;
    this.routes = new Routes(base, data.model);
    this.looks = new Looks(this.routes);
    this.several = new Several({ model: this.model, routes: this.routes, looks: this.looks });
    this.edit = new Edit(this.model.base_size);
    this.root = element("div", { class: "hg-root hg-page hg-lab", "data-testid": "live-root" });
    this.state = { item: null, values: {}, held: [], share: SHARE };
    this.usual = []; // Numbers of the several others that the page begins with.
    this.address = new Address(() => (this.settled ? { ...sceneOf(this), ...this.beside() } : null));
    this.past = new Past((state) => this.show(state), this.root);
    this.build();
    this.start();
  }

  build() {
    const { model, routes, looks } = this;
    const say = (text) => this.say(text);
    const grab = (key, how) => this.drag.grab(key, how);
    const move = (key, value) => this.move(key, value);
    this.bar = new TrayBar({ model, routes, looks, say, onpick: (item) => this.pick(item) });
    this.bar.feel(this.root, (files) => this.brought(files));
    this.stage = new EditStage({ model, onothers: () => this.others() });
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
    this.holding = new Holding({ routes, size: model.base_size, sliders: this.sliders, relations: this.relations, say });
    this.drag = new EditDrag({
      routes,
      edit: this.edit,
      stage: this.stage,
      sliders: this.sliders,
      scene: () => this.scene,
      onactive: (key) => this.relations.show(key),
      say,
    });
    this.takeaway = new Takeaway({
      routes,
      asked: () => (this.settled ? takenFrom(this, this.drag.active) : null),
      omits: () => omitted(this),
      seen: () => this.beside(),
    });
    this.flick = new Flick({
      root: this.root,
      capture: () =>
        this.settled && { state: this.state, picture: this.stage.canvas, drawn: this.stage.snapshot(), parts: sceneOf(this) },
      recall: (kept) => this.recall(kept),
      onchange: () => this.address.report(),
      portray: (state) => this.portray(state),
    });
    this.tools = element(
      "section",
      { class: "hg-card hg-keep hg-lab-keep", "aria-label": "Take it with you" },
      this.flick.node,
      this.takeaway.node,
    );
    this.status = element("p", { class: "hg-note", role: "status", hidden: true, "data-testid": "page-status" });
    const zero = element("button", { type: "button", "data-testid": "zero", class: "hg-button hg-quiet", onclick: () => this.zero() }, "All to 0");
    const head = element("header", {}, element("h2", {}, "Attributes"), zero, this.past.undo, this.past.redo);
    this.knobs = element("section", { class: "hg-card hg-lab-knobs", "aria-label": "Attributes" }, head, this.status, this.sliders.node);
    this.below = element("div");
    this.root.append(
      element(
        "div",
        { class: "hg-lab-main" },
        element("div", { class: "hg-lab-column" }, this.stage.node, this.bar.node, this.tools, this.keep.node),
        element("div", { class: "hg-lab-column" }, this.knobs, this.relations.node),
      ),
      this.below,
    );
  }

  async start() {
    try {
      const filled = this.bar.start();
      const lab = await this.routes.lab();
      if (this.closed) return;
      this.furnish(lab);
      // The large picture first; the others take a moment longer.
      this.first = this.point(lab.header.first);
      if (this.wanted) await this.follow(this.wanted);
      for (const item of [...tray.items.slice(0, 1), this.first]) {
        if (!this.subject) await this.pick(item);
      }
      this.usual = [...lab.arrays.several.data];
      await this.chooseSeveral();
      if (this.scene) this.drag.score(); // The large picture may have been there before them.
      this.drag.refresh();
      await filled;
      this.root.dataset.ready = "true";
      await this.own.takeGroups();
    } catch (error) {
      this.say(error.message);
    }
  }

  /** Show what a link asks for; what cannot be shown of it leaves the sliders as they are. */
  async follow(scene) {
    const before = this.state.item ?? tray.items[0] ?? this.first;
    const item = itemOf(scene, this.model.name) ?? before;
    const stateOf = (parts) => stateFrom(parts, this.edit, itemOf(parts, this.model.name) ?? item, this.state);
    this.flick.restore(scene.pins, stateOf);
    this.step(stateFrom(scene, this.edit, item, this.state), false);
    await this.measure();
    await this.refreshItem();
    if (this.settled) return;
    const why = this.status.textContent; // The picture is not there: another one takes its place.
    await this.pick(keyOf(before) === keyOf(item) ? this.first : before);
    this.say(why);
  }

  /** The several others: those that a link names, where they are there, else the usual ones. */
  async chooseSeveral() {
    const wanted = (this.wanted?.others ?? []).filter((number) => number < this.count);
    const numbers = wanted.length ? wanted : this.usual;
    await this.several.choose(numbers.map((number) => this.point(number)));
  }

  /** What of the scene is not the edit: the pins, and the several others. */
  beside() {
    const { numbers } = this.several; // None before they are chosen, as a link may want them.
    const others = numbers.length ? numbers : (this.wanted?.others ?? []);
    return { others: others.join() === this.usual.join() ? [] : others, pins: this.flick.parts };
  }

  /** The picture of a pin that came with a link. */
  async portray(state) {
    const [look] = await this.looks.of([state.item]);
    if (look.problem) throw new Error(look.problem);
    const [subject] = await this.several.of([look]);
    return pictureOf(this.routes, takenFrom({ edit: this.edit, state, look, subject }, null));
  }

  point(number) {
    return { kind: "point", model: this.model.name, number };
  }

  furnish({ header, arrays }) {
    this.note = header.note;
    this.count = header.count;
    const stored = this.edit.stored(header.directions, arrays);
    this.edit.directions = stored;
    this.own = new OwnDirection({
      model: this.model,
      routes: this.routes,
      directions: stored,
      attributes: header.attributes.map((name) => ({ name, title: titleOf({ name }) })),
      code: () => this.edit.code(this.subject, {}),
      onmade: (made) => this.add(made),
    });
    this.below.replaceWith(this.own.node);
    if (!stored.length) {
      // There is nothing else to do: it takes the place of the sliders.
      this.knobs.append(this.own.node);
      this.own.node.open = true;
    }
    this.refreshSliders();
  }

  /** Directions that were made or opened stand above the stored ones. */
  add(made) {
    const next = () => `own-${(this.made = (this.made ?? 0) + 1)}`;
    const fresh = made.map((one) => ({ ...one, key: next(), title: titleOf(one), left: one.vector, own: true }));
    this.edit.directions = [...fresh, ...this.edit.directions];
    this.refreshSliders();
    this.drag.activate(fresh[0].key);
    this.moveAsLinked(fresh);
    this.drag.prefetch();
    this.sliders.rows.get(fresh[0].key).node.scrollIntoView({ block: "nearest" });
  }

  /** A link moves along a direction that it does not hold: now it is here. */
  moveAsLinked(fresh) {
    const own = this.wanted?.own ?? {};
    const known = fresh.filter((one) => own[named(one)]);
    if (!known.length) return;
    this.step({ values: { ...this.state.values, ...Object.fromEntries(known.map((one) => [one.key, own[named(one)]])) } });
    for (const one of known) delete own[named(one)];
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

  measure() {
    const { edit, note, drag, state } = this;
    return this.holding.measure(edit.directions, state.held, { note, active: () => drag.active });
  }

  /** Hold a direction still while others move, or let it go. */
  async hold(key, held) {
    const others = this.state.held.filter((other) => other !== key);
    this.step({ held: held ? [...others, key] : others });
    await this.measure();
    this.drag.refresh();
  }

  async others() {
    try {
      await this.several.another(this.count);
      this.drag.refresh();
      this.address.report();
    } catch (error) {
      this.say(error.message);
    }
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
      const [subject] = await this.several.of([look]);
      if (turn !== this.turn || this.closed) return;
      Object.assign(this, { subject, look, shown: keyOf(item) });
      this.say("");
      this.stage.use(look);
      this.refreshState();
      this.address.report();
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
  }

  /** Whether the picture that is shown is the state's. */
  get settled() {
    return Boolean(this.look) && this.shown === keyOf(this.state.item);
  }

  /** What is dragged: pictures, and everything that a strip depends on. */
  get scene() {
    const { subject, state } = this;
    const { subjects, key } = this.several;
    if (!subject || !subjects) return null;
    const { values, held } = state;
    return { subject, several: subjects, values, about: [keyOf(state.item), key, held, this.made ?? 0] };
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
    this.address.report();
  }

  /** A state comes back. */
  async show(state) {
    this.address.report();
    const held = this.state.held.join() !== state.held.join();
    this.state = state;
    this.stage.unsettle();
    if (held) await this.measure();
    await this.refreshItem();
  }

  /** What was remembered comes back: its picture at once, the exact one follows. */
  recall({ state, drawn }) {
    const same = keyOf(state.item) === keyOf(this.state.item);
    this.past.goTo(state);
    if (same && drawn) this.stage.show(...drawn);
  }

  zero() {
    const { [PERSON]: kept } = this.state.values;
    this.step({ values: kept === undefined ? {} : { [PERSON]: kept } });
  }

  /** Pictures or saved directions were dropped or pasted. */
  brought(files) {
    const saved = files.filter(({ name }) => name.toLowerCase().endsWith(".npz"));
    for (const file of saved) this.own?.open(file);
    this.bar.take(files.filter((file) => !saved.includes(file)));
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  hear(data, report) {
    if (data.problem) this.say(data.problem);
    if (this.root.dataset.ready) this.own.takeGroups();
    const scene = this.address.hear(data, report);
    if (!scene) return;
    this.wanted = scene;
    if (this.subject) this.follow(scene).then(() => this.followOthers());
  }

  async followOthers() {
    if (!this.usual.length) return; // The page is being furnished, and will do so itself.
    await this.chooseSeveral();
    this.drag.refresh();
  }

  pause() {
    this.bar.pause();
    this.address.pause();
  }

  resized() {}

  close() {
    this.closed = true;
    for (const part of [this.drag, this.bar, this.past, this.address, this.flick, this.routes]) part.close();
    this.root.remove();
  }
}
