// What goes into a network and what comes out of it, side by side.
import { element } from "./element.js";
import { drawMap } from "./passage.js";

const SIDE = 160; // Pixels of a picture.

export class Ends {
  constructor() {
    this.pictures = ["goes in", "comes out"].map((caption) => {
      const canvas = element("canvas", { class: "hg-thumb", width: String(SIDE), height: String(SIDE), role: "img", "aria-label": `What ${caption}` });
      return { canvas, figure: element("figure", {}, canvas, element("figcaption", {}, caption)) };
    });
    this.node = element("div", { class: "hg-pairs", hidden: true }, this.pictures.map(({ figure }) => figure));
  }

  show(stages) {
    this.node.hidden = false;
    [stages[0], stages.at(-1)].forEach((stage, k) => {
      const context = this.pictures[k].canvas.getContext("2d");
      const by = SIDE / Math.max(stage.width, stage.height);
      const [width, height] = [stage.width * by, stage.height * by];
      context.fillRect(0, 0, SIDE, SIDE);
      drawMap(context, stage, 0, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
    });
  }
}
