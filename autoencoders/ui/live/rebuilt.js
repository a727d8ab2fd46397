// What a model makes of a picture: reconstruction, difference, heat map, error, neighbours.
import { element } from "./element.js";
import { PictureCanvas } from "./sheet.js";

// Black over violet and orange to pale yellow: ever lighter, so that no sense of colour is needed.
const HEAT = [
  [0, 0, 4],
  [66, 12, 104],
  [147, 38, 103],
  [221, 81, 58],
  [252, 165, 12],
  [252, 255, 190],
];

/** Colour of a share 0..1 of the heat scale. */
export function heat(share) {
  const at = Math.min(Math.max(share, 0), 1) * (HEAT.length - 1);
  const i = Math.min(Math.floor(at), HEAT.length - 2);
  return HEAT[i].map((value, c) => value + (at - i) * (HEAT[i + 1][c] - value));
}

/** Error of each pixel, 0..1: the root of the mean square over its channels. */
export function errors(one, other, channels) {
  const found = new Float32Array(one.length / channels);
  for (let p = 0, k = 0; p < found.length; p++) {
    let sum = 0;
    for (let c = 0; c < channels; c++, k++) sum += (one[k] - other[k]) ** 2;
    found[p] = Math.sqrt(sum / channels) / 255;
  }
  return found;
}

export const decibels = (mse) => (mse > 0 ? `${(-10 * Math.log10(mse)).toFixed(1)} dB` : "equal");

export class Rebuilt {
  /** `onpick(number)` takes a neighbour as the next picture. */
  constructor({ model, onpick }) {
    Object.assign(this, { model, onpick });
    this.shown = {};
    const figures = [
      this.figure("original", "as the model is given it"),
      this.figure("reconstruction", "as the model draws it"),
      this.figure("difference", "difference"),
      this.figure("heat", "where it errs"),
    ];
    this.scale = element("span", { class: "hg-heat-scale" });
    figures[3].append(
      element("span", { class: "hg-heat-legend" }, "0", this.scale, (this.most = element("span"))),
    );
    this.scale.style.background = `linear-gradient(to right, ${HEAT.map((c) => `rgb(${c})`).join()})`;
    this.message = element("p", { "data-testid": "rebuilt-message" });
    this.facts = element("p", { class: "hg-faint", "data-testid": "rebuilt-facts" });
    this.bar = element("i");
    this.notes = element("ul", { class: "hg-notes" });
    this.neighbours = element("div", {
      class: "hg-neighbours",
      role: "group",
      "aria-label": "Test pictures with the nearest codes",
    });
    this.node = element(
      "section",
      { class: "hg-card hg-rebuilt", "aria-label": "Reconstruction", "data-testid": "rebuilt" },
      element("header", {}, element("h2", {}, `What ${model.code_size} numbers keep of it`)),
      element("div", { class: "hg-four" }, figures),
      this.message,
      element("div", { class: "hg-meter", "aria-hidden": "true" }, this.bar),
      this.facts,
      this.notes,
      element(
        "div",
        { class: "hg-near" },
        element("p", { class: "hg-how" }, "Nearest by code among the test pictures, decoded:"),
        this.neighbours,
      ),
    );
  }

  figure(name, caption) {
    const main = name === "reconstruction";
    const canvas = element("canvas", {
      class: "hg-thumb",
      "data-testid": main ? "decoded-image" : `${name}-image`,
      "data-slot": main ? name : null,
      role: "img",
      "aria-label": caption,
    });
    const { image } = this.model;
    this.shown[name] = new PictureCanvas(canvas, name === "heat" ? [image[0], image[1], 3] : image);
    return element("figure", {}, canvas, element("figcaption", {}, caption));
  }

  /** The canvas on which a moved crop is seen before the model has seen it. */
  get given() {
    return this.shown.original.canvas;
  }

  waiting() {
    this.node.dataset.state = "waiting";
  }

  show({ header, arrays }) {
    const { prepared, reconstruction, neighbours, numbers, base } = arrays;
    const channels = this.model.image[2];
    this.shown.original.draw(prepared.data);
    this.shown.reconstruction.draw(reconstruction.data);
    const { canvas } = this.shown.reconstruction;
    canvas.dataset.z = JSON.stringify(Array.from(base.data, (v) => Math.round(v * 1e4) / 1e4));
    canvas.dataset.state = "exact";
    this.shown.difference.draw(prepared.data.map((value, k) => Math.abs(value - reconstruction.data[k])));
    this.showHeat(errors(prepared.data, reconstruction.data, channels));
    this.message.textContent = header.message;
    this.message.className = header.far ? "hg-far" : "";
    this.bar.style.width = `${Math.max(1, header.percentile)}%`;
    this.facts.textContent = `error ${header.mse.toFixed(4)} · PSNR ${decibels(header.mse)} · SSIM ${header.ssim.toFixed(3)}`;
    this.notes.replaceChildren(...header.notes.map((note) => element("li", {}, note)));
    this.notes.hidden = !header.notes.length;
    this.showNeighbours(neighbours, numbers.data, header.labels);
    this.node.dataset.state = "shown";
  }

  showHeat(found) {
    const most = Math.max(found.reduce((a, b) => Math.max(a, b), 0), 0.02);
    const colours = new Float32Array(found.length * 3);
    found.forEach((value, p) => colours.set(heat(value / most), 3 * p));
    this.shown.heat.draw(colours);
    this.most.textContent = most.toFixed(2);
  }

  showNeighbours({ data, shape }, numbers, labels) {
    const size = shape[1] * shape[2] * shape[3];
    this.neighbours.replaceChildren(
      ...Array.from(numbers, (number, i) => {
        const canvas = element("canvas", { class: "hg-thumb" });
        new PictureCanvas(canvas, shape.slice(1)).draw(data, i * size);
        const name = labels ? `a ${labels[i]}` : `number ${number}`;
        return element(
          "button",
          {
            type: "button",
            class: "hg-neighbour",
            title: `Test picture ${number}; click to take it`,
            "aria-label": `Take test picture ${number}, ${name}`,
            "data-testid": "neighbour",
            onclick: () => this.onpick(number),
          },
          canvas,
          element("span", {}, labels ? labels[i] : ""),
        );
      }),
    );
  }
}
