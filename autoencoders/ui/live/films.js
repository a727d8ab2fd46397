// Filmstrips of the ways from picture to picture, one under the other, to compare and choose from.
import { element } from "./element.js";
import { KINDS } from "./lines.js";
import { PictureCanvas } from "./sheet.js";

const PICTURES = 9; // In one filmstrip.
const EMPTY = 2; // From here on, in distances usual among the data, a place counts as far from it.
const SAID = {
  straight: ["straight", "the shortest way between the codes"],
  spherical: ["spherical", "turns about the middle of the data, which suits codes of a Gaussian prior"],
  density: ["along the data", "keeps to where test pictures lie"],
  geodesic: ["least change", "the way on which the picture changes least"],
};

export class Films {
  /** `color(kind)` is a way's colour; `onchoose(kind)` is called with the one that is clicked. */
  constructor(model, color, onchoose) {
    Object.assign(this, { model, color, onchoose });
    this.node = element("div", { class: "hg-films", role: "radiogroup", "aria-label": "Path" });
  }

  /** `strips`: by kind of way, each with sheet and arrays. */
  show(strips, chosen) {
    const there = KINDS.filter((kind) => strips.has(kind));
    this.node.replaceChildren(
      ...there.map((kind) => this.film(kind, strips.get(kind), kind === chosen)),
    );
  }

  film(kind, { sheet, arrays }, chosen) {
    const change = arrays.change.data.reduce((sum, value) => sum + value, 0);
    const [name, why] = SAID[kind];
    return element(
      "button",
      {
        type: "button",
        class: "hg-film",
        role: "radio",
        "aria-checked": String(chosen),
        "data-testid": `path-${kind}`,
        title: why,
        style: `--hg-way: ${this.color(kind)}`,
        onclick: () => this.onchoose(kind),
      },
      element(
        "span",
        { class: "hg-film-name" },
        element("b", {}, name),
        element("span", { class: "hg-faint" }, `changes by ${change.toFixed(2)}${far(arrays.away.data)}`),
      ),
      element("span", { class: "hg-film-strip" }, this.pictures(sheet)),
    );
  }

  pictures(sheet) {
    const last = sheet.header.frames - 1;
    return Array.from({ length: PICTURES }, (_, i) => {
      const canvas = element("canvas", { class: "hg-thumb" });
      const at = (i / (PICTURES - 1)) * last;
      new PictureCanvas(canvas, this.model.image).draw(sheet.blendFrame(at));
      return canvas;
    });
  }
}

/** Say how much of a way crosses empty space. */
function far(away) {
  const share = away.filter((value) => value > EMPTY).length / away.length;
  return share > 0 ? ` · ${Math.round(100 * share)} % far from the data` : "";
}
