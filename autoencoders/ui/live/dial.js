// The dial: a row of pictures drawn with ever more numbers, by autoencoders and by PCA.
import { DialCurve } from "./dial_curve.js";
import { DialPlayer } from "./dial_player.js";
import { element } from "./element.js";
import { PictureCanvas, Sheet } from "./sheet.js";
import { keyOf } from "./tray.js";

const ACROSS = 8;
const numbers = (size) => (size === 1 ? "1 number" : `${size} numbers`);
const shown = (error) => error.toFixed(error < 0.001 ? 5 : 4);
const percent = (share) => `${Math.round(100 * share)}%`;

export class Dial {
  /** `parts`: model, routes, say(text) onstep(change), called with what a person changes, and
   *  onsettled(at), called where the dial has come to rest. */
  constructor(parts) {
    Object.assign(this, parts);
    this.told = this.model.dial;
    this.node = element("section", { class: "hg-card hg-dialing", "aria-label": "The dial", "data-testid": "dial", hidden: true });
    this.note = element("p", { class: "hg-note", hidden: !this.told.sentence, "data-testid": "dial-note" }, this.told.sentence);
    this.steps = this.told.steps;
    if (this.steps.length) this.build();
    else this.node.append(this.note);
  }

  build() {
    const [height, width, channels] = this.model.image;
    this.shape = [height, ACROSS * width, channels];
    this.player = new DialPlayer({
      slot: "dial",
      label: "Numbers in the code",
      image: this.shape,
      sizes: this.steps.map(({ size }) => size),
      onmove: (t) => this.follow(t),
      onrest: () => this.onstep({ at: this.player.t }),
      onsettled: () => this.onsettled(this.player.t),
    });
    this.curve = new DialCurve(this.steps, this.player.at, (k) => this.player.goToMark(k));
    this.words = element("p", { class: "hg-dial-words", "aria-live": "polite", "data-testid": "dial-words" });
    const own = element("figure", {}, element("figcaption", {}, "autoencoder"), this.player.frame);
    this.originals = this.line("originals", "the pictures");
    this.pca = this.line("dial-pca", "PCA, as many numbers");
    this.pcaWhy = element("p", { class: "hg-note", hidden: true, "data-testid": "pca-why" });
    this.fewer = element("button", { type: "button", class: "hg-button hg-quiet", hidden: true, "data-testid": "dial-reset", onclick: () => this.onstep({ items: null }) }, "Back to the first pictures");
    this.player.controls.querySelector(".hg-track").append(this.curve.sizes);
    this.node.append(
      element("header", {}, element("h2", {}, `The dial: ${this.told.stem}, ${this.steps[0].size} to ${numbers(this.steps.at(-1).size)}`), this.player.badge),
      this.note,
      element(
        "div",
        { class: "hg-dial-body" },
        element("div", { class: "hg-dial-rows" }, this.originals.node, own, this.pca.node, this.pcaWhy, this.fewer),
        element(
          "div",
          { class: "hg-dial-side" },
          this.legend(),
          this.curve.plot,
          this.player.controls,
          this.words,
          element("p", { class: "hg-how" }, `${this.told.rule} Both axes are logarithmic.`),
        ),
      ),
    );
  }

  line(slot, words) {
    const canvas = element("canvas", { class: "hg-picture", "data-testid": "dial-row", "data-slot": slot, role: "img", "aria-label": words });
    const node = element("figure", { hidden: true }, element("figcaption", {}, words), element("div", { class: "hg-frame" }, canvas));
    return { canvas, node, picture: new PictureCanvas(canvas, this.shape) };
  }

  legend() {
    const one = (name, words) => element("span", { class: "hg-dial-key" }, element("i", { class: `hg-dial-${name}` }), words);
    return element("p", { class: "hg-dial-legend" }, element("b", {}, "Test error"), one("own", "autoencoder"), one("pca", "PCA"));
  }

