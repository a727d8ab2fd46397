// The map and the picture together: one code is shown, and everything follows it.
import { Chart } from "./chart.js";
import { ColourBy, Detail } from "./choices.js";
import { element } from "./element.js";
import { Emptiness } from "./emptiness.js";
import { Finder } from "./finder.js";
import { Flick } from "./flick.js";
import { Gallery } from "./gallery.js";
import { Gestures } from "./gestures.js";
import { Ground } from "./ground.js";
import { Groups } from "./groups.js";
import { Hands } from "./hands.js";
import { Legend } from "./legend.js";
import { MapEdits } from "./map_edits.js";
import { MapScene } from "./map_scene.js";
import { MapSketch } from "./map_sketch.js";
import { Markers } from "./markers.js";
import { Movie } from "./movie.js";
import { Paint } from "./paint.js";
import { Palette } from "./palette.js";
import { Panel } from "./panel.js";
import { Pin } from "./pin.js";
import { Plane } from "./plane.js";
import { Points } from "./points.js";
import { reduced } from "./reduced.js";
import { Routes } from "./routes.js";
import { drawPoints } from "./scatter.js";
import { Sheet } from "./sheet.js";
import { Shown } from "./shown.js";
import { Thumbnails } from "./thumbnails.js";
import { namesOf } from "./ticks.js";
import { Toolbar } from "./toolbar.js";
import { STILL, Takeaway, pictureOf } from "./takeaway.js";
import { Looks, tray } from "./tray.js";
import { TrayBar } from "./tray_bar.js";
import { Uploads } from "./uploads.js";
import { Veil } from "./veil.js";
import { Viewer } from "./viewer.js";

const SETTLED = 200; // Milliseconds after the last change of a slider until sheets are asked for.

export class Explorer {
  constructor(data, base) {
    this.data = data;
    this.model = data.model;
    this.base = base;
    this.routes = new Routes(base, data.model);
    this.detailFirst = this.routes.detail;
    if (data.model.detail && typeof data.scene?.detail === "number") {
      this.routes.detail = Math.round(4 * data.scene.detail) / 4; // Sheets come in steps of a quarter.
    }
    this.chart = new Chart(data.model, this.routes);
    this.routes.addEventListener("change", () => this.connectionChanged());
    this.build();
    this.start();
  }

