// What is known about the point under the pointer: label, index, error, original, reconstruction.
import { element } from "./element.js";
import { PictureCanvas } from "./sheet.js";

const KEPT = 200; // Pictures kept, so that going back asks nothing.

export class Panel {
  constructor(model, routes, palette) {
    Object.assign(this, { model, routes, palette });
    this.index = -1;
    this.kept = new Map();
    this.swatch = element("span", { class: "hg-swatch" });
    this.label = element("strong", { "data-testid": "point-label" });
    this.number = element("span", { class: "hg-faint", "data-testid": "point-index" });
    this.error = element("span", { "data-testid": "point-error" });
    this.meter = element("span", { class: "hg-meter", "aria-hidden": "true" }, element("i"));
    this.share = element("span", { class: "hg-faint", "data-testid": "point-share", hidden: true });
    this.hint = element("p", { class: "hg-faint hg-hint" });
    this.pairs = [this.pair("original"), this.pair("reconstruction")];
    this.absent = element("p", { class: "hg-faint hg-absent", hidden: true }, this.whyAbsent());
    this.facts = element(
      "div",
      { class: "hg-facts" },
      element("div", { class: "hg-title" }, this.swatch, this.label, this.number),
      this.error,
      this.meter,
      this.share,
      element(
        "div",
        { class: "hg-pairs" },
        this.pairs.map(({ figure }) => figure),
      ),
      this.absent,
    );
    this.node = element(
      "section",
      { class: "hg-card hg-panel", "data-testid": "point-panel", "aria-label": "Test picture" },
      this.hint,
      this.facts,
    );
    this.show(-1);
  }

  whyAbsent() {
    return "The originals are not on this disk, so only the reconstruction can be shown.";
  }

  pair(name) {
    const canvas = element("canvas", { class: "hg-thumb", "data-testid": `point-${name}` });
    const figure = element("figure", {}, canvas, element("figcaption", {}, name));
    return { name, figure, canvas, picture: new PictureCanvas(canvas, this.model.image) };
  }

  setPoints(points) {
    this.points = points;
    this.show(-1);
  }

  /** Show what is known here already; asks nothing, so it may run on every frame. */
  show(index) {
    if (index === this.index && this.worded === Boolean(this.points)) return;
    this.index = index;
    this.worded = Boolean(this.points);
    const { points } = this;
    const none = index < 0 || !points;
    this.facts.classList.toggle("hg-gone", none);
    this.hint.hidden = !none;
    if (none) {
      this.hint.textContent = points
        ? "No test picture lies right here: what you see exists only in the model."
        : "The points are on their way.";
      return;
    }
    const label = points.labels[index];
    this.swatch.style.background = this.palette.color(label);
    this.label.textContent = points.labelName(label);
    this.number.textContent = `#${points.ids[index]}`;
    this.wordError(points.mse?.[index], points.percentile?.[index]);
    this.wordShare(points.shown?.[index]);
    this.drawPair(this.kept.get(index));
  }

  wordError(mse, percentile) {
    if (mse === undefined) return (this.error.textContent = "");
    const share =
      percentile === undefined ? "" : ` · larger than ${percentile.toFixed(0)} % of the test set`;
    this.error.textContent = `error ${mse.toFixed(4)}${share}`;
    this.meter.firstChild.style.width = `${percentile ?? 0}%`;
  }

  /** Of a plane of a longer code: how much of this picture it shows. */
  wordShare(share) {
    this.share.hidden = share === undefined;
    if (share === undefined) return;
    const left = 100 - Math.round(100 * share);
    this.share.textContent = `The plane leaves out ${left} % of what sets this picture apart.`;
  }

  drawPair(arrays) {
    for (const { name, figure, picture } of this.pairs) {
      const pixels = arrays?.[name]?.data;
      figure.classList.toggle("hg-empty", !pixels);
      if (pixels) picture.draw(pixels);
      if (name === "original") figure.hidden = !this.points?.original;
    }
    this.absent.hidden = Boolean(this.points?.original);
  }

  forget() {
    this.index = -2;
  }

  /** At rest: fetch the point's pictures, unless they are kept. */
  async complete(signal) {
    const { index } = this;
    if (index < 0 || this.kept.has(index)) return;
    const { arrays } = await this.routes.picture(index, signal);
    if (this.kept.size >= KEPT) this.kept.delete(this.kept.keys().next().value);
    this.kept.set(index, arrays);
    if (index === this.index) this.drawPair(arrays);
  }
}
