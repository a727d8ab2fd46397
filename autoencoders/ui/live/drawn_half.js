// One model of the page "generate": a mosaic of pictures drawn from it, and where their codes lie.
import { DotMap, mark } from "./dot_map.js";
import { element } from "./element.js";
import { Emptiness } from "./emptiness.js";
import { Points } from "./points.js";
import { Routes } from "./routes.js";
import { PictureCanvas, Sheet } from "./sheet.js";

const TITLES = { plain: "Plain autoencoder", variational: "Variational autoencoder" };
const WORDS = {
  prior:
    "It was trained to keep its codes close to one Gaussian, its prior: at temperature 1 these are drawn from that prior.",
  square:
    "Nobody told this model where its codes should be, only to stay in this square: at temperature 1 these are drawn evenly over it, whether there is data or not.",
  gaussian:
    "Nobody told this model where its codes should be: these are drawn from the Gaussian that fits them, which knows nothing of the holes between them.",
};

const CHARTS = {
  code: ["the map of codes"],
  line: ["the line of codes", () => "One number: codes lie on the strip, the test pictures are piled up above it."],
  plane: ["the plane of the codes' two principal axes", (size) => `${size} numbers, seen on their two principal axes.`],
};
const HOLE =
  "Hollow dots: farther from the test pictures' codes than 99 in 100 of those lie from each other or, where the code has two numbers, a picture that is not encoded back to its place.";

/** Linear between the rows of `data` (rows x size) at a share 0..1 of them, into `out`. */
function between(data, size, share, out) {
  const rows = data.length / size;
  const at = Math.min(Math.max(share, 0), 1) * (rows - 1);
  const first = Math.min(Math.floor(at), Math.max(rows - 2, 0));
  const part = at - first;
  const next = part > 0 ? first + 1 : first;
  for (let k = 0; k < size; k++) {
    out[k] = (1 - part) * data[first * size + k] + part * data[next * size + k];
  }
  return out;
}

export class DrawnHalf {
  /** `parts`: model {name, digest, code_size, image, side}, base, palette, say(text), onlight(i),
   *  onkeep(item). */
  constructor(parts) {
    Object.assign(this, parts);
    const { model } = this;
    this.routes = new Routes(this.base, model);
    this.lit = -1;
    this.canvas = element("canvas", {
      class: "hg-picture",
      "data-testid": "decoded-image",
      "data-slot": model.side,
      "data-state": "empty",
      role: "img",
      "aria-label": `Pictures drawn from ${model.name}`,
    });
    this.signs = element("canvas", { class: "hg-signs", "aria-hidden": "true" });
    this.badge = element("span", { class: "hg-badge", "data-testid": "exact-badge" }, "drawing …");
    this.count = element("p", { class: "hg-count", title: HOLE, "data-testid": `holes-${model.side}` });
    this.words = element("p", { class: "hg-how" });
    this.told = element("p", { class: "hg-sr", role: "status" });
    this.mosaic = element(
      "div",
      {
        class: "hg-mosaic",
        tabindex: "0",
        role: "application",
        "aria-label": `Pictures drawn from ${model.name}: arrows go from one to the next, Enter puts it into the tray`,
        "data-testid": `mosaic-${model.side}`,
        onpointermove: (event) => this.onlight(this.tileAt(event)),
        onpointerleave: () => this.onlight(-1),
        onblur: () => this.onlight(-1),
        onclick: (event) => this.keep(this.tileAt(event)),
        onkeydown: (event) => this.key(event),
      },
      this.canvas,
      this.signs,
    );
    this.place = element("div", { class: "hg-drawn-map" });
    this.node = element(
      "section",
      { class: "hg-card hg-drawn", "aria-label": `${TITLES[model.side]}: ${model.name}`, "data-testid": `half-${model.side}` },
      element("header", {}, element("h2", {}, TITLES[model.side]), (this.head = element("span", { class: "hg-drawn-name" }, model.name))),
      element("div", { class: "hg-drawn-pair" }, this.mosaic, this.place),
      element("div", { class: "hg-row" }, this.count, this.badge),
      this.words,
      this.told,
    );
    this.sizes = new ResizeObserver(() => this.drawSigns());
    this.sizes.observe(this.mosaic);
  }