  build() {
    this.groundCanvas = element("canvas", { class: "hg-ground", "aria-hidden": "true" });
    this.scatterPlace = element("div", { class: "hg-scatter", "aria-hidden": "true" });
    this.surface = element("div", {
      class: "hg-surface",
      "data-testid": "latent-map",
      tabindex: "0",
      role: "application",
      "aria-label": `Latent map of ${this.model.name}`,
      "aria-roledescription": "map of codes",
      "aria-describedby": "hg-how",
    });
    this.status = element("p", { class: "hg-status", "data-testid": "map-status", role: "status" });
    this.root = element("div", { class: "hg-root", "data-testid": "live-root", "data-sheet": "0" });
    this.palette = new Palette(this.root);
    const { model, routes, palette, chart } = this;
    const plane = (this.plane = new Plane(this.surface, model.extent));
    const markers = (this.markers = new Markers(this.surface, plane));
    const viewer = (this.viewer = new Viewer(model, {
      typed: (x, y) => this.hands.visit([x, y]),
      freed: () => this.hands.stand(null),
      kept: () => this.keep(),
    }));
    const panel = (this.panel = new Panel(model, routes, palette));
    const say = (text) => this.say(text);
    const shown = (this.shown = new Shown({ viewer, markers, panel, plane, routes, chart, say }));
    const pin = (this.pin = new Pin({ shown, markers, viewer, plane }));
    const visit = (i) => this.hands.visit(this.points.codeOf(i));
    const gallery = (this.gallery = new Gallery(model, routes, palette, visit, () =>
      this.hands.clearChoice(),
    ));
    const uploads = (this.uploads = new Uploads({
      root: this.root,
      routes,
      markers,
      say,
      hands: () => this.hands,
    }));
    const groups = (this.groups = new Groups(model));
    const edits = (this.edits = new MapEdits({ root: this.root, pin, uploads, hands: () => this.hands, detail: () => this.detail }));
    const toolbar = (this.toolbar = new Toolbar(plane, edits.buttons));
    toolbar.onmode = (mode) => (this.surface.dataset.mode = mode);
    // Hands that used a tool go on with the map, and so must the keys they press.
    toolbar.node.addEventListener("click", (event) => event.detail && this.gestures.takeKeys());
    const pictureAt = (x, y) => this.thumbnails.at(x, y);
    this.hands = new Hands({ shown, pin, markers, plane, toolbar, uploads, gallery, viewer, groups, edits, pictureAt });
    groups.onforget = () => this.hands.clearChoice();
    if (model.adding.draws) {
      const onclose = () => this.bar.adding.left("draw");
      this.sketch = new MapSketch({ model, routes, shown, uploads, panel, say, onclose, hands: () => this.hands });
    }
    this.flick = new Flick({
      root: this.root,
      capture: () => viewer.sheet && { state: [...shown.z], picture: viewer.canvas, parts: { codes: [viewer.code()] } },
      recall: ({ state }) => this.hands.visit(state),
      onchange: ({ A, B }) => {
        markers.letter({ A: A && JSON.parse(A.state), B: B && JSON.parse(B.state) });
        this.scene?.changed();
      },
      portray: (code) => pictureOf(routes, { what: "map", code, detail: routes.detail, chart: model.chart }),
    });
    this.takeaway = new Takeaway({
      routes,
      asked: () => viewer.sheet && { what: "map", code: viewer.code(), detail: routes.detail },
      seen: () => this.scene.described(),
    });
    this.takeaway.offer(["html", ...STILL]);
    this.bar = new TrayBar({
      model,
      routes,
      looks: new Looks(routes),
      say,
      onpick: (item) => this.hands.visit(this.bar.looks.at(item).place),
      field: uploads.field,
      send: (files) => uploads.take(files),
      drawing: this.sketch,
    });
    this.legend = new Legend(palette, () => this.filterChanged());
    this.colourBy = new ColourBy((k) => this.colour(k));
    this.detail = model.detail ? new Detail(routes.detail, (detail) => this.change(detail), () => this.edits.note()) : null;
    this.finder = new Finder(visit);
    this.movie = model.movie ? new Movie(routes, palette, model.code_size) : null;
    this.paint = new Paint(plane, model.image, palette);
    if (chart.kind === "line") this.paint.highest = 0;
    this.ground = new Ground(this.groundCanvas, plane, palette, this.paint);
    this.layOver(plane, palette);
    this.gestures = new Gestures(this.surface, plane, this.hands);
    this.arrange();
    const { flick, fade, detail, detailFirst, colourBy, ground } = this;
    this.scene = new MapScene({ plane, flick, fade, detail, detailFirst, colourBy, ground, say });
    this.ground.onfade = () => {
      this.thumbnails.moved();
      this.scene.changed();
    };
  }

  /** What lies over the paint and between the points: where there is no data, and thumbnails. */
  layOver(plane, palette) {
    const changed = () => this.ground.schedule();
    this.emptiness = new Emptiness(this.model.extent, () => {
      this.ground.veil.renew();
      changed();
    });
    this.ground.veil = new Veil(plane, palette, this.emptiness);
    this.viewer.onplace = (x, y) => this.emptiness.at(x, y);
    this.viewer.frame.append(this.emptiness.node);
    const { routes } = this;
    this.thumbnails = new Thumbnails({ plane, palette, routes, changed, seen: () => this.ground.pointStrength > 0 });
    this.ground.thumbnails = this.thumbnails;
  }

