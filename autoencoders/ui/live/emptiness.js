// Where the plane has left the data: levels from the server, looked up under the pointer.
//
// A level is 0 or more and 1 at the border, see autoencoders/emptiness.py. There are two measures,
// one quickly there and one that takes the server seconds; the larger counts.
import { element } from "./element.js";

const KINDS = ["density", "return"];

export class Emptiness {
  /** `changed()` is called when there is more to draw, or less. */
  constructor(bounds, changed) {
    Object.assign(this, { bounds, changed });
    this.fields = new Map();
    this.left = false;
    this.place = [(bounds[0] + bounds[1]) / 2, (bounds[2] + bounds[3]) / 2];
    this.node = element("span", {
      class: "hg-left-data",
      "data-testid": "left-data",
      role: "status",
      "aria-live": "polite",
    });
    this.box = element("input", {
      type: "checkbox",
      checked: true,
      "data-testid": "veil",
      onchange: () => changed(),
    });
    this.toggle = element(
      "label",
      { class: "hg-tick", hidden: true, title: "Hatched: no test picture lies near, or the picture there is like none of them." },
      this.box,
      "hatch where there is no data",
    );
  }

  /** Whether there is a veil to draw. */
  get veiled() {
    return this.box.checked && this.fields.size > 0;
  }

  /** Ask for what is not there yet, one after the other; without it the map is as good, but bare. */
  async load(routes) {
    if (this.loading) return;
    this.loading = true;
    for (const kind of KINDS) {
      if (this.fields.has(kind)) continue;
      try {
        this.use(kind, await routes.emptiness(kind));
      } catch (error) {
        console.warn("Where there is no data is not known:", error);
        break;
      }
    }
    this.loading = false;
  }

  use(kind, { header, arrays }) {
    const { shape, data } = arrays.levels;
    this.fields.set(kind, { side: shape[0], data, scale: 1 / header.border });
    this.toggle.hidden = false;
    this.node.dataset.measures = String(this.fields.size);
    this.changed();
    this.at(...this.place);
  }

  /** The level at a code; beyond the plane as at its edge. 0 while nothing is known. */
  levelAt(x, y) {
    const [x0, x1, y0, y1] = this.bounds;
    const across = Math.min(Math.max((x - x0) / (x1 - x0), 0), 1);
    const down = Math.min(Math.max((y1 - y) / (y1 - y0), 0), 1);
    let level = 0;
    for (const field of this.fields.values()) {
      level = Math.max(level, field.scale * between(field, across, down));
    }
    return level;
  }

  /** Say whether the code that is shown has left the data. Runs on every frame. */
  at(x, y) {
    this.place[0] = x;
    this.place[1] = y;
    const left = this.levelAt(x, y) > 1;
    if (left === this.left) return;
    this.left = left;
    this.node.textContent = left ? "you left the data" : "";
  }
}

/** Bilinear, at shares 0..1 of the plane. */
function between({ side, data }, across, down) {
  const u = across * (side - 1);
  const v = down * (side - 1);
  const j = Math.min(Math.floor(u), side - 2);
  const i = Math.min(Math.floor(v), side - 2);
  const k = i * side + j;
  const above = data[k] + (u - j) * (data[k + 1] - data[k]);
  const below = data[k + side] + (u - j) * (data[k + side + 1] - data[k + side]);
  return above + (v - i) * (below - above);
}
