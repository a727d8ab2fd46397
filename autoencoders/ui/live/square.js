// Four pictures on the corners of a square: a picture for every place between them.
import { element } from "./element.js";
import { PictureCanvas, Sheet } from "./sheet.js";

const REST = 140; // Milliseconds without movement before the exact picture is asked for.
const NUDGE = 0.01;

export class Square {
  /** `parts`: model, onrest(), routes and say(text); without routes, where there is no server, the
   *  blend stays. */
  constructor(parts) {
    Object.assign(this, parts);
    this.at = [0.5, 0.5];
    const { image } = this.model;
    this.paint = element("canvas", { class: "hg-square-paint", "aria-hidden": "true" });
    this.handle = element("i", { class: "hg-lines-dot" });
    this.surface = element(
      "div",
      {
        class: "hg-square",
        tabindex: "0",
        role: "application",
        "aria-label": "Square between four pictures; arrows move",
        "data-testid": "square",
        onpointerdown: (event) => this.down(event),
        onpointermove: (event) => this.move(event),
        onkeydown: (event) => this.key(event),
      },
      this.paint,
      this.handle,
    );
    this.canvas = element("canvas", {
      class: "hg-picture",
      "data-testid": "decoded-image",
      "data-slot": "square",
      "data-state": "empty",
      role: "img",
      "aria-label": "The picture between four",
    });
    this.picture = new PictureCanvas(this.canvas, image);
    this.badge = element("span", { class: "hg-badge", "data-testid": "exact-badge" }, "waiting");
    this.node = element(
      "section",
      { class: "hg-card hg-squares", hidden: true, "aria-label": "Between four pictures" },
      this.surface,
      (this.side = element("div", { class: "hg-square-side" }, element("div", { class: "hg-frame" }, this.canvas), this.badge)),
    );
    this.draw = this.draw.bind(this);
  }

  async use(items) {
    const key = JSON.stringify(items);
    if (key === this.key_) return this.request();
    this.key_ = key;
    try {
      const { header, arrays } = await this.routes.square({ items });
      const sheet = await Sheet.open(header.sheet, arrays.sheet.data);
      if (key !== this.key_) return;
      this.corners = arrays.corners;
      this.show(sheet);
    } catch (error) {
      this.say(error.message);
    }
  }

  show(sheet) {
    this.sheet = sheet;
    this.paintAll();
    this.request();
  }

  /** The whole square, painted with what it decodes to. */
  paintAll() {
    const { rows, cols } = this.sheet.header;
    const [height, width] = this.model.image;
    Object.assign(this.paint, { width: cols * width, height: rows * height });
    const context = this.paint.getContext("2d");
    const tile = element("canvas");
    const one = new PictureCanvas(tile, this.model.image);
    const { size, nodes } = this.sheet;
    for (let k = 0; k < rows * cols; k++) {
      one.draw(nodes, k * size);
      context.drawImage(tile, (k % cols) * width, Math.floor(k / cols) * height);
    }
  }

  down(event) {
    this.surface.setPointerCapture(event.pointerId);
    this.move(event, true);
  }

  move(event, held = event.buttons > 0 || event.pointerType === "mouse") {
    if (!held) return;
    const box = this.surface.getBoundingClientRect();
    this.seek((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }

  key(event) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    const step = NUDGE * (event.shiftKey ? 10 : 1);
    this.seek(this.at[0] + way[0] * step, this.at[1] + way[1] * step);
  }

  seek(x, y) {
    const inside = (value) => Math.min(Math.max(value, 0), 1);
    this.at = [inside(x), inside(y)];
    this.request();
  }

  request() {
    this.waiting ||= requestAnimationFrame(this.draw);
  }

  draw() {
    this.waiting = 0;
    if (!this.sheet) return;
    const [x, y] = this.at;
    this.picture.draw(this.sheet.blendAt(x, 1 - y));
    const code = this.corners ? this.base() : this.at;
    this.canvas.dataset.z = JSON.stringify(code.map((v) => Math.round(v * 1e4) / 1e4));
    this.canvas.dataset.state = this.badge.dataset.state = "blend";
    this.badge.textContent = "live blend";
    const side = this.surface.clientWidth;
    this.handle.style.transform = `translate(${x * side}px, ${y * side}px)`;
    clearTimeout(this.timer);
    this.resting?.abort();
    this.timer = setTimeout(() => this.rest(), REST);
  }

  /** The base code: bilinear between the corners'. */
  base() {
    const [x, y] = this.at;
    const { data, shape } = this.corners;
    const size = shape[1];
    const shares = [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
    return Array.from({ length: size }, (_, k) =>
      shares.reduce((sum, share, i) => sum + share * data[i * size + k], 0),
    );
  }

  async rest() {
    const { signal } = (this.resting = new AbortController());
    this.onrest();
    if (!this.routes) return (this.badge.textContent = "blend of the pictures in this file");
    try {
      const { header, arrays } = await this.routes.exact([this.base()], signal);
      if (signal.aborted) return;
      this.picture.draw(arrays.images.data);
      this.canvas.dataset.state = this.badge.dataset.state = "exact";
      this.badge.textContent = `exact · ${header.milliseconds.toFixed(1)} ms · ${header.device}`;
    } catch (error) {
      if (error.name !== "AbortError") this.badge.textContent = "offline · live blend";
    }
  }

  close() {
    clearTimeout(this.timer);
    this.resting?.abort();
    cancelAnimationFrame(this.waiting);
  }
}
