// The losses of a training run as two small lines over the movie's slider.
import { drawing, element } from "./element.js";

const WIDTH = 1000;
const HEIGHT = 100;

export class Curve {
  constructor() {
    this.train = drawing("path", { class: "hg-line hg-line-train" });
    this.validation = drawing("path", { class: "hg-line hg-line-validation" });
    this.level = drawing("path", { class: "hg-line hg-line-level" });
    this.levelName = element("span", { class: "hg-level-name" });
    this.cursor = element("i", { class: "hg-cursor" });
    this.node = element(
      "div",
      { class: "hg-curve", "aria-hidden": "true" },
      drawing(
        "svg",
        { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" },
        this.level,
        this.train,
        this.validation,
      ),
      this.levelName,
      this.cursor,
    );
  }

  /**
   * `epochs` (S,) of the snapshots, and the losses of every epoch (E,), the first being epoch 1.
   * `level` {value, name}: what they are held against.
   */
  set(epochs, train, validation, level = null) {
    this.epochs = epochs;
    const held = level ? [level.value] : [];
    const all = [...train, ...validation, ...held].filter((value) => Number.isFinite(value) && value > 0);
    if (!all.length) return;
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
    if (!level) return;
    this.level.setAttribute("d", `M0 ${height(level.value).toFixed(1)}H${WIDTH}`);
    this.levelName.textContent = level.name;
    this.levelName.style.top = `${((100 * height(level.value)) / HEIGHT).toFixed(1)}%`;
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
