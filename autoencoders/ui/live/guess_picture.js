// The picture at the place that a person aims at: blended on every frame, exact at rest.
import { element } from "./element.js";
import { PictureCanvas, Sheet } from "./sheet.js";

const REST = 140; // Milliseconds without movement before the exact picture is asked for.

export class GuessPicture {
  /** `label` of the picture; `model` {image, sheets}. */
  constructor({ model, routes, label }) {
    Object.assign(this, { model, routes });
    this.canvas = element("canvas", {
      class: "hg-picture",
      "data-testid": "decoded-image",
      "data-slot": "guess",
      "data-state": "empty",
      role: "img",
      "aria-label": label,
    });
    this.picture = new PictureCanvas(this.canvas, model.image);
    this.badge = element("span", { class: "hg-badge", "data-testid": "exact-badge" }, "waiting for the first sheet");
    this.draw = this.draw.bind(this);
  }

  /** Fetch the map's sheets, coarse first. */
  async load() {
    for (const grid of this.model.sheets) {
      const { header, payload } = await this.routes.sheet(grid);
      if (this.closed) return;
      this.sheet = await Sheet.open(header, payload);
      if (this.place && this.state !== "exact") this.request();
    }
  }

  /** Show the picture at a place, from the next frame on. */
  at(x, y) {
    this.place = [Number(x.toPrecision(6)), Number(y.toPrecision(6))];
    this.resting?.abort();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(), REST);
    this.request();
  }

  request() {
    this.waiting ||= requestAnimationFrame(this.draw);
  }

  draw() {
    this.waiting = 0;
    if (!this.sheet || !this.place) return;
    this.picture.draw(this.sheet.blendAt(...this.place));
    this.canvas.dataset.z = JSON.stringify(this.place);
    this.setState("blend", "live blend");
  }

  setState(state, text) {
    if (this.state === state && this.text === text) return;
    Object.assign(this, { state, text });
    this.canvas.dataset.state = this.badge.dataset.state = state;
    this.badge.textContent = text;
  }

  async rest() {
    if (this.closed || !this.place) return;
    const { signal } = (this.resting = new AbortController());
    try {
      const { header, arrays } = await this.routes.decode([this.place], signal);
      if (signal.aborted || this.closed) return;
      cancelAnimationFrame(this.waiting); // A frame that is due would draw over it.
      this.waiting = 0;
      this.picture.draw(arrays.images.data);
      this.canvas.dataset.z = JSON.stringify(this.place);
      this.setState("exact", `exact · ${header.milliseconds.toFixed(1)} ms`);
      this.badge.title = `${header.device} · ${header.precision}`;
    } catch (error) {
      if (error.name !== "AbortError") this.setState("blend", "offline · live blend");
    }
  }

  /** The pixels at a place, exactly; as they are blended where the server is gone. */
  async pixels(x, y) {
    this.at(x, y);
    try {
      return (await this.routes.decode([this.place])).arrays.images.data;
    } catch {
      return this.sheet.blendAt(...this.place).slice();
    }
  }

  clear() {
    this.resting?.abort();
    clearTimeout(this.timer);
    this.place = null;
    this.picture.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.setState("empty", "aim first");
  }

  close() {
    this.closed = true;
    this.clear();
    cancelAnimationFrame(this.waiting);
  }
}
