// Noise dragged live over a strip: noisy, denoised, non-local means and clean, side by side.
import { element } from "./element.js";
import { putOn } from "./grain.js";
import { Player } from "./player.js";
import { decibels } from "./rebuilt.js";
import { PictureCanvas, Sheet } from "./sheet.js";

export const LEVELS_END = 0.65; // The highest level, as the server has it.
const READABLE = 90; // Milliseconds between two readings of the measures.
const KEPT = 6; // Strips kept in the browser.
export const KINDS = {
  gaussian: ["Gaussian", (level) => `deviation ${level.toFixed(2)}`],
  salt_and_pepper: ["salt and pepper", (level) => `${Math.round(100 * level)} % of the pixels`],
  masking: ["masking", (level) => `${Math.round(100 * level)} % of the pixels`],
};

export class Noise {
  /** `parts`: model, routes, trail, say(text), onstep(change) and onrest(). */
  constructor(parts) {
    Object.assign(this, parts);
    this.strips = new Map();
    this.figures = {};
    this.player = new Player({
      slot: "denoise",
      image: this.model.image,
      label: "How much noise",
      exact: (t, signal) => this.exact(t, signal),
      codeAt: (t) => this.codeAt(t),
      onmove: (t) => this.follow(t),
    });
    this.player.onrest = () => this.onrest();
    this.kinds = element("div", { class: "hg-modes", role: "radiogroup", "aria-label": "Kind of noise" });
    this.already = element("input", {
      type: "checkbox",
      "data-testid": "noisy-already",
      onchange: () => this.onstep({ noisy: this.already.checked }),
    });
    this.level = element("output", { class: "hg-level", "data-testid": "noise-level" });
    this.dial = element(
      "div",
      { class: "hg-dial" },
      element("div", { class: "hg-row" }, this.kinds, this.level),
      this.player.controls,
    );
    this.node = element(
      "section",
      { class: "hg-card hg-noise", "aria-label": "Noise", "data-testid": "noise" },
      element(
        "header",
        {},
        element("h2", {}, "Take the noise off"),
        element("label", { class: "hg-tick" }, this.already, "it is noisy already: add none"),
      ),
      element(
        "div",
        { class: "hg-four" },
        this.figure("noisy", "with noise"),
        this.figure("denoised", `denoised by ${this.model.code_size} numbers`, this.player.canvas),
        this.figure("nlm", "by non-local means"),
        this.figure("clean", "without noise"),
      ),
      this.dial,
      element("div", { class: "hg-row" }, this.player.badge),
      (this.how = element("p", { class: "hg-how" })),
    );
    this.buffer = null;
  }

  figure(name, caption, canvas = null) {
    const node = canvas ?? element("canvas", { role: "img", "aria-label": caption, "data-testid": `${name}-image` });
    node.classList.add("hg-thumb");
    const words = element("figcaption", {}, caption);
    const measure = element("span", { class: "hg-measure", "data-testid": `${name}-measure` });
    const figure = element("figure", {}, node, words, measure);
    const picture = canvas ? null : new PictureCanvas(node, this.model.image);
    this.figures[name] = { figure, words, measure, picture };
    return figure;
  }

  /**
   * Show another picture or another kind of noise: {item, crop, kind, noisy, at}; `given` is the
   * picture as the model takes it, (H * W * C).
   */
  async use(asked, given) {
    const key = JSON.stringify([asked.item, asked.crop, asked.kind]);
    const at = asked.noisy ? 0 : asked.at;
    this.asked = asked;
    this.words(asked);
    this.figures.clean.picture.draw(given);
    if (asked.noisy) this.player.pause();
    if (key === this.key && this.strip?.key === key) return this.player.goTo(at);
    this.key = key;
    this.strip = this.player.sheet = null;
    this.node.dataset.state = "waiting";
    let strip = this.strips.get(key);
    if (!strip) {
      this.player.resting?.abort();
      this.player.setState("waiting", "preparing the levels of noise …");
      this.player.goTo(at);
      this.peek(asked, at, key);
      // A picture that is noisy already is shown at one level only: no strip, until it is wanted.
      if (asked.noisy) return;
      strip = await this.load(asked, key);
    }
    if (!strip || key !== this.key || this.closed) return;
    this.keep(key, strip);
    this.strip = strip;
    this.trail.setTrail(strip.arrays.places.data);
    this.player.use(strip.denoised);
    this.player.goTo(this.asked.noisy ? 0 : this.player.t);
    this.node.dataset.state = "ready";
  }

  words({ noisy, kind }) {
    this.already.checked = noisy;
    this.dial.hidden = this.figures.clean.figure.hidden = noisy;
    this.figures.noisy.words.textContent = noisy ? "as it is" : "with noise";
    this.how.textContent = noisy
      ? "There is no clean picture to measure against. Non-local means is told the noise that it seems to have."
      : "Non-local means is told how strong the noise is; the model is not. The ring on the map is the noisy picture's code.";
    this.refreshKinds(kind);
  }

  /** Show one level at once: all levels take longer. */
  async peek({ item, crop, kind, noisy }, at, key) {
    try {
      const answer = await this.routes.post("noise", { item, crop, kind, level: at * LEVELS_END });
      if (key !== this.key || this.strip || this.closed) return;
      const { data, shape } = answer.arrays.images;
      const size = shape[1] * shape[2] * shape[3];
      this.player.picture.draw(data, size);
      this.showExact(answer.arrays);
      this.sayLevel(kind, at * LEVELS_END);
      if (!noisy) return;
      this.player.setState("exact", `exact · ${answer.header.milliseconds.toFixed(1)} ms`);
      this.node.dataset.state = "ready";
    } catch (error) {
      if (key === this.key && noisy) this.say(error.message);
    }
  }