  /** Fetch what is drawn by a seed, unless it is there; what is shown stays until then. */
  load(seed) {
    if (this.wanted !== seed) {
      this.wanted = seed;
      this.loading = this.fetch(seed).catch((error) => {
        if (this.wanted === seed) this.wanted = this.seed; // It may be asked for again.
        throw error;
      });
    }
    return this.loading;
  }

  async fetch(seed) {
    const { header, arrays } = await this.routes.draws(seed);
    const sheet = await Sheet.open(header.strip, arrays.sheet.data);
    if (this.closed || seed !== this.wanted) return;
    Object.assign(this, { header, arrays, sheet, seed });
    this.tiles = header.side ** 2;
    this.picture ??= new PictureCanvas(this.canvas, header.strip.tile);
    this.codes = new Float32Array(this.tiles * this.model.code_size);
    this.places = arrays.places ? new Float32Array(2 * this.tiles) : null;
    this.levels = new Float32Array(this.tiles);
    this.words.textContent = WORDS[header.kind];
    if (arrays.places && !this.map) this.buildMap();
    this.node.dataset.kind = header.kind;
    this.node.dataset.seed = String(seed);
  }

  buildMap() {
    const { header, model, palette } = this;
    const onhover = (i) => this.onlight(i);
    const [where, words] = CHARTS[header.chart];
    this.map = new DotMap({
      palette,
      bounds: header.extent,
      line: header.chart === "line",
      label: `Where the drawn codes of ${model.name} lie on ${where}`,
      onhover,
      onclick: (i) => this.keep(i),
    });
    this.place.replaceChildren(this.map.node);
    if (words) this.place.append(element("p", { class: "hg-how" }, words(model.code_size)));
    if (header.chart === "code") {
      this.emptiness = new Emptiness(header.extent, () => this.holesChanged());
      this.map.setEmptiness(this.emptiness);
    }
    this.loadPoints();
  }

  async loadPoints() {
    try {
      const { header, arrays } = await this.routes.points();
      if (this.closed) return;
      this.points = new Points(header, arrays, this.header.extent);
      this.palette.use(this.points.coloured);
      this.map.setPoints(this.points);
      this.onpoints?.();
      await this.emptiness?.load(this.routes);
    } catch (error) {
      this.say(`The points of ${this.model.name} could not be fetched: ${error.message}`);
    }
  }

  holesChanged() {
    this.map.renew();
    this.onholes?.();
    if (this.sheet && this.t !== undefined) this.follow();
  }

  /** Blend and draw at a share 0..1 of the temperatures. This runs on every frame. */
  show(t) {
    if (!this.sheet) return;
    this.t = t;
    this.picture.draw(this.sheet.blendFrame(t * (this.sheet.header.frames - 1)));
    between(this.arrays.codes.data, this.codes.length, t, this.codes);
    if (this.places) between(this.arrays.places.data, this.places.length, t, this.places);
    this.setState("blend", "live blend");
    this.follow();
  }

  /** Everything that follows the codes: levels, dots, signs, the count. */
  follow() {
    const { levels, emptiness, places, arrays } = this;
    if (emptiness) {
      for (let i = 0; i < levels.length; i++) levels[i] = emptiness.levelAt(places[2 * i], places[2 * i + 1]);
    } else if (arrays.levels) {
      between(arrays.levels.data, levels.length, this.t, levels);
    }
    this.map?.setDots(places, (i) => levels[i] > 1);
    this.drawSigns();
    this.tell();
  }