  arrange() {
    this.fade = element("input", {
      type: "range",
      min: "0",
      max: "1",
      step: "0.01",
      value: "0.42",
      "data-testid": "fade",
      "aria-label": "From points to paint",
      oninput: () => this.ground.setFade(Number(this.fade.value)),
    });
    const stage = element(
      "div",
      { class: "hg-stage" },
      this.groundCanvas,
      this.scatterPlace,
      this.surface,
      this.status,
      this.groups.node,
      this.uploads.veil,
    );
    const how = element(
      "p",
      { class: "hg-how", id: "hg-how" },
      "Move to decode. Click pins, drag moves a pin or star, wheel or pinch zooms, Space-drag pans, ",
      "Shift-drag lassoes, arrows nudge, Ctrl+Z takes back, double click shows everything, Escape frees.",
    );
    const fade = element(
      "label",
      { class: "hg-fade" },
      element("span", {}, "points"),
      this.fade,
      element("span", {}, "paint"),
    );
    const bar = element(
      "div",
      { class: "hg-under" },
      ...(this.chart.painted ? [fade] : []),
      ...(this.detail ? [this.detail.node] : []),
      this.colourBy.node,
      this.emptiness.toggle,
      this.legend.node,
      this.flick.node,
    );
    this.root.append(
      element(
        "div",
        { class: "hg-main" },
        element(
          "div",
          { class: "hg-pair" },
          this.viewer.node,
          element("div", { class: "hg-map" }, stage, this.toolbar.node, bar, how),
        ),
        element("div", { class: "hg-side" }, this.sketch?.node, this.panel.node),
        element("div", { class: "hg-tools" }, this.bar.node, this.finder.node, this.chart.painted && this.takeaway.card("Take the map with you")),
      ),
      this.gallery.node,
      this.uploads.node,
      ...(this.movie ? [this.movie.node] : []),
    );
    // The theme comes as CSS variables; a changed colour announces itself as a tiny transition.
    this.root.addEventListener(
      "transitionrun",
      (event) => event.target === this.root && this.themeMayHaveChanged(),
    );
  }

  async start() {
    this.say(this.chart.waiting);
    requestAnimationFrame(() => this.themeMayHaveChanged());
    await Promise.all([this.loadSheets(), this.loadPoints(), this.uploads.load()]);
    this.loadEmptiness();
    await this.bar.start();
  }

  async loadSheets(detail = this.routes.detail) {
    for (const grid of this.model.sheets) {
      const there = this.viewer.sheet?.header;
      if (there && there.detail === detail && there.cols >= grid) continue;
      try {
        const { header, payload } = await this.routes.sheet(grid);
        const sheet = await Sheet.open(header, payload);
        if (this.closed || detail !== this.routes.detail) return;
        this.useSheet(sheet);
      } catch (error) {
        return this.say(`The sheet of ${grid} × ${grid} pictures did not arrive: ${error.message}`);
      }
    }
    this.sheetsDone = this.chart.painted;
  }

  useSheet(sheet) {
    this.viewer.use(sheet, ...this.shown.z);
    if (this.chart.painted) this.paint.use(reduced(sheet));
    this.root.dataset.sheet = String(sheet.header.cols);
    if (this.message === this.chart.waiting) this.say("");
    if (this.viewer.state !== "exact") this.shown.moved(); // The exact picture follows.
    this.becomeReady();
  }

  /** A plane through a longer code passes by nearly all of the data: nothing is said of it. */
  loadEmptiness() {
    if (this.chart.kind === "code") this.emptiness.load(this.routes);
  }

  async loadPoints() {
    try {
      const { header, arrays } = await this.routes.points();
      if (this.closed) return;
      this.points = new Points(header, arrays, this.model.extent);
      this.useChart(arrays);
    } catch (error) {
      return this.say(`The points did not arrive: ${error.message}`);
    }
    this.palette.use(this.points.coloured);
    for (const part of [this.panel, this.legend, this.finder, this.colourBy]) {
      part.setPoints(this.points);
    }
    this.shown.points = this.points;
    this.shown.lookAgain();
    this.ground.names = namesOf(this.points);
    this.thumbnails.setPoints(this.points);
    this.scene.setPoints(this.points);
    this.paint.colorBy(this.points);
    const scatter = await drawPoints({
      place: this.scatterPlace,
      plane: this.plane,
      points: this.points,
      palette: this.palette,
      plotlyUrl: this.routes.url(`plotly/${this.data.plotly_version}/plotly.min.js`),
      onchange: () => this.ground.schedule(),
    });
    if (this.closed) return scatter.close();
    this.scatter = this.ground.scatter = scatter;
    this.ground.schedule();
    this.note = scatter.note;
    this.say(this.message);
    this.becomeReady();
  }

