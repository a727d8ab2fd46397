// The restoration page: what a model keeps of a picture, and noise put on it and taken off again.
import { Address, itemOf } from "./address.js";
import { element } from "./element.js";
import { Flick } from "./flick.js";
import { firstOf, remember } from "./last_picture.js";
import { Landing } from "./landing.js";
import { Noise } from "./noise.js";
import { Palette } from "./palette.js";
import { Past } from "./past.js";
import { Rebuilt } from "./rebuilt.js";
import { changeFrom, sceneOf, takenFrom } from "./restore_scene.js";
import { RouteError, Routes } from "./routes.js";
import { Source } from "./source.js";
import { dressed } from "./stylesheet.js";
import { STILL, Takeaway, pictureOf } from "./takeaway.js";
import { Trail } from "./trail.js";
import { Looks, keyOf, tray } from "./tray.js";
import { TrayBar } from "./tray_bar.js";

await dressed("restore.css");

const NOISE_TOO = "What noise the picture has counts as error, too.";
const START = { item: null, crop: null, kind: "gaussian", noisy: false, at: 0.45 };

export class Restore {
  constructor(data, base) {
    this.model = data.model;
    this.routes = new Routes(base, data.model);
    this.looks = new Looks(this.routes);
    this.root = element("div", { class: "hg-root hg-page", "data-testid": "live-root" });
    this.palette = new Palette(this.root);
    this.state = START;
    this.address = new Address(() => this.described());
    this.past = new Past((state) => this.show(state), this.root);
    this.build();
    this.arrange();
    this.root.addEventListener(
      "transitionrun",
      (event) => event.target === this.root && this.themeMayHaveChanged(),
    );
    this.start();
  }

  build() {
    const { model, routes, looks, root } = this;
    const say = (text) => this.say(text);
    const take = (file) => this.bar.take([file]);
    const drawing = { enter: () => this.landing.enter(), stop: () => this.landing.stop() };
    this.bar = new TrayBar({ model, routes, looks, say, drawing, onpick: (item) => this.pick(item) });
    this.bar.feel(this.root);
    this.status = element("p", { class: "hg-note", role: "status", "data-testid": "page-status" });
    this.trail = new Trail(this.palette, model.landmarks);
    this.trail.node.setAttribute("aria-label", "The picture's code on the map");
    this.rebuilt = new Rebuilt({
      model,
      onpick: (number) => this.pick({ kind: "point", model: model.name, number }),
    });
    this.landing = new Landing({
      model,
      routes,
      rebuilt: this.rebuilt,
      trail: this.trail,
      root,
      say,
      onkeep: take,
      onenter: () => this.enterDrawing(),
      onleave: () => this.leaveDrawing(),
    });
    this.buildSource(say);
    if (model.denoises) this.noise = this.buildNoise(say);
    this.flick = new Flick({
      root,
      capture: () => this.remembered(),
      recall: ({ state }) => this.past.goTo(state),
      onchange: () => this.address.report(),
      portray: (state) => pictureOf(routes, takenFrom(state, this.model, state.at)),
    });
    this.takeaway = new Takeaway({
      routes,
      asked: () => (this.state.item && !this.landing.open ? takenFrom(this.state, model, this.at) : null),
      seen: () => ({ pins: this.flick.parts }),
    });
  }

  buildSource(say) {
    this.source = new Source({
      model: this.model,
      routes: this.routes,
      status: this.status,
      drawing: this.landing.node,
      tools: [this.past.undo, this.past.redo],
      say,
      onmove: (cropper) => cropper.paint(this.rebuilt.given),
      oncrop: (crop) => this.step({ crop }),
      asked: () => this.askedForPasting(),
    });
  }

  buildNoise(say) {
    return new Noise({
      model: this.model,
      routes: this.routes,
      trail: this.trail,
      say,
      onstep: (change) => this.step(change),
      onrest: () => this.amend({ at: this.noise.player.t }),
    });
  }

  arrange() {
    this.plane = element("p", { class: "hg-how" });
    const where = element(
      "section",
      { class: "hg-card hg-where hg-where-code", "aria-label": "Where its code lies" },
      element("header", {}, element("h2", {}, "Where its code lies")),
      this.trail.node,
      this.plane,
    );
    (this.noise ?? this.rebuilt).node.append(this.flick.node, this.takeaway.node);
    this.root.append(
      element(
        "div",
        { class: "hg-restore" },
        element("div", { class: "hg-restore-side" }, this.source.node, this.bar.node, where),
        element("div", { class: "hg-restore-main" }, this.noise?.node ?? null, this.rebuilt.node),
      ),
    );
  }