  tell() {
    const known = this.emptiness ? this.emptiness.fields.size > 0 : Boolean(this.arrays.levels);
    const lost = this.levels.reduce((sum, level) => sum + (level > 1), 0);
    const text = known ? `${lost} of ${this.tiles} fell where there is no data` : "";
    if (text !== this.count.textContent) this.count.textContent = text;
    this.canvas.dataset.z = JSON.stringify(Array.from(this.codeOf(Math.max(this.lit, 0)), (v) => Number(v.toPrecision(6))));
    this.canvas.dataset.t = this.t.toFixed(4);
  }

  codeOf(i) {
    const size = this.model.code_size;
    return this.codes.subarray(i * size, (i + 1) * size);
  }

  setState(state, text) {
    if (this.state === state && this.text === text) return;
    Object.assign(this, { state, text });
    this.canvas.dataset.state = this.badge.dataset.state = state;
    this.badge.textContent = text;
  }

  /** The exact pictures, now that the slider rests. */
  async rest(temperature, signal) {
    if (!this.sheet) return;
    try {
      const { header, arrays } = await this.routes.drawsAt(this.seed, temperature, signal);
      if (signal.aborted || this.closed) return;
      this.picture.draw(arrays.image.data);
      this.codes.set(arrays.codes.data);
      this.tell();
      this.setState("exact", `exact · ${header.milliseconds.toFixed(1)} ms · ${header.device} · ${header.precision}`);
    } catch (error) {
      if (error.name !== "AbortError") this.setState("blend", "offline · live blend");
    }
  }

  tileAt({ clientX, clientY }) {
    const { side } = this.header ?? {};
    if (!side) return -1;
    const { left, top, width, height } = this.mosaic.getBoundingClientRect();
    const place = (value) => Math.min(Math.max(Math.floor(value * side), 0), side - 1);
    return place((clientY - top) / height) * side + place((clientX - left) / width);
  }

  /** Light picture and dot `i`; -1 lights none. */
  light(i) {
    if (i === this.lit) return;
    this.lit = i;
    this.map?.light(i);
    this.drawSigns();
    if (this.sheet) this.tell();
  }

  key(event) {
    const { side } = this.header ?? {};
    const ways = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side };
    if (!side) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return this.keep(this.lit);
    }
    if (event.key === "Escape") return this.onlight(-1);
    if (!(event.key in ways)) return;
    event.preventDefault();
    const next = this.lit < 0 ? 0 : this.lit + ways[event.key];
    if (next < 0 || next >= this.tiles) return;
    this.onlight(next);
    const lost = this.levels[next] > 1 ? ", where there is no data" : "";
    this.told.textContent = `Picture ${next + 1} of ${this.tiles}${lost}`;
  }

  keep(i) {
    if (i < 0 || !this.sheet) return;
    this.onkeep({ kind: "code", model: this.model.name, code: Array.from(this.codeOf(i)) });
  }

  /** The signs on the mosaic: which pictures come from where no data is, and which is lit. */
  drawSigns() {
    const { signs, palette, header, levels } = this;
    if (!header) return;
    const scale = devicePixelRatio || 1;
    const wide = this.mosaic.clientWidth;
    const pixels = Math.round(wide * scale);
    if (signs.width !== pixels) signs.width = signs.height = pixels;
    const context = signs.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, wide, wide);
    const tile = wide / header.side;
    for (let i = 0; i < this.tiles; i++) {
      const [x, y] = [(i % header.side) * tile, Math.floor(i / header.side) * tile];
      if (levels[i] > 1) mark(context, x + 8, y + 8, 4, true, palette);
      if (i !== this.lit) continue;
      context.lineWidth = 3;
      context.strokeStyle = palette.accent;
      context.strokeRect(x + 1.5, y + 1.5, tile - 3, tile - 3);
    }
  }

  recolor() {
    this.map?.recolor();
    this.drawSigns();
  }

  close() {
    this.closed = true;
    this.sizes.disconnect();
    this.map?.close();
    this.routes.close();
    this.node.remove();
  }
}
