// A grid of pictures over a model's map: blended from its sheet, exact at rest, and to take away.
import { DotMap } from "./dot_map.js";
import { element, iconButton } from "./element.js";
import { reduced } from "./reduced.js";
import { PictureCanvas, Sheet } from "./sheet.js";
import { saveAnswer } from "./takeaway.js";

const LEAST = 5; // As generate_routes.py has it.
const REST = 300; // Milliseconds without a change before the exact grid is asked for.
const SMALL = [32, 12]; // Pixels of a picture's side where a grid has more than so many of them.

export class Manifold {
  /** `half`: the DrawnHalf whose model this is, once it has its points; onkeep(item). */
  constructor({ half, palette, onkeep }) {
    Object.assign(this, { half, palette, onkeep });
    const { model } = half;
    this.canvas = element("canvas", {
      class: "hg-picture",
      "data-testid": "decoded-image",
      "data-slot": `manifold-${model.side}`,
      "data-state": "empty",
      role: "img",
      "aria-label": `Grid of the manifold of ${model.name}`,
    });
    this.badge = element("span", { class: "hg-badge", "data-testid": "exact-badge" }, "waiting for the first sheet");
    this.reading = element("p", { class: "hg-how", "data-testid": `cell-${model.side}` }, "Point at a picture to see its place.");
    this.frame = element("i", { class: "hg-cell", hidden: true });
    this.map = new DotMap({
      palette,
      bounds: half.header.extent,
      label: `Where the pictures of the grid stand on the map of ${model.name}`,
      radius: 1.8,
      onhover: (i) => this.light(i),
    });
    this.map.setEmptiness(half.emptiness);
    half.onholes = () => this.map.renew();
    if (half.points) this.map.setPoints(half.points);
    this.surface = element(
      "div",
      {
        class: "hg-manifold-grid",
        "data-testid": `manifold-${model.side}`,
        tabindex: "0",
        role: "application",
        "aria-label": `Grid of the manifold of ${model.name}: arrows go from picture to picture, Enter puts one into the tray`,
        onpointermove: (event) => this.light(this.cellAt(event)),
        onpointerleave: () => this.light(-1),
        onblur: () => this.light(-1),
        onclick: (event) => this.keep(this.cellAt(event)),
        onkeydown: (event) => this.key(event),
      },
      this.canvas,
      this.frame,
    );
    this.save = iconButton("down", `Save the grid of ${model.name} as PNG`, () => this.take(), { "data-testid": `save-${model.side}` }, "PNG");
    this.node = element(
      "section",
      { class: "hg-card hg-manifold", "aria-label": `Manifold of ${model.name}` },
      element("header", {}, element("h2", {}, `The manifold of ${model.name}`), this.save),
      element(
        "div",
        { class: "hg-manifold-pair" },
        this.surface,
        element("div", { class: "hg-manifold-side" }, this.map.node, this.badge, this.reading),
      ),
    );
    this.lit = -1;
    this.cells = [];
    this.load();
  }

  /** The sheets of the map, coarse first: no picture of the grid is asked for. */
  async load() {
    const { half } = this;
    for (const grid of half.header.sheets) {
      try {
        const { header, payload } = await half.routes.sheet(grid);
        this.use(await Sheet.open(header, payload));
      } catch (error) {
        this.badge.textContent = `no sheet: ${error.message}`;
        return;
      }
      if (this.closed) return;
    }
  }

  use(sheet) {
    this.sheet = sheet;
    this.small = reduced(sheet, SMALL[0]);
    if (this.side) this.draw();
  }

  /** Show a grid of `side` x `side`: "even" over the map or by the "quantiles" of what is drawn from. */
  show(how, side) {
    Object.assign(this, { how, side });
    this.places = how === "even" ? this.even(side) : this.quantiles(side);
    this.map.setDots(this.places);
    this.light(-1);
    this.draw();
  }

