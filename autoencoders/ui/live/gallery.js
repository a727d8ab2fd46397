// The chosen points: how many of each label, and the first of them decoded.
import { element, iconButton } from "./element.js";
import { PictureCanvas } from "./sheet.js";

const SHOWN = 64; // One exact answer's worth.
const MOST_NUMBERS = 2 ** 22; // In one answer, which holds fewer of large pictures.

export class Gallery {
  /** `opened(i)` is called with a point's index when its picture is chosen; `cleared()` at the end. */
  constructor(model, routes, palette, opened, cleared) {
    Object.assign(this, { model, routes, palette, opened });
    this.title = element("h2", {}, "");
    this.share = element("p", {
      class: "hg-faint",
      "data-testid": "gallery-count",
      role: "status",
    });
    this.bars = element("div", { class: "hg-bars" });
    this.grid = element("div", { class: "hg-grid" });
    this.node = element(
      "section",
      {
        class: "hg-card hg-gallery",
        "data-testid": "gallery",
        "aria-label": "Chosen points",
        hidden: true,
      },
      element(
        "header",
        {},
        this.title,
        this.share,
        iconButton("close", "Clear the choice", cleared, {
          "data-testid": "gallery-clear",
          class: "hg-button hg-quiet",
        }),
      ),
      this.bars,
      this.grid,
    );
  }

  clear() {
    this.abort?.abort();
    this.node.hidden = true;
    this.grid.replaceChildren();
  }

  /** Show the points `indices`; their pictures are blended at once, then replaced by exact ones. */
  async show(points, indices, sheet) {
    this.clear();
    this.node.hidden = false;
    this.node.dataset.state = "blend";
    const most = Math.min(SHOWN, Math.ceil(MOST_NUMBERS / sizeOf(this.model.image)));
    const step = Math.max(indices.length / most, 1);
    const shown = Array.from(
      { length: Math.min(indices.length, most) },
      (_, k) => indices[Math.floor(k * step)],
    );
    this.title.textContent =
      indices.length === 1 ? "1 point chosen" : `${indices.length} points chosen`;
    this.share.textContent = this.wordShare(indices.length, shown.length);
    this.drawBars(points, indices);
    const pictures = shown.map((index) => this.thumb(points, index));
    if (sheet) shown.forEach((i, k) => pictures[k].draw(sheet.blendAt(...points.codeOf(i))));
    if (!shown.length) return;
    this.abort = new AbortController();
    try {
      const { arrays } = await this.routes.decodePoints(shown, this.abort.signal);
      pictures.forEach((picture, k) =>
        picture.draw(arrays.images.data, k * sizeOf(this.model.image)),
      );
      this.node.dataset.state = "exact";
    } catch (error) {
      if (error.name === "AbortError") return;
      this.share.textContent += ` These are blends: ${error.message}`;
    }
  }

  wordShare(count, shown) {
    if (count === 0) return "No visible point lies inside; draw around some, or show more labels.";
    if (count === shown) return "";
    return `Showing ${shown} of ${count}, taken evenly.`;
  }

  drawBars(points, indices) {
    const counts = new Map();
    for (const i of indices) counts.set(points.labels[i], (counts.get(points.labels[i]) ?? 0) + 1);
    const most = Math.max(...counts.values(), 1);
    const rows = [...counts].sort((a, b) => b[1] - a[1]);
    this.bars.replaceChildren(
      ...rows.map(([label, count]) =>
        element(
          "div",
          { class: "hg-bar", "data-testid": `count-${points.labelName(label)}` },
          element("span", {}, points.labelName(label)),
          element("i", {
            style: `width:${(100 * count) / most}%;background:${this.palette.color(label)}`,
          }),
          element("b", {}, String(count)),
        ),
      ),
    );
  }

  thumb(points, index) {
    const canvas = element("canvas");
    const name = `${points.labelName(points.labels[index])}, #${points.ids[index]}`;
    const button = element(
      "button",
      {
        type: "button",
        class: "hg-tile",
        title: name,
        "aria-label": `Pin ${name}`,
        onclick: () => this.opened(index),
      },
      canvas,
      element("i", { style: `background:${this.palette.color(points.labels[index])}` }),
    );
    this.grid.append(button);
    return new PictureCanvas(canvas, this.model.image);
  }
}

function sizeOf([height, width, channels]) {
  return height * width * channels;
}
