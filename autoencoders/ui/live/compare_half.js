// One half of a comparison: a model's map with its points, and its large live picture.
import { element } from "./element.js";
import { Gestures } from "./gestures.js";
import { Ground } from "./ground.js";
import { Markers } from "./markers.js";
import { Paint } from "./paint.js";
import { Plane } from "./plane.js";
import { Points } from "./points.js";
import { reduced } from "./reduced.js";
import { Routes } from "./routes.js";
import { drawPoints } from "./scatter.js";
import { PictureCanvas, Sheet } from "./sheet.js";
import { namesOf } from "./ticks.js";

export class Half {
  /** `parts`: model, letter ("A" or "B"), base, palette, plotly (its version), hands(half), say(text). */
  constructor(parts) {
    Object.assign(this, parts);
    const { model, base, letter, palette } = this;
    this.slot = letter.toLowerCase();
    this.routes = new Routes(base, model);
    this.z = [(model.extent[0] + model.extent[1]) / 2, (model.extent[2] + model.extent[3]) / 2];
    this.buildMap();
    this.buildPicture();
    this.plane = new Plane(this.surface, model.extent);
    this.markers = new Markers(this.surface, this.plane);
    this.paint = new Paint(this.plane, model.image, palette);
    if (model.chart === "line") this.paint.highest = 0;
    this.ground = new Ground(this.canvas, this.plane, palette, this.paint);
    this.gestures = new Gestures(this.surface, this.plane, this.hands(this));
  }

  buildMap() {
    const { model, letter } = this;
    this.canvas = element("canvas", { class: "hg-ground", "aria-hidden": "true" });
    this.scatterPlace = element("div", { class: "hg-scatter", "aria-hidden": "true" });
    this.surface = element("div", {
      class: "hg-surface",
      "data-testid": "latent-map",
      "data-slot": this.slot,
      tabindex: "0",
      role: "application",
      "aria-label": `Map of ${model.name}, model ${letter}`,
      "aria-roledescription": "map of codes",
      "aria-describedby": "hg-how-compare",
    });
    this.map = element(
      "section",
      { class: "hg-half-map", "aria-label": `Model ${letter}` },
      this.title(),
      element("div", { class: "hg-stage" }, this.canvas, this.scatterPlace, this.surface),
    );
  }

  title() {
    const { model, letter } = this;
    const size = { code: "two numbers", line: "one number" }[model.chart] ?? `plane of ${model.code_size} numbers`;
    return element(
      "header",
      {},
      element("b", { class: "hg-half-letter" }, letter),
      element("h2", {}, model.name),
      element("span", { class: "hg-faint" }, size),
    );
  }

  buildPicture() {
    const { model, letter } = this;
    this.picture = element("canvas", {
      class: "hg-picture",
      "data-testid": "decoded-image",
      "data-slot": this.slot,
      "data-state": "empty",
      role: "img",
      "aria-label": `What ${model.name} draws`,
    });
    this.drawn = new PictureCanvas(this.picture, model.image);
    this.badge = element("span", { class: "hg-badge", "data-testid": "exact-badge", "data-slot": this.slot }, "waiting");
    this.shown = element(
      "figure",
      { class: "hg-half-picture" },
      element("div", { class: "hg-frame" }, this.picture, element("b", { class: "hg-half-letter" }, letter)),
      this.badge,
    );
  }

  /** Sheets and points; `onmore()` whenever one of them has come. */
  async load(onmore) {
    await Promise.all([this.loadSheets(onmore), this.loadPoints(onmore)]);
  }

  async loadSheets(onmore) {
    for (const grid of this.model.sheets) {
      const { header, payload } = await this.routes.sheet(grid);
      const sheet = await Sheet.open(header, payload);
      if (this.closed) return;
      this.sheet = sheet;
      this.paint.use(reduced(sheet));
      onmore();
    }
  }

  async loadPoints(onmore) {
    const { header, arrays } = await this.routes.points();
    if (this.closed) return;
    this.points = new Points(header, arrays, this.model.extent);
    this.palette.use(this.points.coloured);
    this.paint.colorBy(this.points);
    this.ground.names = namesOf(this.points);
    const scatter = await drawPoints({
      place: this.scatterPlace,
      plane: this.plane,
      points: this.points,
      palette: this.palette,
      plotlyUrl: this.routes.url(`plotly/${this.plotly}/plotly.min.js`),
      onchange: () => this.ground.schedule(),
    });
    if (this.closed) return scatter.close();
    this.scatter = this.ground.scatter = scatter;
    this.ground.schedule();
    if (scatter.note) this.say(scatter.note);
    onmore();
  }

  /** Reconstructions of the test pictures, once somebody looks at these. */
  async loadSamples() {
    try {
      const { header, arrays } = await this.routes.samples();
      const sheet = await Sheet.open(header.strip, arrays.sheet.data);
      const frames = new Map(Array.from(arrays.chosen.data, (row, frame) => [row, frame]));
      if (!this.closed) this.samples = { sheet, frames };
    } catch (error) {
      console.warn("The reconstructions did not arrive; the map's own pictures stand in:", error);
    }
  }

  /** A test picture's reconstruction; undefined where it is not here. */
  sampleOf(row) {
    const frame = this.samples?.frames.get(row);
    return frame === undefined ? undefined : this.samples.sheet.blendFrame(frame);
  }

  /** The picture at a place, blended, or `pixels` that stand for it; runs on every frame. */
  blend(x, y, pixels = this.sheet?.blendAt(x, y)) {
    this.z[0] = x;
    this.z[1] = y;
    if (!pixels) return;
    this.drawn.draw(pixels);
    this.picture.dataset.z = `[${+x.toPrecision(6)},${+y.toPrecision(6)}]`;
    this.setState("blend", "live blend");
  }

  /** A picture just as the model draws it (uint8 H * W * C), of the place `z`. */
  exact(pixels, offset, z, words) {
    this.drawn.draw(pixels, offset);
    this.z[0] = z[0];
    this.z[1] = z[1];
    this.picture.dataset.z = `[${+z[0].toPrecision(6)},${+z[1].toPrecision(6)}]`;
    this.setState("exact", words);
  }

  setState(state, text) {
    if (state === this.state && text === this.text) return;
    Object.assign(this, { state, text });
    this.picture.dataset.state = this.badge.dataset.state = state;
    this.badge.textContent = text;
  }

  filterChanged() {
    this.scatter?.filter();
    if (this.points) this.ground.names = namesOf(this.points);
    this.ground.schedule();
  }

  recolor() {
    this.scatter?.recolor();
    this.paint.recolor();
    this.ground.schedule();
  }

  resized() {
    this.plane.measure();
    this.ground.schedule();
  }

  close() {
    this.closed = true;
    for (const part of [this.gestures, this.markers, this.scatter, this.ground, this.plane, this.routes]) part?.close();
  }
}