  even(side) {
    const [x0, x1, y0, y1] = this.half.header.extent;
    const places = new Float32Array(2 * side * side);
    for (let i = 0; i < side * side; i++) {
      places[2 * i] = x0 + ((i % side) / (side - 1)) * (x1 - x0);
      places[2 * i + 1] = y1 - (Math.floor(i / side) / (side - 1)) * (y1 - y0);
    }
    return places;
  }

  /** One grid after the other, from the smallest on. */
  quantiles(side) {
    let from = 0;
    for (let n = LEAST; n < side; n++) from += 2 * n * n;
    return this.half.arrays.quantiles.data.subarray(from, from + 2 * side * side);
  }

  draw() {
    clearTimeout(this.timer);
    this.resting?.abort();
    if (!this.sheet) return;
    const sheet = this.side > SMALL[1] ? this.small : this.sheet;
    const { width, height } = sheet;
    this.resize(this.side * width, this.side * height);
    const context = this.canvas.getContext("2d");
    const tile = element("canvas");
    const one = new PictureCanvas(tile, [height, width, sheet.channels]);
    for (let i = 0; i < this.side ** 2; i++) {
      one.draw(sheet.blendAt(this.places[2 * i], this.places[2 * i + 1]));
      context.drawImage(tile, (i % this.side) * width, Math.floor(i / this.side) * height);
    }
    this.setState("blend", `live blend · ${this.sheet.header.cols}×${this.sheet.header.rows} sheet`);
    this.canvas.dataset.side = String(this.side);
    this.timer = setTimeout(() => this.rest(), REST);
  }

  resize(width, height) {
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
  }

  async rest() {
    const { signal } = (this.resting = new AbortController());
    try {
      const answer = await this.half.routes.manifold(this.how, this.side, signal);
      const picture = await createImageBitmap(await answer.blob());
      if (signal.aborted || this.closed) return;
      this.resize(picture.width, picture.height);
      this.canvas.getContext("2d").drawImage(picture, 0, 0);
      this.setState("exact", "exact");
    } catch (error) {
      if (error.name !== "AbortError") this.setState("blend", "offline · live blend");
    }
  }

  setState(state, text) {
    this.canvas.dataset.state = this.badge.dataset.state = state;
    this.badge.textContent = text;
  }

  cellAt({ clientX, clientY }) {
    const { left, top, width, height } = this.surface.getBoundingClientRect();
    const place = (value) => Math.min(Math.max(Math.floor(value * this.side), 0), this.side - 1);
    return place((clientY - top) / height) * this.side + place((clientX - left) / width);
  }

  light(i) {
    this.lit = i;
    this.map.light(i);
    this.frame.hidden = i < 0;
    if (i < 0) return;
    const share = 100 / this.side;
    const [column, row] = [i % this.side, Math.floor(i / this.side)];
    this.frame.style.cssText = `left:${column * share}%;top:${row * share}%;width:${share}%;height:${share}%`;
    this.canvas.dataset.z = JSON.stringify(this.codeOf(i));
    this.reading.textContent = `code ${this.codeOf(i).map((v) => v.toFixed(3).replace("-", "−")).join(", ")}`;
  }

  codeOf(i) {
    return [this.places[2 * i], this.places[2 * i + 1]];
  }

  keep(i) {
    if (i >= 0) this.onkeep({ kind: "code", model: this.half.model.name, code: this.codeOf(i) });
  }

  key(event) {
    const ways = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.side, ArrowDown: this.side };
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return this.keep(this.lit);
    }
    if (!(event.key in ways)) return;
    event.preventDefault();
    const next = this.lit < 0 ? 0 : this.lit + ways[event.key];
    if (next >= 0 && next < this.side ** 2) this.light(next);
  }

  async take() {
    try {
      await saveAnswer(await this.half.routes.manifold(this.how, this.side));
    } catch (error) {
      this.half.say(error.message);
    }
  }

  recolor() {
    this.map.recolor();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.resting?.abort();
    this.map.close();
    this.node.remove();
  }
}
