// The losses of a training run as two small lines over the movie's slider.
import { drawing, element } from "./element.js";

const WIDTH = 1000;
const HEIGHT = 100;

export class Curve {
  constructor() {
    this.train = drawing("path", { class: "hg-line hg-line-train" });
    this.validation = drawing("path", { class: "hg-line hg-line-validation" });
    this.cursor = element("i", { class: "hg-cursor" });
    this.node = element(
      "div",
      { class: "hg-curve", "aria-hidden": "true" },
      drawing(
        "svg",
        { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" },
        this.train,
        this.validation,
      ),
      this.cursor,
    );
  }

  /** `epochs` (S,) of the snapshots, and the losses of every epoch (E,), the first being epoch 1. */
  set(epochs, train, validation) {
    this.epochs = epochs;
    const all = [...train, ...validation].filter((value) => Number.isFinite(value) && value > 0);
    const [least, most] = [Math.log(Math.min(...all)), Math.log(Math.max(...all))];
    const height = (value) =>
      HEIGHT - 4 - ((Math.log(value) - least) / (most - least || 1)) * (HEIGHT - 8);
    const path = (losses) =>
      Array.from(losses, (value, e) => [this.positionOf(e + 1), value])
        .filter(([, value]) => Number.isFinite(value) && value > 0)
        .map(
          ([t, value], k) =>
            `${k ? "L" : "M"}${((t / (epochs.length - 1)) * WIDTH).toFixed(1)} ${height(value).toFixed(1)}`,
        )
        .join("");
    this.train.setAttribute("d", path(train));
    this.validation.setAttribute("d", path(validation));
  }

  /** Snapshot position of an epoch, between snapshots in proportion. */
  positionOf(epoch) {
    const { epochs } = this;
    let k = 0;
    while (k < epochs.length - 2 && epochs[k + 1] < epoch) k++;
    const share = (epoch - epochs[k]) / (epochs[k + 1] - epochs[k] || 1);
    return Math.min(Math.max(k + share, 0), epochs.length - 1);
  }

  epochAt(t) {
    const { epochs } = this;
    const k = Math.min(Math.floor(t), epochs.length - 2);
    return epochs[k] + (t - k) * (epochs[k + 1] - epochs[k]);
  }

  point(t) {
    this.cursor.style.transform = `translateX(${(100 * t) / (this.epochs.length - 1)}cqw)`;
  }
}
