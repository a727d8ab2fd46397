// The training movie: a strip dragged through the epochs; points move, reconstructions sharpen.
import { element, iconButton } from "./element.js";
import { Curve } from "./curve.js";
import { PictureCanvas, Sheet } from "./sheet.js";
import { Swarm } from "./swarm.js";

const SECONDS = 9; // A whole play from the first snapshot to the last.

export class Movie {
  constructor(routes, palette, size) {
    Object.assign(this, { routes, palette });
    // A longer code's snapshots have a plane of their own, that of the training's last epoch.
    const own = size > 2 ? ", on the last epoch's two main axes" : "";
    this.caption = `codes of validation pictures${own}`;
    this.t = 0;
    this.picture = element("canvas", {
      class: "hg-picture",
      "data-testid": "decoded-image",
      "data-slot": "movie",
      "data-state": "empty",
      role: "img",
      "aria-label": "64 reconstructions",
    });
    this.swarm = element("canvas", {
      class: "hg-swarm",
      role: "img",
      "aria-label": "Where the codes lie",
    });
    this.points = new Swarm(this.swarm);
    this.curve = new Curve();
    this.slider = element("input", {
      type: "range",
      min: "0",
      max: "1",
      step: "any",
      value: "0",
      "aria-label": "Epoch",
      "data-testid": "movie-slider",
      oninput: () => this.seek(Number(this.slider.value)),
      onkeydown: (event) => this.key(event),
    });
    this.button = iconButton("play", "Play the training", () => this.toggle(), {
      "data-testid": "movie-play",
    });
    this.epoch = element("output", { class: "hg-epoch" });
    this.node = this.arrange();
    this.draw = this.draw.bind(this);
    this.attend();
    this.sizes = new ResizeObserver(() => this.request());
    this.sizes.observe(this.swarm);
  }

  arrange() {
    return element(
      "section",
      { class: "hg-card hg-movie", "data-testid": "movie-strip", "aria-label": "Training movie" },
      element("header", {}, element("h2", {}, "How it learned"), this.epoch),
      element(
        "div",
        { class: "hg-screens" },
        element(
          "figure",
          {},
          this.swarm,
          element("figcaption", {}, this.caption),
        ),
        element("figure", {}, this.picture, element("figcaption", {}, "64 of them, reconstructed")),
      ),
      element(
        "div",
        { class: "hg-scrub" },
        this.button,
        element("div", { class: "hg-track" }, this.curve.node, this.slider),
      ),
    );
  }

  /** Fetch the movie when it comes near the window, once. */
  attend() {
    this.watcher = new IntersectionObserver(
      (entries) => {
        this.seen = entries.some((entry) => entry.isIntersecting);
        if (this.seen) this.load();
      },
      { rootMargin: "600px" },
    );
    this.watcher.observe(this.node);
  }

  async load() {
    if (this.loading) return;
    this.loading = true;
    try {
      const { header, arrays } = await this.routes.movie();
      Object.assign(this, { arrays, snapshots: arrays.epochs.data.length });
      this.count = arrays.codes.shape[1];
      this.places = placesOf(arrays.codes);
      this.extent = extentOf(arrays.codes.data);
      this.sheet = await Sheet.open(header.strip, arrays.sheet.data);
      this.screen = new PictureCanvas(this.picture, header.strip.tile);
      this.slider.max = String(this.snapshots - 1);
      this.curve.set(arrays.epochs.data, arrays.train_loss.data, arrays.validation_loss.data);
      this.node.dataset.ready = "true";
      this.slider.value = this.slider.max;
      this.seek(this.snapshots - 1);
    } catch (error) {
      this.loading = false;
      this.epoch.textContent = error.message;
    }
  }

  seek(t) {
    this.t = Math.min(Math.max(t, 0), (this.snapshots ?? 1) - 1);
    this.request();
  }

  request() {
    this.waiting ||= requestAnimationFrame(this.draw);
  }