  /** Draw these pictures (null: the ones to begin with) along the dial; false where that failed. */
  async use(items) {
    if (!this.steps.length) return false;
    const key = JSON.stringify(items);
    if (key === this.key) return true;
    this.key = key;
    this.node.dataset.state = "waiting";
    try {
      const { header, arrays } = await this.routes.post("compare/dial", { stem: this.told.stem, items });
      const own = await Sheet.open(header.own_strip, arrays.own.data);
      const pca = header.pca_strip ? await Sheet.open(header.pca_strip, arrays.pca.data) : null;
      if (key !== this.key || this.closed) return false;
      this.show(header, arrays, own, pca, Boolean(items));
      return true;
    } catch (error) {
      if (key === this.key) {
        this.key = null;
        this.say(error.message);
      }
      return false;
    }
  }

  show(header, arrays, own, pca, chosen) {
    this.items = header.items;
    this.across(header.items.length);
    this.pcaSheet = pca;
    this.pca.node.hidden = !pca;
    this.pcaWhy.textContent = header.sentence;
    this.pcaWhy.hidden = !header.sentence;
    this.fewer.hidden = !chosen;
    this.originals.node.hidden = !arrays.originals;
    if (arrays.originals) this.originals.picture.draw(arrays.originals.data);
    this.player.canvas.setAttribute("aria-label", `Drawn by the autoencoder: ${header.names.join("; ")}`);
    this.player.use(own);
    this.node.dataset.state = "shown";
  }

  /** The rows hold so many pictures. */
  across(count) {
    const [height, width, channels] = this.model.image;
    this.shape = [height, count * width, channels];
    for (const row of [this.player, this.pca, this.originals]) row.picture = new PictureCanvas(row.canvas, this.shape);
    this.node.style.setProperty("--hg-across", String((count * width) / height));
  }

  /** A picture joins the row, before the others. */
  with(item) {
    const kept = (this.items ?? []).filter((other) => keyOf(other) !== keyOf(item));
    // One test picture at least stays: a link holds no other, and brings the dial back by it.
    const points = kept.filter(({ kind }) => kind === "point");
    const row = [item, ...kept].slice(0, ACROSS);
    if (points.length && !row.some(({ kind }) => kind === "point")) row[ACROSS - 1] = points[0];
    return row;
  }

  follow(t) {
    if (this.pcaSheet) this.pca.picture.draw(this.pcaSheet.blendFrame(this.player.frameAt(t)));
    this.curve.point(t, this.player.mark);
    const near = this.player.nearest;
    if (near === this.near) return;
    this.near = near;
    this.words.replaceChildren(...this.verdict(near));
    this.words.dataset.verdict = this.steps[near].verdict ?? "";
    this.player.slider.setAttribute("aria-valuetext", numbers(this.steps[near].size));
  }

  /** What the errors say of a size. */
  verdict(k) {
    const { size, mse, pca, saved, verdict } = this.steps[k];
    if (mse === null) return [`${numbers(size)}: the test error of this model was not measured.`];
    const beside = pca === null ? "" : `, PCA’s ${shown(pca)}`;
    const error = `With ${numbers(size)} the error is ${shown(mse)}${beside}.`;
    if (!verdict) return [`${error} Too small or too large cannot be said: the error of another size is missing.`];
    const next = this.steps[k + 1]?.saved ?? null;
    const why = {
      "too small": next >= this.told.worth ? ` Twice the numbers take away ${percent(next)} of it.` : ` Further on, twice the numbers still take away ${percent(this.told.worth)} or more.`,
      right: next === null ? " It is the largest there is; a larger one may still be worth it." : ` Twice the numbers would take away only ${percent(next)} of it.`,
      "too large": saved === null ? "" : ` Twice the numbers took away only ${percent(saved)} of the error.`,
    }[verdict];
    const title = verdict[0].toUpperCase() + verdict.slice(1);
    return [element("b", {}, `${title}. `), error + why];
  }

  pause() {
    this.player?.pause();
  }

  close() {
    this.closed = true;
    this.player?.close();
  }
}