  async start() {
    const [places] = await Promise.all([this.loadPlaces(), this.bar.start()]);
    if (this.closed) return;
    if (places) this.trail.setData(places);
    if (this.wanted) this.follow(this.wanted);
    const first = this.first();
    if (this.state.item === null && first) this.step({ item: first });
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

  first() {
    return firstOf([...tray.items, ...this.bar.starters], this.looks);
  }

  get mainCanvas() {
    return this.noise?.player.canvas ?? this.rebuilt.shown.reconstruction.canvas;
  }

  /** Where the slider of noise stands. */
  get at() {
    return this.noise && !this.state.noisy && this.given ? this.noise.player.t : this.state.at;
  }

  /** Show what a link asks for; of a picture that it leaves out, the one that is here stays. */
  follow(scene) {
    const item = itemOf(scene, this.model.name) ?? this.state.item ?? this.first();
    if (!item) return;
    if (this.landing.open) this.landing.stop();
    this.instead = "";
    this.flick.restore(scene.pins, (parts) => this.stateOf(parts));
    this.state = { ...this.state, ...changeFrom(scene, item, this.model) };
    this.past.note(this.state);
    this.refresh();
  }

  /** What a pin of a link remembers, null where its picture is not among it. */
  stateOf(parts) {
    const item = itemOf(parts, this.model.name);
    return item && { ...START, ...changeFrom(parts, item, this.model) };
  }

  /** The parts of the scene, once the picture is there; a drawing has none. */
  described() {
    const shown = this.shownParts();
    return shown && { ...shown, pins: this.flick.parts };
  }

  shownParts() {
    if (!this.base || this.key !== this.done || this.landing.open) return null;
    return sceneOf(this.state, this.base, this.model, this.at);
  }

  /** What is shown now, to come back to. */
  remembered() {
    const parts = this.shownParts();
    return parts && { state: { ...this.state, at: this.at }, picture: this.mainCanvas, parts };
  }

  pick(item) {
    this.bar.pause();
    this.state = { ...this.state, item, crop: null };
    if (this.landing.open) this.landing.stop(); // which refreshes
    this.step({ item, crop: null });
  }

  /** Change the state, as a step that can be undone. */
  step(change) {
    if (change.item) this.instead = "";
    this.state = { ...this.state, at: this.at, ...change };
    this.past.note(this.state);
    this.refresh();
  }

  /** Change what belongs to the step that is shown. */
  amend(change) {
    this.state = { ...this.state, ...change };
    this.past.amend(this.state);
    this.address.report();
    this.source.pasted.forget();
  }

  /** A state comes back. */
  show(state) {
    this.instead = "";
    this.state = state;
    if (this.landing.open) this.landing.stop();
    else this.refresh();
  }

  async refresh() {
    const { item, crop, noisy } = this.state;
    if (!item) return;
    this.source.pasted.forget();
    remember(item);
    const key = JSON.stringify([item, crop]);
    if (key === this.key && key !== this.done) return; // it is on its way, and will use the state
    if (key !== this.key) {
      this.key = key;
      this.rebuilt.waiting();
      const there = await this.rebuild(item, crop, key);
      if (!there || key !== this.key || this.closed || this.landing.open) return;
    }
    const said = [this.instead && `${this.instead} This is another one instead.`, this.far, noisy && this.far && NOISE_TOO];
    this.say(said.filter(Boolean).join(" "));
    this.noise?.use(this.state, this.given);
    this.takeaway.offer(this.noise && !noisy ? undefined : ["png", "strip", ...STILL.slice(1)]);
    this.address.report();
    this.root.dataset.ready = "true";
  }

  /** Ask what the model makes of the picture, and show it; false where that failed. */
  async rebuild(item, crop, key) {
    try {
      const answer = await this.routes.post("restorations", { item, crop });
      if (key !== this.key || this.closed || this.landing.open) return false;
      const { header, arrays } = answer;
      this.far = header.far ? header.message : "";
      this.done = key;
      this.given = arrays.prepared.data;
      this.base = arrays.base.data;
      this.rebuilt.show(answer);
      this.source.show(item, header, crop);
      this.trail.setTrail(arrays.place.data);
      this.trail.point(...arrays.place.data);
      return true;
    } catch (error) {
      if (key === this.key) {
        this.key = null;
        this.say(error.message);
        this.root.dataset.ready = "true";
        if (error instanceof RouteError && !crop) this.replace(item, error.message);
      }
      return false;
    }
  }

  /** A picture that is gone, or was never there: one to begin with takes its place, and why is said. */
  replace(item, why) {
    const other = firstOf(this.bar.starters, this.looks, null);
    if (!other || keyOf(other) === keyOf(item)) return;
    this.instead = why;
    this.state = { ...this.state, item: other, crop: null };
    this.past.amend(this.state);
    this.refresh();
  }

  askedForPasting() {
    const { item, crop, kind, noisy } = this.state;
    if (!this.noise) return { item, crop };
    return { item, crop, kind, level: noisy ? 0 : this.noise.levelAt(this.noise.player.t) };
  }

  enterDrawing() {
    if (this.noise) this.noise.node.hidden = true;
    this.source.showDrawing();
  }

  /** Back to the picture that was there before, or on to the drawing as it was kept. */
  leaveDrawing() {
    this.bar.adding.left("draw");
    if (this.noise) {
      this.noise.node.hidden = false;
      this.noise.key = null;
    }
    this.key = null;
    this.refresh();
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  hear(data, report) {
    if (data.problem) this.say(data.problem);
    const scene = this.address.hear(data, report);
    if (!scene) return;
    this.wanted = scene;
    if (this.state.item) this.follow(scene);
  }

  pause() {
    this.noise?.player.pause();
    this.bar.pause();
    this.address.pause();
  }

  themeMayHaveChanged() {
    if (this.palette.read()) this.trail.draw();
  }

  resized() {
    this.trail.draw();
    this.source.cropper.lay();
  }

  close() {
    this.closed = true;
    for (const part of [this.noise, this.source, this.landing, this.trail, this.bar, this.past, this.address, this.flick, this.routes])
      part?.close();
    this.root.remove();
  }
}