  draw(now) {
    this.waiting = 0;
    if (!this.sheet) return;
    if (this.playing) this.advance(now);
    const { t, picture } = this;
    this.screen.draw(this.sheet.blendFrame(t));
    picture.dataset.z = `[${t.toFixed(4)}]`;
    picture.dataset.state = t % 1 === 0 ? "exact" : "blend";
    this.drawSwarm(t);
    this.word(t);
    if (this.playing) this.request();
  }

  advance(now) {
    this.before ??= now;
    this.t += ((now - this.before) / 1000) * ((this.snapshots - 1) / SECONDS);
    this.before = now;
    if (this.t >= this.snapshots - 1) {
      this.t = this.snapshots - 1;
      this.pause();
    }
    this.slider.value = String(this.t);
  }

  drawSwarm(t) {
    const { count, palette } = this;
    const side = Math.round(this.swarm.clientWidth * (devicePixelRatio || 1));
    if (!side) return;
    const first = Math.max(0, Math.min(Math.floor(t), this.snapshots - 2));
    const part = t - first;
    const [x0, x1, y0, y1] = this.extentAt(t);
    const from = this.places[first];
    const to = this.places[Math.min(first + 1, this.snapshots - 1)];
    const labels = this.arrays.labels?.data;
    const { values } = palette;
    this.points.draw(side, count, (i, place) => {
      const x = from[2 * i] * (1 - part) + to[2 * i] * part;
      const y = from[2 * i + 1] * (1 - part) + to[2 * i + 1] * part;
      place[0] = (x - x0) / (x1 - x0);
      place[1] = (y1 - y) / (y1 - y0);
      // Without labels no colour: the first one would claim what nobody knows of these pictures.
      return labels ? values[labels[i] % values.length] : palette.faint;
    });
  }

  /** What part of the plane is shown. */
  extentAt() {
    return this.extent;
  }

  word(t) {
    const { epochs, train_loss: train, validation_loss: validation } = this.arrays;
    const at = this.curve.epochAt(t);
    const near = Math.min(Math.max(Math.round(at), 0), validation.data.length);
    const index = Math.max(near - 1, 0);
    const text = `epoch ${near} of ${epochs.data[epochs.data.length - 1]} · training ${train.data[index].toFixed(4)} · validation ${validation.data[index].toFixed(4)}`;
    if (this.epoch.textContent !== text) this.epoch.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
    this.node.dataset.t = t.toFixed(3);
    this.curve.point(t);
  }

  key(event) {
    const steps = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: 5,
      PageDown: -5,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const step = steps[event.key] * (event.shiftKey ? 0.1 : 1);
    this.seek(event.shiftKey ? this.t + step : Math.round(this.t) + step);
    this.slider.value = String(this.t);
  }

  toggle() {
    if (this.playing) return this.pause();
    if (!this.sheet) return;
    if (this.t >= this.snapshots - 1) this.t = 0;
    this.playing = true;
    this.before = null;
    this.setButton("pause", "Pause");
    this.request();
  }

  setButton(name, title) {
    const next = iconButton(name, title, null);
    this.button.replaceChildren(...next.childNodes);
    this.button.title = title;
    this.button.setAttribute("aria-label", title);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.setButton("play", "Play the training");
  }

  recolor() {
    this.request();
  }

  close() {
    this.watcher?.disconnect();
    this.sizes.disconnect();
    cancelAnimationFrame(this.waiting);
  }
}

/** Codes (S, V, 2) as one list of x, y, x, y ... for each snapshot. */
export function placesOf({ shape, data }) {
  const size = 2 * shape[1];
  return Array.from({ length: shape[0] }, (_, k) => data.subarray(k * size, (k + 1) * size));
}

/** A square box around every code of every snapshot, from the bulk of them. */
export function extentOf(codes) {
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let k = 0; k < codes.length; k += 2) {
    x0 = Math.min(x0, codes[k]);
    x1 = Math.max(x1, codes[k]);
    y0 = Math.min(y0, codes[k + 1]);
    y1 = Math.max(y1, codes[k + 1]);
  }
  const half = (Math.max(x1 - x0, y1 - y0) || 1) * 0.53;
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return [x - half, x + half, y - half, y + half];
}
