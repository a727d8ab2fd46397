// The restoration page: what a model keeps of a picture, and noise put on it and taken off again.
import { Camera } from "./camera.js";
import { Cropper } from "./crop.js";
import { element, iconButton } from "./element.js";
import { Noise } from "./noise.js";
import { Palette } from "./palette.js";
import { Past } from "./past.js";
import { Pasted } from "./pasted.js";
import { Rebuilt } from "./rebuilt.js";
import { Routes } from "./routes.js";
import { Sketch } from "./sketch.js";
import { loadStyle } from "./styles.js";
import { Trail } from "./trail.js";
import { Looks, TrayBar, keyOf, tray } from "./tray.js";

await loadStyle("restore.css");

const REMEMBER = "hourglass-restore"; // The picture last worked on, for another model to open with.
const START = { item: null, crop: null, kind: "gaussian", noisy: false, at: 0.45 };

export class Restore {
  constructor(data, base) {
    this.model = data.model;
    this.routes = new Routes(base, data.model);
    this.looks = new Looks(this.routes);
    this.root = element("div", { class: "hg-root hg-page", "data-testid": "live-root" });
    this.palette = new Palette(this.root);
    this.state = START;
    this.build();
    this.arrange();
    this.past = new Past((state) => this.show(state), this.root);
    this.past.onchange = () => this.refreshPast();
    this.root.addEventListener(
      "transitionrun",
      (event) => event.target === this.root && this.palette.read() && this.trail.draw(),
    );
    this.start();
  }

  build() {
    const { model, routes, looks } = this;
    const say = (text) => this.say(text);
    this.bar = new TrayBar({ model, routes, looks, say, onpick: (item) => this.pick(item) });
    this.status = element("p", { class: "hg-note", role: "status", "data-testid": "page-status" });
    this.name = element("h3", {}, "A picture");
    this.trail = new Trail(this.palette, model.landmarks);
    this.rebuilt = new Rebuilt({
      model,
      onpick: (number) => this.pick({ kind: "point", model: model.name, number }),
    });
    this.cropper = new Cropper({
      onmove: () => this.cropper.paint(this.rebuilt.given),
      onrest: ({ x, y, side, angle }) => this.step({ crop: { x, y, side, angle } }),
    });
    this.camera = new Camera({ say, ontake: (file) => this.bar.take([file]) });
    this.sketch = new Sketch({
      look: (blob, signal, last) => this.lookAt(blob, signal, last),
      onkeep: (file) => this.bar.take([file]),
      onclear: () => this.clearSketch(),
      onclose: () => this.leaveSketch(),
    });
    this.noise = model.denoises
      ? new Noise({
          model,
          routes,
          say,
          trail: this.trail,
          onstep: (change) => this.step(change),
          onrest: () => this.amend({ at: this.noise.player.t }),
        })
      : null;
    this.pasted = new Pasted({ routes, say, asked: () => this.askedForPasting() });
    const quiet = { class: "hg-button hg-quiet" };
    this.undo = iconButton("back", "Undo (Ctrl+Z)", () => this.past.go(-1), { "data-testid": "undo", ...quiet });
    this.redo = iconButton("forward", "Redo (Ctrl+Shift+Z)", () => this.past.go(1), { "data-testid": "redo", ...quiet });
  }

  sources() {
    const { model } = this;
    const draw = () => {
      this.camera.stop();
      this.sketch.open();
      this.enterSketch();
    };
    return element(
      "div",
      { class: "hg-sources" },
      iconButton("upload", "Add your own pictures", () => this.bar.field.click(), { "data-testid": "add-picture" }, "Add a picture"),
      iconButton("probe", "Use the camera", () => this.camera.open(), { "data-testid": "open-camera" }, "Camera"),
      model.digits ? iconButton("star", "Draw a digit", draw, { "data-testid": "open-sketch" }, "Draw a digit") : null,
    );
  }

  arrange() {
    this.back = iconButton("reset", "Put the crop back where it was found", () => this.step({ crop: null }), {
      class: "hg-button hg-quiet",
      "data-testid": "crop-back",
      hidden: true,
    }, "As found");
    this.hint = element("p", { class: "hg-how" });
    const source = element(
      "section",
      { class: "hg-card hg-source", "aria-label": "The picture" },
      element("header", {}, this.name, element("span", { class: "hg-grow" }), this.undo, this.redo),
      this.sources(),
      this.status,
      this.camera.node,
      this.sketch.node,
      this.cropper.node,
      element("div", { class: "hg-row" }, this.hint, this.back),
      this.pasted.node,
    );
    this.plane = element("p", { class: "hg-how" });
    const where = element(
      "section",
      { class: "hg-card hg-where hg-where-code", "aria-label": "Where its code lies" },
      element("header", {}, element("h3", {}, "Where its code lies")),
      this.trail.node,
      this.plane,
    );
    this.trail.node.setAttribute("aria-label", "The picture's code on the map");
    this.root.append(
      element(
        "div",
        { class: "hg-restore" },
        element("div", { class: "hg-restore-side" }, source, where),
        element("div", { class: "hg-restore-main" }, this.noise?.node ?? null, this.rebuilt.node),
      ),
      this.bar.node,
    );
  }