  async useChart(arrays) {
    try {
      const samples = await this.chart.use(this.points, arrays);
      if (samples && !this.closed) this.useSheet(samples);
    } catch (error) {
      this.say(`The test pictures did not arrive: ${error.message}`);
    }
  }

  becomeReady() {
    if (!this.scatter || !this.viewer.sheet || this.root.dataset.ready) return;
    this.root.dataset.ready = "true";
  }

  /** A rerun of the script: what Python wants pinned, and what it has to say. */
  hear(data, report) {
    this.pin.report = (pin) => report("pin", pin);
    if (this.pin.hear(data.pin) || !this.edits.begun) this.edits.begin();
    this.scene.hear(data, (scene) => report("scene", scene));
    this.problem = data.problem ?? "";
    this.say(this.message);
  }

  /** Put what is shown into the tray: the test picture it lies on, or the place. */
  keep() {
    const { name: model } = this.model;
    const { near, points, z } = this.shown;
    const detail = this.routes.detail;
    if (points && near >= 0) return tray.add({ kind: "point", model, number: near });
    const code = this.chart.codeOf(z);
    if (code) tray.add({ kind: "code", model, code, ...(detail ? { detail } : {}) });
  }

  /** Colour the points by another attribute. */
  colour(k) {
    this.points.choose(k);
    this.palette.use(this.points.coloured);
    this.legend.setPoints(this.points);
    this.scatter?.regroup();
    this.paint.colorBy(this.points);
    this.filterChanged();
    this.scene.changed();
  }

  /** More of the individuals, or of the average: the exact picture at once, then the sheets. */
  change(detail) {
    this.routes.detail = detail;
    this.scene?.changed();
    this.thumbnails.forget();
    this.shown.moved();
    clearTimeout(this.changing);
    this.changing = setTimeout(() => this.loadSheets(detail), SETTLED);
  }

  filterChanged() {
    this.scatter?.filter();
    this.ground.names = namesOf(this.points);
    this.thumbnails.moved();
    this.ground.schedule();
    this.shown.lookAgain();
  }

  connectionChanged() {
    const { online } = this.routes;
    this.viewer.setOffline(!online);
    this.root.dataset.online = String(online);
    if (!online) return;
    if (!this.sheetsDone) this.loadSheets();
    else this.loadEmptiness();
    if (!this.points) this.loadPoints();
    if (this.viewer.state === "blend") this.shown.moved();
  }

  themeMayHaveChanged() {
    if (!this.palette.read()) return;
    if (this.points) {
      this.scatter?.recolor();
      this.legend.refresh();
      this.shown.lookAgain();
    }
    this.paint.recolor();
    this.ground.veil.renew();
    this.ground.schedule();
    this.movie?.recolor();
  }

  /** Say something that holds for now; what holds for good, `problem` and `note`, outlasts it. */
  say(text) {
    this.message = text;
    const shown = this.problem || text || this.note || "";
    this.status.textContent = shown;
    this.status.hidden = !shown;
  }

  pause() {
    this.bar.pause();
    this.movie?.pause();
    this.scene.pause();
  }

  resized() {
    this.plane.measure();
    this.ground.schedule();
  }

  close() {
    this.closed = true;
    for (const part of [
      this.shown,
      this.pin,
      this.gestures,
      this.markers,
      this.scatter,
      this.thumbnails,
      this.ground,
      this.movie,
      this.uploads,
      this.sketch,
      this.bar,
      this.flick,
      this.edits,
      this.scene,
      this.routes,
      this.plane,
    ]) {
      part?.close();
    }
    this.root.remove();
  }
}