  keep(key, strip) {
    this.strips.delete(key);
    this.strips.set(key, strip);
    if (this.strips.size > KEPT) this.strips.delete(this.strips.keys().next().value);
  }

  async load({ item, crop, kind }, key) {
    try {
      const { header, arrays } = await this.routes.post("noises", { item, crop, kind });
      const [denoised, nlm] = await Promise.all([
        Sheet.open(header.denoised, arrays.denoised.data),
        Sheet.open(header.nlm, arrays.nlm.data),
      ]);
      return { key, header, arrays, denoised, nlm };
    } catch (error) {
      if (key === this.key) {
        this.key = null;
        this.node.dataset.state = "failed";
        this.say(error.message);
      }
      return null;
    }
  }

  refreshKinds(chosen) {
    this.kinds.replaceChildren(
      ...Object.entries(KINDS).map(([kind, [words]]) =>
        element(
          "button",
          {
            type: "button",
            class: "hg-button",
            role: "radio",
            "aria-checked": String(kind === chosen),
            "data-testid": `noise-${kind}`,
            onclick: () => this.onstep({ kind, at: this.player.t }),
          },
          words,
        ),
      ),
    );
  }

  /** Level of noise at a place of the slider. */
  levelAt(t) {
    return t * LEVELS_END;
  }

  /** Where among the strip's levels a place of the slider lies: index below and share. */
  between(t) {
    const last = this.strip.arrays.places.shape[0] - 1;
    const i = Math.min(Math.floor(t * last), last - 1);
    return [i, t * last - i];
  }

  codeAt(t) {
    const { data, shape } = this.strip.arrays.bases;
    const [i, part] = this.between(t);
    const code = Array.from({ length: shape[1] }, (_, k) => {
      const from = data[i * shape[1] + k];
      return Math.round((from + part * (data[(i + 1) * shape[1] + k] - from)) * 1e4) / 1e4;
    });
    return JSON.stringify(code);
  }

  /** What follows the slider on every frame. */
  follow(t) {
    const { header, arrays, nlm } = this.strip;
    const level = this.levelAt(t);
    const [i, part] = this.between(t);
    const along = ({ data }, at, step) => data[at] + part * (data[at + step] - data[at]);
    this.drawNoisy(level);
    this.figures.nlm.picture.draw(nlm.blendFrame(t * (nlm.header.frames - 1)));
    this.trail.point(along(arrays.places, 2 * i, 2), along(arrays.places, 2 * i + 1, 2));
    const now = performance.now();
    if (now - (this.saidAt ?? 0) < READABLE) return; // Rest says the last word.
    this.saidAt = now;
    this.sayLevel(header.kind, level);
    const count = arrays.mse.shape[1];
    // Between two levels: the root of the error, which grows more evenly than the error.
    const error = (row) => {
      const [from, to] = [arrays.mse.data[row * count + i], arrays.mse.data[row * count + i + 1]];
      return (Math.sqrt(from) + part * (Math.sqrt(to) - Math.sqrt(from))) ** 2;
    };
    this.measure("noisy", this.noisyError());
    this.measure("denoised", error(0), along(arrays.ssim, i, 1));
    this.measure("nlm", error(1), along(arrays.ssim, count + i, 1));
  }

  drawNoisy(level) {
    const { header, arrays } = this.strip;
    const { clean, field } = arrays;
    if (this.buffer?.length !== clean.data.length) this.buffer = new Uint8ClampedArray(clean.data.length);
    putOn(this.buffer, clean.data, field.data, header.kind, level, this.model.image[2]);
    this.figures.noisy.picture.draw(this.buffer);
  }

  noisyError() {
    const { data } = this.strip.arrays.clean;
    let sum = 0;
    for (let k = 0; k < data.length; k++) sum += (this.buffer[k] - data[k]) ** 2;
    return sum / data.length / 255 ** 2;
  }

  measure(name, mse, ssim = null) {
    const { measure } = this.figures[name];
    if (this.asked.noisy) measure.textContent = "";
    else if (!(mse > 0)) measure.textContent = "no noise on it";
    else measure.textContent = ssim === null ? decibels(mse) : `${decibels(mse)} · SSIM ${ssim.toFixed(2)}`;
  }

  /** The exact pictures at rest; the player draws the denoised one, the others are drawn here. */
  async exact(t, signal) {
    const { item, crop, kind } = this.asked;
    const { key } = this;
    const asked = { item, crop, kind, level: this.levelAt(t) };
    const { header, arrays } = await this.routes.post("noise", asked, signal);
    if (signal.aborted || key !== this.key) throw new DOMException("Superseded", "AbortError");
    this.showExact(arrays);
    const size = arrays.images.data.length / 3;
    this.sayLevel(kind, asked.level);
    return { header, arrays: { images: { data: arrays.images.data.subarray(size, 2 * size) } } };
  }

  sayLevel(kind, level) {
    const words = KINDS[kind][1](level);
    this.level.textContent = words;
    this.player.slider.setAttribute("aria-valuetext", words);
  }

  /** Draw and measure what the server computed for one level; `images` (3, H, W, C). */
  showExact({ images, mse, ssim }) {
    this.figures.noisy.picture.draw(images.data);
    this.figures.nlm.picture.draw(images.data, (2 * images.data.length) / 3);
    ["noisy", "denoised", "nlm"].forEach((name, row) =>
      this.measure(name, mse.data[row], ssim.data[row]),
    );
  }

  close() {
    this.closed = true;
    this.player.close();
  }
}
