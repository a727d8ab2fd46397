// What stands beside a morph for comparison: the pixels cross-faded, and PCA's line.
import { element } from "./element.js";
import { PictureCanvas } from "./sheet.js";

export class Besides {
  constructor(model, routes) {
    this.routes = routes;
    this.fade = beside(model, "fade", "the same, faded pixel by pixel");
    this.pca = beside(model, "pca", "PCA's line");
    this.mixed = new Float32Array(model.image[0] * model.image[1] * model.image[2]);
    this.node = element("div", { class: "hg-besides" }, this.fade.figure, this.pca.figure);
  }

  /** Ask what PCA makes of the pictures; what is asked later counts. */
  async load(asked) {
    const turn = (this.turn = {});
    this.ends = null;
    this.pca.figure.hidden = true;
    try {
      const { header, arrays } = await this.routes.pca(asked);
      if (turn !== this.turn) return;
      this.ends = arrays.pictures;
      this.pca.words.textContent = header.words;
    } catch (error) {
      console.warn("PCA's line could not be had:", error);
    }
  }

  /** `ends`: the pictures, which stand at `stops` on the slider; runs on every frame. */
  draw(ends, stops, t) {
    this.mix(this.fade, ends, stops, t);
    if (this.ends?.shape[0] === stops.length) this.mix(this.pca, this.ends, stops, t);
  }

  /** PCA decodes a line of codes to a line of pictures, so its morph is a cross-fade as well. */
  mix({ figure, picture }, { data, shape }, stops, t) {
    const size = shape[1] * shape[2] * shape[3];
    let leg = 0;
    while (leg < stops.length - 2 && t > stops[leg + 1]) leg++;
    const span = stops[leg + 1] - stops[leg];
    const part = span > 0 ? Math.min(Math.max((t - stops[leg]) / span, 0), 1) : 0;
    const from = leg * size;
    for (let k = 0; k < size; k++) {
      this.mixed[k] = (1 - part) * data[from + k] + part * data[from + size + k];
    }
    picture.draw(this.mixed);
    if (figure.hidden) figure.hidden = false;
  }
}

function beside(model, name, caption) {
  const canvas = element("canvas", { class: "hg-thumb", "data-testid": `${name}-image` });
  const words = element("figcaption", {}, caption);
  const figure = element("figure", { hidden: true }, canvas, words);
  return { figure, words, picture: new PictureCanvas(canvas, model.image) };
}