  async start() {
    const [places] = await Promise.all([this.loadPlaces(), this.bar.start()]);
    if (this.closed) return;
    if (places) this.trail.setData(places);
    const first = await this.first();
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

  /** What the page opens with: the picture last worked on, else one of the tray or a starter. */
  async first() {
    const there = [...tray.items, ...this.bar.starters].filter((item) => {
      const look = this.looks.at(item);
      return look && !look.problem;
    });
    const last = remembered();
    const same = there.find((item) => last && keyOf(item) === keyOf(last));
    const own = there.find((item) => item.kind === "upload");
    return same ?? own ?? there.find((item) => this.looks.at(item).original) ?? there[0];
  }

  pick(item) {
    this.camera.stop();
    this.sketch.stop();
    this.step({ item, crop: null });
  }

  /** Change the state, as a step that can be undone. */
  step(change) {
    const at = this.noise && !this.state.noisy ? this.noise.player.t : this.state.at;
    this.state = { ...this.state, ...(this.state.item ? { at } : {}), ...change };
    this.past.note(this.state);
    this.refresh();
  }

  /** Change what belongs to the step that is shown. */
  amend(change) {
    this.state = { ...this.state, ...change };
    this.past.amend(this.state);
    this.pasted.forget();
  }

  /** A state comes back. */
  show(state) {
    this.state = state;
    this.sketch.stop();
    this.refresh();
  }

  refreshPast() {
    this.undo.disabled = !this.past.canUndo;
    this.redo.disabled = !this.past.canRedo;
  }

  async refresh() {
    const { item, crop } = this.state;
    if (!item) return;
    this.refreshPast();
    this.pasted.forget();
    remember(item);
    const key = JSON.stringify([item, crop]);
    if (key !== this.key) {
      this.key = key;
      this.rebuilt.waiting();
      const there = await this.rebuild(item, crop, key);
      if (!there || key !== this.key || this.closed) return;
    }
    this.noise?.use(this.state);
    this.root.dataset.ready = "true";
  }

  /** Ask what the model makes of the picture, and show it; false where that failed. */
  async rebuild(item, crop, key) {
    try {
      const answer = await this.routes.post("restorations", { item, crop });
      if (key !== this.key || this.closed) return false;
      this.say(answer.header.far ? answer.header.message : "");
      this.name.textContent = answer.header.name;
      this.rebuilt.show(answer);
      this.showSource(item, answer.header.placement, crop);
      if (!this.noise) this.trail.setTrail(answer.arrays.place.data);
      this.trail.point(...answer.arrays.place.data);
      return true;
    } catch (error) {
      if (key === this.key) {
        this.key = null;
        this.say(error.message);
        this.root.dataset.ready = "true";
      }
      return false;
    }
  }

  showSource(item, placement, crop) {
    const own = item.kind === "upload";
    const url = own ? this.routes.url(`private/${encodeURIComponent(item.id)}.original`) : null;
    if (!own) this.cropper.hide();
    else if (placement) this.cropper.show(url, placement);
    else this.cropper.showWhole(url);
    this.back.hidden = !crop;
    this.pasted.offer(own && Boolean(placement));
    if (own && placement) this.hint.textContent = "Drag the square; its corner scales it, its knob turns it.";
    else if (own) this.hint.textContent = "The ink is found and centred, so there is no crop to move.";
    else this.hint.textContent = this.model.placed
      ? "With a photo of your own you can move the crop and put the result back."
      : "";
  }

  askedForPasting() {
    const { item, crop, kind, noisy } = this.state;
    const level = noisy ? 0 : this.noise?.player.t && this.noise.levelAt(this.noise.player.t);
    return this.noise ? { item, crop, kind, level: level || 0 } : { item, crop };
  }

  // ------------------------------------------------------------ drawing by hand

  enterSketch() {
    this.root.dataset.sketching = "true";
    if (this.noise) this.noise.node.hidden = true;
    this.cropper.hide();
    this.back.hidden = true;
    this.pasted.offer(false);
    this.name.textContent = "Your drawing";
    this.hint.textContent = "Draw one digit; see on the map where it lands.";
    this.clearSketch();
  }

  clearSketch() {
    this.steps = [];
    this.say("");
  }

  /** What the model makes of the drawing as it now is. */
  async lookAt(blob, signal, last) {
    try {
      const path = `sketches?model=${encodeURIComponent(this.model.name)}`;
      const answer = await this.routes.look(path, blob, signal);
      if (signal.aborted || this.sketch.node.hidden) return;
      this.rebuilt.show(answer);
      const [x, y] = answer.arrays.place.data;
      this.steps = [...(this.steps ?? []), x, y];
      this.trail.setTrail(Float32Array.from(this.steps));
      this.trail.point(x, y);
      this.root.dataset.landed = JSON.stringify([x, y]);
      this.say("");
    } catch (error) {
      // A drawing that has just begun is too small to be a digit; that is said when the pen rests.
      if (error.name !== "AbortError" && last()) this.say(error.message);
    }
  }

  leaveSketch() {
    delete this.root.dataset.sketching;
    if (this.noise) this.noise.node.hidden = false;
    this.key = null;
    if (this.noise) this.noise.key = null;
    this.refresh();
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  hear(data) {
    if (data.problem) this.say(data.problem);
  }

  pause() {
    this.noise?.player.pause();
    this.camera.stop();
  }

  resized() {
    this.trail.draw();
    this.cropper.lay();
  }

  close() {
    this.closed = true;
    this.camera.stop();
    const parts = [this.noise, this.cropper, this.sketch, this.trail, this.bar, this.past, this.pasted, this.routes];
    for (const part of parts) part?.close();
    this.root.remove();
  }
}

function remember(item) {
  try {
    sessionStorage.setItem(REMEMBER, JSON.stringify(item));
  } catch {
    // A browser that stores nothing: the next model opens with its own first picture.
  }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(REMEMBER));
  } catch {
    return null;
  }
}
